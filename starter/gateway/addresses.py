"""What counts as one client address when guesses are counted (principle 7)."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from registration.errors import InvalidInput
from registration.input_rules import InputRule

_ONE_SUBSCRIBER: Final = 64
"""The prefix that a provider gives to one subscriber of IPv6: its 2^64 addresses are one guesser."""


def network_of(client_address: str) -> str:
    """The address itself, or the /64 of IPv6; an IPv4 address mapped into IPv6 is that one. Raises `InvalidInput`."""
    try:
        address: IPv4Address | IPv6Address = ip_address(client_address)
    except ValueError:
        raise InvalidInput(field="client_address", rule=InputRule.IP_ADDRESS) from None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(IPv6Network((int(address), _ONE_SUBSCRIBER), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)
