"""What counts as one client address when guesses are counted (principle 7)."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.limits import Subject

_ONE_SUBSCRIBER: Final = 64
"""The prefix of one network of IPv6: its 2^64 addresses are one guesser."""

_ONE_SITE: Final = 48
"""The shortest prefix that providers give to one customer (RFC 6177): 65,536 networks of one owner."""


def sender_of(client_address: str, *, mailbox: str | None = None, portal: str | None = None) -> Subject:
    """The subject of a try from this address: itself, or the /64 and the /48 of IPv6. Raises `InvalidInput`.

    An IPv4 address mapped into IPv6 is that one.
    """
    address = _address(client_address)
    if isinstance(address, IPv4Address):
        return Subject(str(address), mailbox=mailbox, portal=portal)
    return Subject(_prefix(address, _ONE_SUBSCRIBER), mailbox=mailbox, portal=portal, site=_prefix(address, _ONE_SITE))


def rough_network(client_address: str) -> str:
    """How a client's network is shown: `198.51.*.*`, or `2001:db8:*`, which thousands share. Raises `InvalidInput`."""
    address = _address(client_address)
    if isinstance(address, IPv4Address):
        return f"{address.packed[0]}.{address.packed[1]}.*.*"
    return f"{int(address) >> 112:x}:{int(address) >> 96 & 0xFFFF:x}:*"


def _address(client_address: str) -> IPv4Address | IPv6Address:
    try:
        address = ip_address(client_address)
    except ValueError:
        raise InvalidInput(field="client_address", rule=InputRule.IP_ADDRESS) from None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _prefix(address: IPv6Address, length: int) -> str:
    return str(IPv6Network((int(address), length), strict=False))
