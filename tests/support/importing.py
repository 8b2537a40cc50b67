"""Accounts of an older system, taken over through the gateway; what is in the rows behind it."""

from collections.abc import Sequence
from typing import Any

from starter.dev.installation import World
from starter.dev.standing import SOURCE
from starter.gateway.csv_lines import CsvLine
from starter.gateway.imports import AccountImport, ImportPlan
from tests.support.installation import eventually

SOON_SECONDS = 60
"""For some hundred accounts on a busy machine."""


def ids_of(world: World, lines: Sequence[dict[str, str]]) -> list[str]:
    """The registrations' ids of lines of the tests' source."""
    return [world.engine.accounts.key_of(SOURCE, line["user_name"]).registration_id for line in lines]


async def all_recorded(world: World, ids: Sequence[str]) -> None:
    """Waits until each of them has its first event."""

    async def none_waits() -> bool:
        found = await world.sql(
            "select count(*) from registrations where id = any($1::uuid[]) and sequence > 0", list(ids)
        )
        return bool(found[0]["count"] == len(ids))

    await eventually(none_waits, within_seconds=SOON_SECONDS)


async def take(world: World, *lines: dict[str, str], **plan: Any) -> list[str]:  # noqa: ANN401  any field of the plan
    """Takes lines over through the gateway; the registrations' ids."""
    importing = AccountImport(world.engine, "operator-1", ImportPlan(SOURCE, **plan))
    outcome = await importing.take([CsvLine(number, line) for number, line in enumerate(lines, 2)])
    assert outcome.refused == ()
    assert outcome.taken_over == outcome.started == len(lines)
    ids = ids_of(world, lines)
    await all_recorded(world, ids)
    return ids
