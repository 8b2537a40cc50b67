"""When the certificates, revocation lists and `security.txt` of a process end, read from the operator's files."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from cryptography import x509

from registration.dependencies import Dependency
from registration.errors import Unavailable
from settings.metrics import CERTIFICATE_END, REVOCATION_LIST_END, SECURITY_TXT_END, Metrics
from settings.operator_files import read_file
from settings.security_txt import read_security_txt
from settings.setting_rules import BrokenRule, SettingsError
from settings.settings import Settings
from settings.side_tasks import side_task

_OF_TEMPORAL: Final = ("TEMPORAL_TLS_CLIENT_CERT_PATH", "TEMPORAL_TLS_SERVER_CA_CERT_PATH")
_OF_THE_DATABASE: Final = ("sslcert", "sslrootcert")
_DEFAULT_OF_SYSTEM: Final = "system"
"""What `sslrootcert` may name instead of a file."""

_MOST_BYTES: Final = 100_000_000
"""A revocation list of some million entries."""

_READ_EVERY_SECONDS: Final = 300
"""Whoever exchanges a file sees the new end within minutes; a folder of lists takes a moment to read."""


def certificate_ends(settings: Settings, temporal: Mapping[str, str]) -> dict[str, datetime]:
    """When the first certificate of each file ends, by the file's name.

    Trusted authorities, those that vouch for the mail server, for PostgreSQL and for Temporal, and our own for these
    two. `temporal` is the environment of its connection. Raises `Unavailable` where a file cannot be read.
    """
    query = parse_qs(urlsplit(settings.database_url.get_secret_value()).query)
    of_the_database = (query.get(name, [""])[0] for name in _OF_THE_DATABASE)
    named = (
        settings.smtp_ca_file,
        *(file for file in of_the_database if file != _DEFAULT_OF_SYSTEM),
        *map(temporal.get, _OF_TEMPORAL),
    )
    files = [*_files(settings.signature_trust_roots), *(Path(file) for file in named if file)]
    return _ends(files, _of_certificates)


def revocation_list_ends(settings: Settings) -> dict[str, datetime]:
    """When each revocation list ends, by its file's name. Raises `Unavailable` where a file cannot be read."""
    return _ends(_files(settings.signature_revocation_lists), _of_list)


def security_txt_ends(settings: Settings) -> dict[str, datetime]:
    """When `security.txt` expires, by the file's name. Raises `SettingsError` where it cannot be read."""
    if settings.security_txt is None:
        return {}
    try:
        return {Path(settings.security_txt).name: read_security_txt(settings.security_txt).expires_at}
    except BrokenRule as broken:
        raise SettingsError("security_txt", broken) from None


@asynccontextmanager
async def watching_ends(settings: Settings, temporal: Mapping[str, str], metrics: Metrics) -> AsyncIterator[None]:
    """Shows the first end of each kind as long as the context lasts: NaN where there is none.

    A file that cannot be read is shown as one that has ended: nobody knows better, and it may hide the next end.
    """
    async with side_task(_watch(settings, temporal, metrics)):
        yield


async def _watch(settings: Settings, temporal: Mapping[str, str], metrics: Metrics) -> None:
    while True:
        metrics.set(SECURITY_TXT_END, await asyncio.to_thread(_first, lambda: security_txt_ends(settings)))
        metrics.set(CERTIFICATE_END, await asyncio.to_thread(_first, lambda: certificate_ends(settings, temporal)))
        metrics.set(REVOCATION_LIST_END, await asyncio.to_thread(_first, lambda: revocation_list_ends(settings)))
        await asyncio.sleep(_READ_EVERY_SECONDS)


def _first(ends: Callable[[], Mapping[str, datetime]]) -> float:
    """Seconds since 1970."""
    try:
        return min((end.timestamp() for end in ends().values()), default=math.nan)
    except (Unavailable, SettingsError):
        return 0.0


def _files(folder: Path | None) -> list[Path]:
    """As the examiner reads it: a name that begins with a dot is of a file that is not whole yet."""
    if folder is None:
        return []
    try:
        return sorted(file for file in folder.iterdir() if not file.name.startswith("."))
    except OSError as trouble:
        raise Unavailable(Dependency.TRUST, reason=type(trouble).__name__) from None


def _ends(files: list[Path], ends_in: Callable[[bytes], Iterator[datetime]]) -> dict[str, datetime]:
    found = {}
    for file in files:
        try:
            if ends := list(ends_in(read_file(file, _MOST_BYTES))):
                found[file.name] = min(ends)
        except (OSError, ValueError, x509.InvalidVersion) as trouble:
            raise Unavailable(Dependency.TRUST, reason=f"{file.name}: {type(trouble).__name__}") from None
    return found


def _of_certificates(content: bytes) -> Iterator[datetime]:
    is_pem = b"-----BEGIN" in content
    certificates = x509.load_pem_x509_certificates(content) if is_pem else [x509.load_der_x509_certificate(content)]
    for certificate in certificates:
        yield certificate.not_valid_after_utc


def _of_list(content: bytes) -> Iterator[datetime]:
    found = x509.load_pem_x509_crl(content) if b"-----BEGIN" in content else x509.load_der_x509_crl(content)
    if found.next_update_utc:
        yield found.next_update_utc
