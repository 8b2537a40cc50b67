"""A form that came with a signature, as an examination has read it."""

import base64
from dataclasses import dataclass
from typing import Self

import structlog

from registration.errors import UgyfelkapuError, Unavailable
from registration.forms import RegistrationForm
from registration.signature_errors import SignatureUnreadable
from registration.signatures import VerifiedSignature
from starter.examiner.plain_facts import Examination, Signer
from starter.gateway.signatures.applicant import check_applicant

_log = structlog.get_logger()


@dataclass(frozen=True)
class SignedForm:
    """`content` is the form's JSON; its signer is not known until `proof_for` has checked it."""

    content: bytes
    refusal: UgyfelkapuError | None
    signer: Signer | None
    proof: VerifiedSignature | None

    @classmethod
    def of(cls, finding: Examination) -> Self:
        """What was found. Raises the refusal where not even the form could be read, and `Unavailable`."""
        if finding.file is not None:
            _log.error("trust_unreadable", file=finding.file, reason=finding.reason)
        elif finding.reason is not None:
            _log.warning("signature_unreadable", reason=finding.reason)
        refusal = None if finding.refusal is None else UgyfelkapuError.kinds[finding.refusal]()
        if refusal is not None and (finding.content is None or isinstance(refusal, Unavailable)):
            raise refusal
        return cls(base64.b64decode(finding.content or ""), refusal, finding.signer, finding.proof)

    def proof_for(self, form: RegistrationForm) -> VerifiedSignature:
        """What proves that the person of the form, which is that of `content`, has signed it.

        Raises a `SignatureRefused`.
        """
        if self.refusal is not None:
            raise self.refusal
        if self.signer is None or self.proof is None:
            raise SignatureUnreadable
        check_applicant(self.signer, form)
        return self.proof
