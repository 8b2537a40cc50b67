"""Forms that their applicants have signed with the embedded environment's test authority (S4)."""

import asyncio
import base64
import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from starter.dev.authority import PrivateKey, Signatory, SigningCredential
from starter.dev.certificate_profiles import PROFILES
from starter.dev.installation import World
from starter.dev.kept_authority import kept_authority
from starter.dev.signing import pdf_with, sign_cades, sign_pades


async def signed(
    world: World, filled: dict[str, Any], kind: str = "cades", *, level: str = "advanced", size: int = 0
) -> dict[str, str]:
    """The body of a registration; `kind` is cades or pades. The document has `size` bytes, if given."""
    return await asyncio.to_thread(_signed, world, filled, kind, level, size)  # pyHanko signs in a loop of its own


def certified(
    world: World, level: str = "advanced", person: Signatory | None = None, key: PrivateKey | None = None
) -> SigningCredential:
    """A certificate that the environment's own authority issues to the person of `form()`."""
    now = datetime.now(UTC)
    applicant = person or Signatory("Teszt", "Elek", date(1980, 2, 29))
    since, until = now - timedelta(minutes=1), now + timedelta(days=1)
    return kept_authority(world.folder).certify(applicant, PROFILES[level], since=since, until=until, key=key)


async def signed_document(
    world: World, filled: dict[str, Any], level: str = "advanced", *, pdf: bool = False
) -> tuple[bytes, bytes | None]:
    """The form, signed by its applicant: document and signature as the gateway takes them."""
    content, credential = json.dumps(filled, ensure_ascii=False).encode(), certified(world, level)
    if pdf:
        return await asyncio.to_thread(sign_pades, pdf_with(content), credential), None
    return content, await asyncio.to_thread(sign_cades, content, credential, datetime.now(UTC))


def _signed(world: World, filled: dict[str, Any], kind: str, level: str, size: int) -> dict[str, str]:
    now, content = datetime.now(UTC), json.dumps(filled).encode()
    person = Signatory(filled["family_name"], filled["given_name"], date.fromisoformat(filled["birth_date"]))
    since, until = now - timedelta(minutes=1), now + timedelta(days=1)
    credential = kept_authority(world.folder).certify(person, PROFILES[level], since=since, until=until)
    if kind == "pades":
        pdf, more = sign_pades(pdf_with(content), credential), 0
        while size and len(pdf) != size:  # by a few bytes, after the first time
            more += size - len(pdf)
            pdf = sign_pades(_larger(pdf_with(content), more), credential)
        return {"signed_pdf": base64.b64encode(pdf).decode()}
    content = content.ljust(size)
    signature = sign_cades(content, credential, now)
    return {"signed_form": base64.b64encode(content).decode(), "signature": base64.b64encode(signature).decode()}


def _larger(pdf: bytes, more: int) -> bytes:
    """With so many bytes that no page shows, and the object that they are in."""
    writer, made = IncrementalPdfFileWriter(BytesIO(pdf)), BytesIO()
    writer.add_object(StreamObject(stream_data=bytes(more)))
    writer.write(made)
    return made.getvalue()
