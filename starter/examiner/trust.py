"""The trusted certificate authorities and their revocation lists, as files of the operator."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from asn1crypto import crl, pem, x509

_Loaded = TypeVar("_Loaded")


class TrustUnreadable(Exception):
    """A file of the operator's cannot be read: its name, and the type of what is wrong with it."""

    def __init__(self, file: str, reason: str) -> None:
        self.file = file
        self.reason = reason
        super().__init__(file, reason)


@dataclass(frozen=True)
class Trust:
    """Trusted roots, and revocation lists; `None` where no lists are kept."""

    roots: tuple[x509.Certificate, ...]
    lists: tuple[crl.CertificateList, ...] | None

    @classmethod
    def read(cls, roots: Path, lists: Path | None) -> Self:
        """The present content of the folders, so that a fresh list or a withdrawn root takes effect at once.

        Raises `TrustUnreadable` where a file cannot be read: a list that is half copied must not make a
        revoked certificate acceptable.
        """
        return cls(_loaded(roots, _certificate), _loaded(lists, _revocation_list) if lists else None)


def _certificate(der: bytes) -> x509.Certificate:
    found = x509.Certificate.load(der, strict=True)
    found.native  # noqa: B018  asn1crypto parses when asked; here is where a broken file should fail
    return found


def _revocation_list(der: bytes) -> crl.CertificateList:
    """Parses only the fields before and after the entries, of which there may be a hundred thousand."""
    found = crl.CertificateList.load(der, strict=True)
    found["tbs_cert_list"]["next_update"].native  # noqa: B018  as above
    found.signature  # noqa: B018  as above
    return found


def _loaded(folder: Path, load: Callable[[bytes], _Loaded]) -> tuple[_Loaded, ...]:
    """The contents of a folder's files, each in DER or PEM; names that begin with a dot are left out."""
    loaded: list[_Loaded] = []
    file = folder
    try:
        for file in sorted(folder.iterdir()):
            if not file.name.startswith("."):
                content = file.read_bytes()
                ders = [der for _, _, der in pem.unarmor(content, multiple=True)] if pem.detect(content) else [content]
                loaded += map(load, ders)
    except (OSError, ValueError, TypeError) as trouble:
        raise TrustUnreadable(file.name, type(trouble).__name__) from None
    return tuple(loaded)
