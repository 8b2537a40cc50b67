"""Whom to trust: certificate authorities and their revocation lists, as files that the operator puts there."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

import structlog
from asn1crypto import crl, pem, x509

from registration.dependencies import Dependency
from registration.errors import Unavailable
from registration.signature_errors import SignatureChannelClosed

_log = structlog.get_logger()
_Loaded = TypeVar("_Loaded")


@dataclass(frozen=True)
class Trust:
    """Trusted roots, and revocation lists; `None` where no lists are kept."""

    roots: tuple[x509.Certificate, ...]
    lists: tuple[crl.CertificateList, ...] | None

    @classmethod
    def read(cls, roots: Path | None, lists: Path | None) -> Self:
        """What the folders hold now, so that a fresh list or a withdrawn root counts at once.

        Raises `SignatureChannelClosed` where no folder of roots is set, and `Unavailable`, with a line in the log that
        names the file, where one cannot be read: a list that is half copied must not let a revoked certificate in.
        """
        if roots is None:
            raise SignatureChannelClosed
        return cls(_loaded(roots, _certificate), _loaded(lists, _revocation_list) if lists else None)


def _certificate(der: bytes) -> x509.Certificate:
    found = x509.Certificate.load(der, strict=True)
    found.native  # noqa: B018  asn1crypto parses when asked; here is where a broken file should fail
    return found


def _revocation_list(der: bytes) -> crl.CertificateList:
    """Only what stands before and behind the entries is parsed here: there may be a hundred thousand of them."""
    found = crl.CertificateList.load(der, strict=True)
    found["tbs_cert_list"]["next_update"].native  # noqa: B018  as above
    found.signature  # noqa: B018  as above
    return found


def _loaded(folder: Path, load: Callable[[bytes], _Loaded]) -> tuple[_Loaded, ...]:
    """What stands in a folder's files, each in DER or PEM; names that begin with a dot are left out."""
    loaded: list[_Loaded] = []
    file = folder
    try:
        for file in sorted(folder.iterdir()):
            if not file.name.startswith("."):
                content = file.read_bytes()
                ders = [der for _, _, der in pem.unarmor(content, multiple=True)] if pem.detect(content) else [content]
                loaded += map(load, ders)
    except (OSError, ValueError, TypeError) as trouble:
        _log.error("trust_unreadable", file=file.name, reason=type(trouble).__name__)
        raise Unavailable(Dependency.TRUST, reason=type(trouble).__name__) from None
    return tuple(loaded)
