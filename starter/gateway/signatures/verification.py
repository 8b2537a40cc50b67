"""Verifying a signed form: the steps, in order; whatever goes wrong is one typed refusal."""

import asyncio
import base64
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog

from registration.errors import SignatureUnreadable, UgyfelkapuError
from registration.forms import RegistrationForm
from registration.signatures import VerifiedSignature
from starter.gateway.signatures.applicant import check_applicant
from starter.gateway.signatures.assurance import level_of
from starter.gateway.signatures.cades import read_cades
from starter.gateway.signatures.chain import check_chain
from starter.gateway.signatures.integrity import signer_of
from starter.gateway.signatures.pades import read_pades
from starter.gateway.signatures.signed_form import LARGEST_BYTES, SignedForm
from starter.gateway.signatures.trust import Trust

_log = structlog.get_logger()

for _library in ("pyhanko", "pyhanko_certvalidator"):  # their log lines quote the names in certificates
    logging.getLogger(_library).addHandler(logging.NullHandler())
    logging.getLogger(_library).propagate = False


def read(document: bytes, signature: bytes | None) -> SignedForm:
    """Takes a signed form apart: JSON and its detached signature, or a signed PDF.

    Raises `SignatureUnreadable`, `NotOneSignature`, `SignatureIncomplete`.
    """
    if max(len(document), len(signature or b"")) > LARGEST_BYTES:
        raise SignatureUnreadable
    with _unreadable_otherwise():
        return read_pades(document) if signature is None else read_cades(document, signature)


def verify(signed: SignedForm, applicant: RegistrationForm, trust: Trust, moment: datetime) -> VerifiedSignature:
    """The facts of an applicant's signature that is valid at a moment. Raises a `SignatureRefused`.

    Times that the signer or the PDF claims count for nothing. Needs a thread without an event loop of its own.
    """
    with _unreadable_otherwise():
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


@contextmanager
def _unreadable_otherwise() -> Iterator[None]:
    """What a hostile structure makes of the libraries is one refusal; the log tells its type, never its words."""
    try:
        yield
    except UgyfelkapuError:
        raise
    except Exception as trouble:  # noqa: BLE001  parsers of hostile input raise anything, RecursionError too
        _log.warning("signature_unreadable", reason=type(trouble).__name__)
        raise SignatureUnreadable from None
