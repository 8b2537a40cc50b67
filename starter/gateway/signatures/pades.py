"""A PDF signed with PAdES (ETSI EN 319 142-1) that embeds the submitted JSON as its only attachment."""

import asyncio
import base64
import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import structlog
from asn1crypto.cms import ContentInfo

from registration.dependencies import Dependency
from registration.errors import UgyfelkapuError, Unavailable
from registration.signature_errors import SignatureUnreadable
from starter.gateway.signatures.signed_form import SignedForm, signed_data_of

_log = structlog.get_logger()

_SCRIPT: Final = Path(__file__).with_name("pdf_parts.py")
_WITHIN_SECONDS: Final = 30
"""The process ends itself after 3 s of its own time; on a busy machine they may take longer."""


async def read_pades(pdf: bytes) -> SignedForm:
    """The form and its signature, not verified yet; the PDF is taken apart in a process of its own.

    Raises `NotOneSignature`, `SignatureIncomplete`, `SignatureUnreadable`, or whatever asn1crypto raises; `Unavailable`
    where no process can be had.
    """
    secretless = {name: text for name, text in os.environ.items() if not name.startswith(("UGYFELKAPU_", "TEMPORAL_"))}
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(_SCRIPT)),
            env=secretless,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a traceback may quote the form
        )
    except OSError:
        raise Unavailable(Dependency.SIGNATURE_READER) from None
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            answer, _ = await process.communicate(pdf)
    except TimeoutError:
        answer = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        _log.warning("signature_unreadable", reason=f"exit status {process.returncode}")
        raise SignatureUnreadable
    return form_in_pdf(pdf, json.loads(answer))


def form_in_pdf(pdf: bytes, parts: dict[str, Any]) -> SignedForm:
    """The form by the answer of `pdf_parts.answer_of`."""
    if "refused" in parts:
        if parts["reason"]:
            _log.warning("signature_unreadable", reason=parts["reason"])
        raise UgyfelkapuError.kinds[parts["refused"]]
    gap, rest = parts["gap"]
    padded = bytes.fromhex(pdf[gap + 1 : rest - 1].decode())
    der = ContentInfo.load(padded).dump()
    if padded[len(der) :].strip(b"\0"):
        raise SignatureUnreadable
    return SignedForm(
        document=pdf,
        content=base64.b64decode(parts["content"]),
        covered=pdf[:gap] + pdf[rest:],
        cms=der,
        signed_data=signed_data_of(der),
    )
