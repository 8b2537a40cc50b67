"""TLS in front of a server as operations have it: both sides show a certificate of one authority."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from starter.dev.ports import LOOPBACK

SERVER_NAME: Final = "temporal-frontend"
"""Of the server's certificate, which knows no address but this."""

_DAY: Final = timedelta(days=1)
_CHUNK: Final = 64 * 1024


@asynccontextmanager
async def mutual_tls(folder: Path, address: str) -> AsyncIterator[str]:
    """The address of a door to the server at `address`, which lets in who shows a certificate of its authority.

    `folder` then has what a client needs: `ca.crt`, `tls.crt` and `tls.key`.
    """
    authority = ec.generate_private_key(ec.SECP256R1())
    _write(folder, "ca", _certificate("authority", authority, authority, is_authority=True), authority)
    for file, name in (("server", SERVER_NAME), ("tls", "worker")):
        key = ec.generate_private_key(ec.SECP256R1())
        _write(folder, file, _certificate(name, key, authority), key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=folder / "ca.crt")
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(folder / "server.crt", folder / "server.key")
    context.set_alpn_protocols(["h2"])
    connections: set[asyncio.Task[None]] = set()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = address.rpartition(":")
        answers, requests = await asyncio.open_connection(host, int(port))
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(_copied(reader, requests))
                ways.create_task(_copied(answers, writer))
        finally:
            for end in (requests, writer):
                end.close()

    def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(served(reader, writer))
        connections.add(connection)
        connection.add_done_callback(connections.discard)

    server = await asyncio.start_server(accepted, LOOPBACK, 0, ssl=context)
    try:
        yield f"{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for connection in list(connections):
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _copied(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while found := await source.read(_CHUNK):
            target.write(found)
            await target.drain()
        target.close()


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, authority: ec.EllipticCurvePrivateKey, *, is_authority: bool = False
) -> x509.Certificate:
    issuer, subject = ([x509.NameAttribute(NameOID.COMMON_NAME, each)] for each in ("authority", name))
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(
            x509.Name(issuer), x509.Name(subject), key.public_key(), x509.random_serial_number(), now - _DAY, now + _DAY
        )
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(authority, hashes.SHA256())
    )


def _write(folder: Path, file: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    (folder / f"{file}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{file}.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
