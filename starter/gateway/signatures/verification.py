"""Verifying a signed form: the steps, in order."""

import asyncio
import base64
import hashlib
from datetime import datetime

from registration.forms import RegistrationForm
from registration.signatures import VerifiedSignature
from starter.gateway.signatures.applicant import check_applicant
from starter.gateway.signatures.assurance import level_of
from starter.gateway.signatures.chain import check_chain
from starter.gateway.signatures.guard import unreadable_otherwise
from starter.gateway.signatures.integrity import signer_of
from starter.gateway.signatures.signed_form import SignedForm
from starter.gateway.signatures.trust import Trust


def verify(signed: SignedForm, applicant: RegistrationForm, trust: Trust, moment: datetime) -> VerifiedSignature:
    """The facts of an applicant's signature that is valid at a moment. Raises a `SignatureRefused`.

    Times that the signer or the PDF claims count for nothing. Needs a thread without an event loop of its own.
    """
    with unreadable_otherwise():
        signer = signer_of(signed)
        asyncio.run(check_chain(signer, trust, moment))
        level = level_of(signer.certificate)
        check_applicant(signer.certificate, applicant)
        certificate = signer.certificate
        return VerifiedSignature(
            level=level,
            issuer=certificate.issuer.human_friendly,
            serial_number=f"{certificate.serial_number:x}",
            certificate_sha256=certificate.sha256.hex(),
            document_sha256=hashlib.sha256(signed.document).hexdigest(),
            signed_sha256=hashlib.sha256(signer.signed_attributes).hexdigest(),
            document=base64.b64encode(signed.document).decode(),
            signature=base64.b64encode(signed.cms).decode(),
        )
