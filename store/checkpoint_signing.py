"""Who vouches for a checkpoint: Ed25519 signatures over its document."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registration.checkpoint import Checkpoint


class SigningKeys:
    """Ed25519 keys by id, from their seeds of 32 bytes; the first signs, all verify."""

    def __init__(self, seeds: Mapping[str, bytes]) -> None:
        """At least one."""
        self._keys = {kid: Ed25519PrivateKey.from_private_bytes(seed) for kid, seed in seeds.items()}
        self.key_id = next(iter(self._keys))

    def sign(self, checkpoint: Checkpoint) -> str:
        """The signature over the document's canonical text, in hexadecimal."""
        return self._keys[checkpoint.key_id].sign(checkpoint.canonical().encode()).hex()

    def has_signed(self, checkpoint: Checkpoint, signature: str) -> bool:
        """Whether the key that the document names made the signature."""
        key = self._keys.get(checkpoint.key_id)
        if key is None:
            return False
        try:
            key.public_key().verify(bytes.fromhex(signature), checkpoint.canonical().encode())
        except (InvalidSignature, ValueError):
            return False
        return True

    def public(self) -> dict[str, str]:
        """The public keys by id: 32 bytes in hexadecimal."""
        return {
            kid: key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex() for kid, key in self._keys.items()
        }

    def pem(self) -> dict[str, str]:
        """The public keys by id, as PEM."""
        return {
            kid: key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
            for kid, key in self._keys.items()
        }


@dataclass(frozen=True)
class SignedCheckpoint:
    """A document and its signature; `digest` is the SHA-256 of its file."""

    checkpoint: Checkpoint
    signature: str

    def as_json(self) -> dict[str, Any]:
        """The document as JSON: what was signed, and the signature."""
        return {"checkpoint": json.loads(self.checkpoint.canonical()), "signature": self.signature}

    def text(self) -> str:
        """The file, which a person can read; the same for the same document."""
        return json.dumps(self.as_json(), indent=2, ensure_ascii=False) + "\n"

    @property
    def digest(self) -> str:
        """What the next document names as `previous`: 64 hexadecimal digits."""
        return hashlib.sha256(self.text().encode()).hexdigest()
