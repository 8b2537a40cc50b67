"""The address of a client behind trusted proxies: what limits count, so nothing that a client may write is believed."""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from starlette.requests import Request

from settings.addresses import Networks
from starter.pages.site import site_of

HEADER: Final = "X-Forwarded-For"

_WITH_PORT: Final = re.compile(r"\[(?P<bracketed>[^\[\]]+)\](:[0-9]{1,5})?|(?P<plain>[0-9.]+):[0-9]{1,5}", re.ASCII)
"""An IPv6 address in brackets, an IPv4 address with a port; some proxies write these."""


def client_address(request: Request) -> str:
    """The address that a request comes from."""
    peer = request.client.host if request.client else ""
    return address_behind(peer, request.headers.getlist(HEADER), site_of(request).trusted_proxies)


def address_behind(peer: str, forwarded: Sequence[str], trusted: Networks) -> str:
    """The address of the client: `peer`, unless that is a trusted proxy; then whom the header names.

    `forwarded` are the header's lines in their order. Each proxy appends the address that it was called from, so they
    are read from the right as long as a trusted one has written them. An entry that is no address ends that: then the
    client is the last address that is known. Addresses are in their shortest form, IPv4 never mapped into IPv6.
    """
    known = _address(peer)
    if known is None:
        return peer
    hops = [hop for hop in (part.strip() for part in ",".join(forwarded).split(",")) if hop]
    while hops and any(known in network for network in trusted):
        named = _address(hops.pop())
        if named is None:
            break
        known = named
    return str(known)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    found = _WITH_PORT.fullmatch(text)
    bare = (found["bracketed"] or found["plain"]) if found else text
    try:
        address = ip_address(bare.partition("%")[0])  # the zone of a link-local address means something at its own host
    except ValueError:
        return None
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
