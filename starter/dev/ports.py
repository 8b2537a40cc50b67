"""Free TCP ports on 127.0.0.1."""

import secrets
import socket
from contextlib import ExitStack

LOOPBACK = "127.0.0.1"
# Below the ports that Linux (32768 and up) and macOS (49152 and up) hand out to outgoing connections: no client takes
# the port of a stopped server, not even one of that server's own clients which reconnects (a TCP self-connection).
PORTS = range(20_000, 32_000)
ATTEMPTS = 100  # on a machine with half of PORTS in use, all of them fail once in 2^100


def listening_socket(port: int) -> socket.socket:
    """Return a socket that owns `port`, also right after its last owner has closed it; OSError when it is taken."""
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def free_listening_socket() -> socket.socket:
    """Return a socket that owns a free port of PORTS; OSError when none was found."""
    for _ in range(ATTEMPTS):
        try:
            return listening_socket(secrets.choice(PORTS))
        except OSError:
            continue
    message = f"No free port found between {PORTS.start} and {PORTS.stop - 1}."
    raise OSError(message)


def free_ports(count: int) -> list[int]:
    """Return ports that differ from each other and were free a moment ago, for programs that bind by number."""
    with ExitStack() as held:
        return [int(held.enter_context(free_listening_socket()).getsockname()[1]) for _ in range(count)]
