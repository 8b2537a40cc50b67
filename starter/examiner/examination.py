"""The examination of a signed form: the questions, in order."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from datetime import datetime

from registration.errors import UgyfelkapuError, Unavailable
from registration.signature_errors import SignatureUnreadable
from registration.signatures import VerifiedSignature
from starter.examiner.assurance import level_of
from starter.examiner.cades import read_cades
from starter.examiner.certificate_chain import check_chain
from starter.examiner.integrity import intact_signature
from starter.examiner.naming import signer_of
from starter.examiner.pades import read_pades
from starter.examiner.plain_facts import Examination, Signer, encoded
from starter.examiner.submitted_form import SubmittedForm
from starter.examiner.trust import Trust, TrustUnreadable

for _library in ("pyhanko", "pyhanko_certvalidator"):  # their log lines quote the names in certificates
    logging.getLogger(_library).addHandler(logging.NullHandler())
    logging.getLogger(_library).propagate = False


def examine(document: bytes, signature: bytes | None, trusted: Callable[[], Trust], moment: datetime) -> Examination:
    """What a form and its signature prove at a moment; `trusted` reads the trusted files, once the signature is intact.

    Times that the signer or the PDF claims count for nothing. Never raises: parsers of hostile input raise anything,
    `RecursionError` and `MemoryError` too, and all of it is a refusal. Needs a thread without an event loop of its own.
    """
    content = None
    try:
        signed = read_pades(document) if signature is None else read_cades(document, signature)
        content = encoded(signed.content)
        signer, proof = _verified(signed, trusted, moment)
    except TrustUnreadable as trouble:
        return Examination(content, Unavailable.__name__, trouble.reason, trouble.file)
    except UgyfelkapuError as refused:
        return Examination(content, type(refused).__name__)
    except Exception as trouble:  # noqa: BLE001  as the docstring says
        return Examination(content, SignatureUnreadable.__name__, type(trouble).__name__)
    return Examination(content, signer=signer, proof=proof)


def _verified(
    signed: SubmittedForm, trusted: Callable[[], Trust], moment: datetime
) -> tuple[Signer, VerifiedSignature]:
    intact = intact_signature(signed)
    asyncio.run(check_chain(intact, trusted(), moment))
    certificate = intact.certificate
    return signer_of(certificate), VerifiedSignature(
        level=level_of(certificate),
        issuer=certificate.issuer.human_friendly,
        serial_number=f"{certificate.serial_number:x}",
        certificate_sha256=certificate.sha256.hex(),
        document_sha256=hashlib.sha256(signed.document).hexdigest(),
        signed_sha256=hashlib.sha256(intact.signed_attributes).hexdigest(),
        document=encoded(signed.document),
        signature=encoded(signed.cms),
    )
