"""The client's address as a portal sends it: one address, or a sentence for the portal's developer."""

import pytest

from registration.errors import InvalidInput
from registration.statuses import Language
from starter.gateway.addresses import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::/64"),
        ("2001:DB8:0:0:1::", "2001:db8::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_an_address_is_counted_as_one_subscriber(address: str, network: str) -> None:
    assert network_of(address) == network


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
        network_of(address)
    english, hungarian = (refused.value.sentence(language) for language in (Language.EN, Language.HU))
    assert english.startswith("client_address: ")
    assert "192.0.2.7" in english
    assert "without a port" in english
    assert "port nélkül" in hungarian
