"""When the certificates and revocation lists of an installation end, read from the operator's files."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from registration.dependencies import Dependency
from registration.errors import Unavailable
from settings.settings import Settings

_CERTIFICATE_OF_TEMPORAL: Final = "TEMPORAL_TLS_CLIENT_CERT_PATH"


def certificate_ends(settings: Settings, temporal: Mapping[str, str]) -> dict[str, datetime]:
    """When the first certificate of each file ends, by the file's name.

    Trusted authorities, those that vouch for the mail server, and our own for Temporal. Raises `Unavailable` where a
    file cannot be read.
    """
    named = (settings.smtp_ca_file, temporal.get(_CERTIFICATE_OF_TEMPORAL))
    files = [*_files(settings.signature_trust_roots), *(Path(file) for file in named if file)]
    return _ends(files, _of_certificates)


def revocation_list_ends(settings: Settings) -> dict[str, datetime]:
    """When each revocation list ends, by its file's name. Raises `Unavailable` where a file cannot be read."""
    return _ends(_files(settings.signature_revocation_lists), _of_list)


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
            if ends := list(ends_in(file.read_bytes())):
                found[file.name] = min(ends)
        except (OSError, ValueError) as trouble:
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
