"""The algorithms that are safe enough for signatures and certificates (ETSI TS 119 312): a list of what is allowed."""

from datetime import datetime
from typing import Final

from asn1crypto import algos, keys
from pyhanko.sign.validation.utils import CMSAlgorithmUsagePolicy
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint

SAFE_DIGESTS: Final = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})
_RSA: Final = frozenset({"rsassa_pkcs1v15", "rsassa_pss"})
_EDWARDS: Final = frozenset({"ed25519", "ed448"})
_RSA_BITS: Final = 2048
_CURVE_BITS: Final = 256


class SafeAlgorithms(CMSAlgorithmUsagePolicy):
    """Allows SHA-2 and SHA-3 of 256 bits and more, RSA from 2048 bits, elliptic curves from 256 bits."""

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
        name = algo["algorithm"].native
        if name in _EDWARDS:
            return AlgorithmUsageConstraint(allowed=True)
        kind, least = ("rsa", _RSA_BITS) if algo.signature_algo in _RSA else ("ec", _CURVE_BITS)
        safe = algo.signature_algo in _RSA | {"ecdsa"} and algo.hash_algo in SAFE_DIGESTS
        if public_key is not None:
            safe = safe and public_key.algorithm.startswith(kind) and public_key.bit_size >= least
        return AlgorithmUsageConstraint(safe)
