"""The tables of docs/restore.md: what a drill has found, between two markers, compared or written."""

import asyncio
import os
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from temporalio.testing import TimeSkipper, TimeSkippingConfig

from registration.names import RECONCILIATION_ID, RECONCILIATION_WORKFLOW_TYPE
from starter.dev.installation import SOON_SECONDS, World
from starter.gateway import FindingLine
from tests.support.installation import POLL_SECONDS

_DOCUMENT: Final = Path("docs/restore.md")
_WRITE: Final = "WRITE_DRILLS"
"""`make drills` sets it."""

NOTHING: Final = "–"


_SECOND_LOOK: Final = timedelta(minutes=2)


async def disagreements(world: World) -> dict[str, str]:
    """What `admin reconcile` says of each registration that it names, its second look at once: `stored` / `running`."""
    passing = asyncio.create_task(world.operations.reconcile())
    skipper = TimeSkipper(world.client, config=TimeSkippingConfig(enabled=False))
    query = f"WorkflowType = '{RECONCILIATION_WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'"
    async with asyncio.timeout(SOON_SECONDS):
        own: list[str] = []
        while not own and not passing.done():
            own = [one.id async for one in world.client.list_workflows(query) if _is_by_hand(one.id)]
            await asyncio.sleep(POLL_SECONDS)
    for workflow_id in own:
        await skipper.fast_forward(world.client.get_workflow_handle(workflow_id), _SECOND_LOOK)
    found = (await passing).disagreements
    return {one.registration_id: f"`{one.stored}` / `{one.running or NOTHING}`" for one in found}


def _is_by_hand(workflow_id: str) -> bool:
    """The schedule's pass has a time in its id, one of an operator the request's UUID."""
    return workflow_id.startswith(f"{RECONCILIATION_ID}-") and len(workflow_id) == len(RECONCILIATION_ID) + 37


def kinds(findings: Iterable[FindingLine], about: Collection[str]) -> str:
    """What verification says of one thing, such as a registration's id, as a cell."""
    return cell({finding.kind for finding in findings if finding.about in about})


def cell(names: Iterable[str]) -> str:
    """Names in their order."""
    return ", ".join(f"`{name}`" for name in sorted(names)) or NOTHING


def assert_documented(drill: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The drill's table in docs/restore.md is this one; `make drills` writes it there."""
    lines = [header, ["---"] * len(header), *rows]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    text = _DOCUMENT.read_text(encoding="utf-8")
    begin, end = f"<!-- drill: {drill} -->\n", "\n<!-- end of the drill -->"
    before, _, rest = text.partition(begin)
    written, _, after = rest.partition(end)
    assert rest, f"{_DOCUMENT} lacks the marker {begin}"
    if os.environ.get(_WRITE):
        _DOCUMENT.write_text(before + begin + table + end + after, encoding="utf-8")
    else:
        assert written == table, "make drills"
