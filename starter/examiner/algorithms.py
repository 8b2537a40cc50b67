"""The algorithms that are safe enough for signatures and certificates (ETSI TS 119 312): a list of what is allowed.

They are compared by what they mean. The same digest is written with or without NULL as its parameters (RFC 5754, 2),
and an RSA signature names its digest itself or leaves it to the signer's `digestAlgorithm` (`rsaEncryption`, RFC 3370,
3.2), so encodings cannot be compared.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from asn1crypto import algos, core, keys
from pyhanko.sign.validation.utils import CMSAlgorithmUsagePolicy
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint

SAFE_DIGESTS: Final = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})
_EDWARDS: Final = frozenset({"ed25519", "ed448"})
_KEYS: Final = {"rsassa_pkcs1v15": "rsa", "rsassa_pss": "rsa", "ecdsa": "ec"}
"""The kind of key that each kind of signature needs, as the name of the key's algorithm begins."""

_LEAST_BITS: Final = {"rsa": 2048, "ec": 256}


@dataclass(frozen=True)
class SignatureMethod:
    """How a signature is made: its kind, its digest where it names one, and of RSA-PSS the mask's digest and salt."""

    kind: str
    digest: str | None
    mask_digest: str | None = None
    salt_bytes: int | None = None

    @classmethod
    def of(cls, algorithm: algos.SignedDigestAlgorithm) -> Self:
        """The meaning of an AlgorithmIdentifier; of an unknown one, its name only."""
        name = algorithm["algorithm"].native
        if name in _EDWARDS:
            return cls(name, None)
        if name == "rsassa_pss":
            parameters = algorithm["parameters"]
            mask = parameters["mask_gen_algorithm"]
            return cls(
                name,
                parameters["hash_algorithm"]["algorithm"].native,
                mask["parameters"]["algorithm"].native if mask["algorithm"].native == "mgf1" else "unknown",
                parameters["salt_length"].native,
            )
        digest, _, kind = name.rpartition("_")
        if kind in {"rsa", "ecdsa"} and digest:
            return cls({"rsa": "rsassa_pkcs1v15"}.get(kind, kind), digest)
        return cls(name, None)

    def with_digest(self, digest: str) -> Self:
        """The whole method of a signer with this `digestAlgorithm`."""
        return self if self.digest or self.kind in _EDWARDS else replace(self, digest=digest)

    def is_safe(self, digest: str, key: keys.PublicKeyInfo | None) -> bool:
        """Whether it is on the list, with this digest for what names none, and with this key."""
        if self.kind in _EDWARDS:
            return key is None or key.algorithm == self.kind
        wanted, used = _KEYS.get(self.kind), {self.digest or digest}
        used |= {self.mask_digest} if self.mask_digest else set()
        if wanted is None or not SAFE_DIGESTS.issuperset(used):
            return False
        return key is None or (key.algorithm.startswith(wanted) and key.bit_size >= _LEAST_BITS[wanted])


class SafeAlgorithms(CMSAlgorithmUsagePolicy):
    """Allows SHA-2 and SHA-3 of 256 bits and more, RSA from 2048 bits, elliptic curves from 256 bits.

    This is what certificates and revocation lists have to keep, which name their digest themselves.
    """

    def digest_algorithm_allowed(
        self, algo: algos.DigestAlgorithm, moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        """Whether a digest is on the list; the list holds at every moment."""
        del moment
        return AlgorithmUsageConstraint(algo["algorithm"].native in SAFE_DIGESTS)

    def signature_algorithm_allowed(
        self, algo: algos.SignedDigestAlgorithm, moment: datetime | None, public_key: keys.PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        """Whether a signature algorithm is on the list, with its digest and with this key."""
        del moment
        return AlgorithmUsageConstraint(SignatureMethod.of(algo).is_safe("none", public_key))


def digest_of(algorithm: core.Sequence) -> str:
    """The digest that an AlgorithmIdentifier means, whatever its parameters."""
    name: str = algorithm["algorithm"].native
    return name
