"""Forms that their applicants have signed with the embedded environment's test authority (S4)."""

import asyncio
import base64
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from starter.dev.authority import Person
from starter.dev.certificate_profiles import PROFILES
from starter.dev.kept_authority import kept_authority
from starter.dev.signing import pdf_with, sign_cades, sign_pades
from tests.support.world import World


async def signed(
    world: World, filled: dict[str, Any], kind: str = "cades", *, level: str = "advanced"
) -> dict[str, str]:
    """The body of a registration; `kind` is cades or pades."""
    return await asyncio.to_thread(_signed, world, filled, kind, level)  # pyHanko signs in a loop of its own


def _signed(world: World, filled: dict[str, Any], kind: str, level: str) -> dict[str, str]:
    now, content = datetime.now(UTC), json.dumps(filled).encode()
    person = Person(filled["family_name"], filled["given_name"], date.fromisoformat(filled["birth_date"]))
    since, until = now - timedelta(minutes=1), now + timedelta(days=1)
    credential = kept_authority(world.folder).certify(person, PROFILES[level], since=since, until=until)
    if kind == "pades":
        return {"signed_pdf": base64.b64encode(sign_pades(pdf_with(content), credential)).decode()}
    signature = sign_cades(content, credential, now)
    return {"signed_form": base64.b64encode(content).decode(), "signature": base64.b64encode(signature).decode()}
