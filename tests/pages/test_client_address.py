"""A client's address is read from the right, past trusted proxies only; what a client writes into the header is not."""

from collections.abc import Sequence

import pytest

from settings.addresses import networks
from starter.pages.client_address import address_behind

TRUSTED = networks("10.0.0.0/8, 192.0.2.7, fd00::/8")
PROXY = "10.1.2.3"
CLIENT = "198.51.100.9"


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        (CLIENT, [], CLIENT),  # without a proxy
        (CLIENT, ["203.0.113.1"], CLIENT),  # the header of a client that is not trusted
        ("::ffff:198.51.100.9", ["203.0.113.1"], CLIENT),
        (PROXY, [], PROXY),  # a proxy that names none, such as its own health check
        (PROXY, [""], PROXY),
        (PROXY, [" , ,"], PROXY),
        (PROXY, [CLIENT], CLIENT),
        (f"::ffff:{PROXY}", [CLIENT], CLIENT),
        ("fd00::1", [CLIENT], CLIENT),
        ("fd00::1%eth0", [CLIENT], CLIENT),
        (PROXY, [f"203.0.113.1, {CLIENT}"], CLIENT),  # the first was written by the client
        (PROXY, [f"203.0.113.1, {CLIENT}, 192.0.2.7, 10.9.9.9"], CLIENT),
        (PROXY, ["203.0.113.1", f"{CLIENT},192.0.2.7", "10.9.9.9"], CLIENT),  # lines are one list
        (PROXY, [f"{CLIENT},,"], CLIENT),
        (PROXY, ["10.0.0.1, 10.0.0.2"], "10.0.0.1"),  # a client inside
        (PROXY, [f"{CLIENT}, 192.0.2.8"], "192.0.2.8"),  # one beside a trusted address is not trusted
        (PROXY, [f"::ffff:{CLIENT}"], CLIENT),
        (PROXY, [f"{CLIENT}:50123"], CLIENT),
        (PROXY, ["2001:db8::1"], "2001:db8::1"),
        (PROXY, ["2001:DB8:0:0::1"], "2001:db8::1"),
        (PROXY, ["[2001:db8::1]"], "2001:db8::1"),
        (PROXY, ["[2001:db8::1]:50123"], "2001:db8::1"),
        (PROXY, [f"[::ffff:{CLIENT}]:50123"], CLIENT),
        (PROXY, [f"{CLIENT}, [fd00::2]:443"], CLIENT),
        (PROXY, ["unknown"], PROXY),
        (PROXY, [f"{CLIENT}, unknown"], PROXY),  # who wrote what is left of it cannot be known
        (PROXY, [f"{CLIENT}, _hidden, 10.0.0.1"], "10.0.0.1"),
        (PROXY, ["256.1.1.1"], PROXY),
        (PROXY, ["198.51.100.09"], PROXY),
        (PROXY, ["198.51.100.9:"], PROXY),
        (PROXY, ["198.51.100.9:123456"], PROXY),
        (PROXY, ["[198.51.100.9"], PROXY),
        (PROXY, ["[2001:db8::1]x"], PROXY),
        (PROXY, ["198.51.100.9;drop"], PROXY),
        (PROXY, ["١٩٨.51.100.9"], PROXY),
        ("", [CLIENT], ""),  # a peer without an address is gone; the gateway refuses it
    ],
)
def test_the_client_is_whoever_the_last_trusted_proxy_names(peer: str, forwarded: Sequence[str], client: str) -> None:
    assert address_behind(peer, forwarded, TRUSTED) == client


def test_without_trusted_proxies_the_header_means_nothing() -> None:
    assert address_behind(PROXY, [CLIENT], networks("none")) == PROXY
