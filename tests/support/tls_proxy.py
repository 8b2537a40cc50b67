"""A proxy as operations run one: speaks TLS, appends its caller's address to X-Forwarded-For, forwards plain HTTP."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from starter.dev.ports import LOOPBACK

_END: Final = b"\r\n\r\n"
_DAY: Final = timedelta(days=1)
_FORWARDED: Final = re.compile(rb"\r\nx-forwarded-for: *([^\r]*)", re.IGNORECASE)
_CONNECTION: Final = re.compile(rb"\r\nconnection:[^\r]*", re.IGNORECASE)
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNK: Final = 64 * 1024


@asynccontextmanager
async def tls_proxy(folder: Path, port: int) -> AsyncIterator[str]:
    """A proxy in front of a port of this machine, and its `https://` address; one request for each connection.

    Its certificate is its own, in `folder` as `certificate.pem`.
    """
    tasks: set[asyncio.Task[None]] = set()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await _forwarded(reader, writer, port)
        writer.close()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(served(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certified(folder))
    server = await asyncio.start_server(accepted, LOOPBACK, 0, ssl=context)
    try:
        yield f"https://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _forwarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    head = await reader.readuntil(_END)
    length = _LENGTH.search(head)
    body = await reader.readexactly(int(length[1])) if length else b""
    caller = writer.get_extra_info("peername")[0].encode()
    named = b", ".join([*(line[1] for line in _FORWARDED.finditer(head)), caller])
    bare = _CONNECTION.sub(b"", _FORWARDED.sub(b"", head.removesuffix(_END)))
    answers, requests = await asyncio.open_connection(LOOPBACK, port)
    try:
        requests.write(bare + b"\r\nX-Forwarded-For: " + named + b"\r\nConnection: close" + _END + body)
        while answered := await answers.read(_CHUNK):
            writer.write(answered)
            await writer.drain()
    finally:
        requests.close()


def _certified(folder: Path) -> Path:
    """Certificate and key of this machine's address, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "proxy of the tests")]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - _DAY, now + _DAY)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "certificate.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path
