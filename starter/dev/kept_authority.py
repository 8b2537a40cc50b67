"""The test authority of an embedded environment: made once, kept in its folder, and trusted there only."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starter.dev.authority import Authority


def kept_roots(folder: Path) -> Path:
    """The folder of the roots that the environment on `folder` trusts; quick once the authority is made."""
    if not _key_of(folder).exists():
        _make(folder)
    return _root_of(folder).parent


def kept_authority(folder: Path) -> "Authority":
    """The authority itself, with its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from starter.dev.authority import Authority, SigningCredential

    kept_roots(folder)
    key = load_pem_private_key(_key_of(folder).read_bytes(), None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError(type(key).__name__)
    return Authority(SigningCredential(x509.load_pem_x509_certificate(_root_of(folder).read_bytes()), key))


def _make(folder: Path) -> None:
    """Writes the key last, readable by its owner only: if it exists, so does the root."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from starter.dev.authority import Authority

    made = Authority.created(datetime.now(UTC)).credential
    root, key = _root_of(folder), _key_of(folder)
    root.parent.mkdir(parents=True, exist_ok=True)
    root.write_bytes(made.certificate.public_bytes(Encoding.PEM))
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _root_of(folder: Path) -> Path:
    return folder / "authority" / "roots" / "root.pem"


def _key_of(folder: Path) -> Path:
    return folder / "authority" / "key.pem"
