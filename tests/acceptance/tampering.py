"""All that somebody does to a record who owns the database, or reaches Temporal, and what each act is named as."""

from datetime import UTC, datetime
from typing import Any

import asyncpg

from starter.dev.installation import World
from starter.dev.samples import EVIDENCE
from starter.gateway import DeskGateway
from tests.acceptance import tampering_database as database_acts
from tests.acceptance.tampering_database import IN_THE_DATABASE
from tests.acceptance.tampering_restarts import WITH_A_WORKFLOW_OF_HIS_OWN
from tests.acceptance.tampering_rows import UNDER_NO_EVENT
from tests.acceptance.tampering_scene import Named, Scene, Tampering
from tests.acceptance.tampering_secrets import WITHOUT_A_KEY
from tests.acceptance.tampering_temporal import PAST_THE_GATEWAY

TAMPERINGS: dict[Tampering, Named] = (
    IN_THE_DATABASE | UNDER_NO_EVENT | WITHOUT_A_KEY | PAST_THE_GATEWAY | WITH_A_WORKFLOW_OF_HIS_OWN
)

_OFFICES: dict[Tampering, str] = {
    database_acts.deletes_an_access_entry: "1052",
    database_acts.edits_an_access_entry: "1133",
    database_acts.deletes_a_whole_day_of_an_office: "9021",
    database_acts.makes_an_access_entry_unreadable: "UK-1",
}
"""Chains of their own for those who touch the access record."""


async def five_events(world: World) -> tuple[str, dict[str, Any]]:
    """An active registration with five events: opened, redeemed, verified, disclosed twice."""
    registration_id, filled = await world.active()
    for _ in range(2):
        await world.desk.disclose(registration_id, EVIDENCE)
    return registration_id, filled


async def scene_of(
    tampering: Tampering,
    world: World,
    database: "asyncpg.Connection[asyncpg.Record]",
) -> Scene:
    """A registration as it is before it is tampered with."""
    registration_id, filled = await five_events(world)
    office = _OFFICES.get(tampering, "1051")
    if office != "1051":
        for _ in range(2):
            await DeskGateway(world.engine, "clerk-7", office).disclose(registration_id, EVIDENCE)
    return Scene(world, database, registration_id, filled, office)


def other_office(scene: Scene) -> str:
    """What findings call the chain of this office's only day."""
    return f"{scene.office} {datetime.now(UTC).date()}"
