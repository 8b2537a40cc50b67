"""What one client address is when guesses are counted."""

import pytest

from registration.errors import InvalidInput
from registration.limits import Subject
from starter.gateway.addresses import sender_of


@pytest.mark.parametrize(
    ("typed", "address", "site"),
    [
        ("192.0.2.7", "192.0.2.7", None),
        ("::ffff:192.0.2.7", "192.0.2.7", None),
        ("2001:db8:7:1::1", "2001:db8:7:1::/64", "2001:db8:7::/48"),
        ("2001:DB8:7:1:ffff:ffff:ffff:ffff", "2001:db8:7:1::/64", "2001:db8:7::/48"),
        ("2001:db8:7:ffff::", "2001:db8:7:ffff::/64", "2001:db8:7::/48"),
        ("2001:db8:8::1", "2001:db8:8::/64", "2001:db8:8::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
    ],
)
def test_an_address_is_itself_or_the_64_and_the_48_of_ipv6(typed: str, address: str, site: str | None) -> None:
    assert sender_of(typed, mailbox="m", portal="p") == Subject(address, None, "m", "p", site)


@pytest.mark.parametrize("typed", ["", "192.0.2.7:80", "2001:db8::/64", "localhost", "192.0.2.07"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="client_address"):
        sender_of(typed)
