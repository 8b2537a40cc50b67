"""Bulk extensions of accounts that exist, over HTTP and from the command line: paused, resumed, reported in full."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import pytest_asyncio

from registration.names import extension_workflow_id
from registration.policy import add_years
from starter.dev.standing import standing_accounts
from tests.support.api import problem
from tests.support.desk import operator, supervisor
from tests.support.installation import eventually
from tests.support.servers import SharedServers
from tests.support.ways import Ways, both_ways

ACCOUNTS: Final = 100
"""At one a second they last longer than the slowest command that pauses them."""

BATCH: Final = 5
"""So many are extended before a pause takes effect, at one a second."""

BEFORE: Final = "2031-01-01"
DONE_SECONDS: Final = 120
STILL_SECONDS: Final = 2
YEAR: Final = timedelta(days=366)
SECOND: Final = {"UGYFELKAPU_OPERATOR": "operator-2"}


@dataclass(frozen=True)
class Accounts:
    """Both ways to an installation with accounts."""

    ways: Ways
    ids: list[str]

    async def http(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401  JSON
        """What an operator is answered under `/v1/operations/`."""
        asked, url = operator(self.ways.api), f"/v1/operations/{path}"
        answer = await (asked.get(url) if method == "GET" else asked.post(url, body))
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def command(self, *arguments: str, **variables: str) -> Any:  # noqa: ANN401  JSON
        """What `ugyfelkapu admin extend …` prints."""
        return (await self.ways.command("admin", "extend", *arguments, "--json", **variables)).data

    async def until(self, extension: str, state: str, *, total: int | None = None) -> Any:  # noqa: ANN401  JSON
        """Waits until the extension has a state, and its list; returns the last answer."""
        answer: dict[str, Any] = {}

        async def is_so() -> bool:
            answer.update(await self.http("GET", f"extensions/{extension}"))
            return answer["state"] == state and total in {None, answer["progress"]["total"]}

        await eventually(is_so, within_seconds=DONE_SECONDS)
        return answer

    async def until_still(self, extension: str) -> Any:  # noqa: ANN401  JSON
        """Waits until a pause has taken effect, and shows that nothing moves any more."""
        handle = self.ways.world.client.get_workflow_handle(extension_workflow_id(extension))

        async def is_idle() -> bool:
            raw = (await handle.describe()).raw_description
            return not raw.pending_activities and not raw.HasField("pending_workflow_task")

        await self.until(extension, "PAUSED")
        await eventually(is_idle, within_seconds=DONE_SECONDS)
        before = await self.http("GET", f"extensions/{extension}")
        await asyncio.sleep(STILL_SECONDS)
        assert await self.http("GET", f"extensions/{extension}") == before
        assert await is_idle()
        return before

    async def check_extended(self, report: Sequence[Mapping[str, Any]]) -> None:
        """The report names every account once, and each has the new date in its record."""
        assert [line["registration_id"] for line in report] == self.ids
        assert {line["outcome"] for line in report} == {"EXTENDED"}
        for line in report:
            until = datetime.fromisoformat(line["until"])
            assert until > datetime.fromisoformat(line["valid_until"])
            event = (await self.ways.world.audit.events(line["registration_id"]))[-1]
            assert (event.kind, event.password_valid_until) == ("VALIDITY_EXTENDED", until)
            assert (event.actor.kind, event.actor.id) == ("OPERATOR", "operator-1")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def standing(shared: SharedServers) -> AsyncIterator[Accounts]:
    async with both_ways(shared) as ways:
        yield Accounts(ways, await standing_accounts(ways.world, ACCOUNTS))


async def test_over_http_it_stops_at_a_pause_goes_on_and_the_report_lists_every_account(standing: Accounts) -> None:
    api, wish = standing.ways.api, {"before": BEFORE, "days": 90}
    counted = await standing.http("POST", "extension-counts", wish)
    assert (counted["total"], counted["already_past"]) == (ACCOUNTS, 0)
    extension = (await standing.http("POST", "extensions", wish))["extension_id"]
    approval = f"/v1/operations/extensions/{extension}/approval"
    assert problem(await operator(api).post(approval)) == (403, "second-person-needed")
    assert (await supervisor(api).post(approval)).json()["state"] == "APPROVED"
    await standing.http("POST", f"extensions/{extension}/start", {"rate": 1})
    await standing.until(extension, "RUNNING", total=counted["total"])
    await standing.http("POST", f"extensions/{extension}/pause")
    paused = await standing.until_still(extension)
    assert paused["progress"]["extended"] <= BATCH
    assert paused["progress"]["open"] == ACCOUNTS - paused["progress"]["extended"]
    open_report = await standing.http("GET", f"extensions/{extension}/report")
    assert [line["registration_id"] for line in open_report] == standing.ids
    assert [line["outcome"] for line in open_report].count("OPEN") == paused["progress"]["open"]
    await standing.http("POST", f"extensions/{extension}/resume", {"rate": 500})
    done = await standing.until(extension, "DONE")
    assert done["progress"] == {"total": ACCOUNTS, "extended": ACCOUNTS, "refused": 0, "open": 0}
    report = await standing.http("GET", f"extensions/{extension}/report")
    await standing.check_extended(report)
    moved = {datetime.fromisoformat(line["until"]) - datetime.fromisoformat(line["valid_until"]) for line in report}
    assert moved == {timedelta(days=90)}
    as_csv = await operator(api).get(f"/v1/operations/extensions/{extension}/report", accept="text/csv")
    lines = list(csv.DictReader(io.StringIO(as_csv.text)))
    assert lines == [line | {"reason": ""} for line in report]


async def test_over_http_days_that_are_null_lead_to_each_anniversary(standing: Accounts) -> None:
    wish = {"before": BEFORE, "days": None}
    counted = await standing.http("POST", "extension-counts", wish)
    asked = await standing.http("POST", "extensions", wish)
    extension = asked["extension_id"]
    assert (asked["days"], counted["total"]) == (None, ACCOUNTS)
    await supervisor(standing.ways.api).post(f"/v1/operations/extensions/{extension}/approval")
    await standing.http("POST", f"extensions/{extension}/start", {"rate": 500})
    await standing.until(extension, "DONE")
    report = await standing.http("GET", f"extensions/{extension}/report")
    await standing.check_extended(report)
    await check_anniversaries(standing, report)


async def test_from_the_command_line_it_stops_at_a_pause_and_reaches_every_anniversary(standing: Accounts) -> None:
    wish = ("--before", BEFORE, "--to-anniversary")
    counted = await standing.command("request", *wish, "--dry-run")
    asked = await standing.command("request", *wish)
    extension = asked["extension_id"]
    assert (asked["days"], counted["total"], counted["already_past"]) == (None, ACCOUNTS, 0)
    approved = await standing.command("approve", extension, **SECOND)
    assert (approved["requested_by"], approved["approved_by"]) == ("operator-1", "operator-2")
    watched = asyncio.create_task(standing.command("start", extension, "--rate", "1"))
    await standing.until(extension, "RUNNING", total=counted["total"])
    assert (await standing.command("pause", extension))["extension_id"] == extension
    paused = (await standing.until_still(extension))["progress"]
    assert 0 < paused["open"] < ACCOUNTS
    seen = await watched
    assert (seen["state"], seen["progress"]["total"]) == ("PAUSED", ACCOUNTS)
    assert (await standing.command("resume", extension, "--rate", "500"))["extension_id"] == extension
    await standing.until(extension, "DONE")
    done = await standing.command("status", extension)
    assert (done["state"], done["progress"]) == (
        "DONE",
        {"total": ACCOUNTS, "extended": ACCOUNTS, "refused": 0, "open": 0},
    )
    summary = await standing.command("report", extension, "--csv", "report.csv")
    assert (summary["accounts"], summary["extended"]) == (counted["total"], ACCOUNTS)
    with (standing.ways.folder / "report.csv").open(newline="", encoding="utf-8") as file:
        report = list(csv.DictReader(file))
    await standing.check_extended(report)
    await check_anniversaries(standing, report)


async def check_anniversaries(standing: Accounts, report: Sequence[Mapping[str, Any]]) -> None:
    """Each is the first one behind the present end of validity."""
    for line in report:
        opened = (await standing.ways.world.audit.events(line["registration_id"]))[0].at
        until, valid_until = (datetime.fromisoformat(line[name]) for name in ("until", "valid_until"))
        assert until == add_years(opened, until.year - opened.year)
        assert until - valid_until <= YEAR
