"""What one client address is when guesses are counted."""

import pytest

from registration.errors import InvalidInput
from registration.limits import Subject
from registration.statuses import Language
from starter.gateway.client_addresses import rough_network, sender_of
from starter.translation import translated


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


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("192.0.2.7", "192.0.*.*"),
        ("::ffff:192.0.2.7", "192.0.*.*"),
        ("2001:DB8:7:1::1", "2001:db8:*"),
        ("2001::1", "2001:0:*"),
        ("::1", "0:0:*"),
        ("fe80::1%eth0", "fe80:0:*"),
    ],
)
def test_of_an_address_its_client_is_shown_the_beginning(typed: str, shown: str) -> None:
    assert rough_network(typed) == shown


@pytest.mark.parametrize(
    "address",
    [
        "192.0.2.7:443",
        "[2001:db8::7]:443",
        "[2001:db8::7]",
        "192.0.2.7, 198.51.100.1",
        " 192.0.2.7",
        "192.0.2.0/24",
        "192.0.2.07",
        "client.example.hu",
        "unknown",
        "",
    ],
)
def test_anything_else_is_refused_in_a_sentence_for_the_portals_developer(address: str) -> None:
    """It says what to send instead, for no client can do anything about it."""
    with pytest.raises(InvalidInput) as refused:
        sender_of(address)
    english, hungarian = (translated(refused.value.sentence, language) for language in (Language.EN, Language.HU))
    assert english.startswith("client_address: ")
    assert "192.0.2.7" in english
    assert "without a port" in english
    assert "port nélkül" in hungarian
