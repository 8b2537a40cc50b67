"""Who vouches for a checkpoint: Ed25519 signatures over its document."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from registration.checkpoint import Checkpoint
from settings.keys import public_keys


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


class VerificationKeys:
    """Ed25519 public keys by id, from their 32 bytes: what tells who signed a document, and can sign none."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """At least one."""
        self._public = {kid: Ed25519PublicKey.from_public_bytes(key) for kid, key in keys.items()}

    def has_signed(self, checkpoint: Checkpoint, signature: str) -> bool:
        """Whether the key that the document names made the signature."""
        key = self._public.get(checkpoint.key_id)
        if key is None:
            return False
        try:
            key.verify(bytes.fromhex(signature), checkpoint.canonical().encode())
        except (InvalidSignature, ValueError):
            return False
        return True

    def public(self) -> dict[str, str]:
        """The keys by id: 32 bytes in hexadecimal."""
        return {kid: key.public_bytes_raw().hex() for kid, key in self._public.items()}

    def pem(self) -> dict[str, str]:
        """The keys by id, as PEM."""
        return {
            kid: key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
            for kid, key in self._public.items()
        }


class SigningKeys(VerificationKeys):
    """Ed25519 keys by id, from their seeds of 32 bytes; the first signs, all verify."""

    def __init__(self, seeds: Mapping[str, bytes]) -> None:
        """At least one."""
        super().__init__(public_keys(seeds))
        self.key_id, seed = next(iter(seeds.items()))
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    def signed(self, checkpoint: Checkpoint) -> SignedCheckpoint:
        """A document that names the first key, with its signature over the canonical text, in hexadecimal."""
        return SignedCheckpoint(checkpoint, self._key.sign(checkpoint.canonical().encode()).hex())
