"""TCP ports on 127.0.0.1, each for one server, also while that server is down."""

import os
import secrets
import socket
import weakref
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

LOOPBACK: Final = "127.0.0.1"
# Below the ports that Linux (32768 and up) and macOS (49152 and up) hand out to outgoing connections: no client takes
# the port of a stopped server, not even one of that server's own clients which reconnects (a TCP self-connection).
PORTS: Final = range(20_000, 32_000)
ATTEMPTS: Final = 100  # on a machine with half of PORTS in use, all of them fail once in 2^100


class ReservedPorts:
    """Free ports that no other environment on this machine gets as long as this object lives.

    A UDP socket of the same number is the reservation: it does not affect TCP, and ends with its process.
    """

    def __init__(self, count: int, *, wanted: Sequence[int] = ()) -> None:
        """Reserve ports that differ from each other, the wanted ones where free. OSError when none was found."""
        with ExitStack() as held:
            chosen = [*wanted, *[None] * (count - len(wanted))]
            sockets = [held.enter_context(_reservation(port)) for port in chosen]
            self.numbers: tuple[int, ...] = tuple(int(reserved.getsockname()[1]) for reserved in sockets)
            for reserved in sockets:
                weakref.finalize(self, os.close, reserved.detach())


def listening_socket(port: int) -> socket.socket:
    """Return a socket that owns `port`, also right after its last owner has closed it; OSError when it is taken."""
    # asyncio sets TCP_NODELAY on what it accepts only where the protocol is named (uvicorn #3149).
    listening = socket.socket(proto=socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def free_ports(count: int) -> list[int]:
    """Return ports that differ from each other and were free a moment ago."""
    return list(ReservedPorts(count).numbers)


def _reservation(wanted: int | None) -> socket.socket:
    for port in (*([wanted] if wanted else []), *(secrets.choice(PORTS) for _ in range(ATTEMPTS))):
        reserved = socket.socket(type=socket.SOCK_DGRAM)
        try:
            reserved.bind((LOOPBACK, port))
            listening_socket(port).close()
        except OSError:
            reserved.close()
            continue
        return reserved
    message = f"No free port found between {PORTS.start} and {PORTS.stop - 1}."
    raise OSError(message)
