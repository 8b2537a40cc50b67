"""Bulk extensions on pages: counted, asked for, approved by another person, carried out, reported."""

import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import httpx
import pytest
import pytest_asyncio

from registration.extensions import ExtensionState
from registration.operations import Operation
from starter.dev.standing import standing_accounts
from tests.support.installation import eventually
from tests.support.servers import SharedServers
from tests.support.staff import STAFF_SESSION, StaffPages, colleague, entries_of, running_staff
from tests.support.visitors import Visitor, heading
from tests.workflows.lives import choosy_world

PATH: Final = "/uzemeltetes/hosszabbitasok"
BEFORE: Final = {"before": "2031-01-01", "days": "90"}
ACCOUNTS: Final = 8
DONE_SECONDS: Final = 120


@dataclass(frozen=True)
class Extended:
    """Pages on an installation of its own, as an extension is for all its accounts."""

    staff: StaffPages
    ids: list[str]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def extended(shared: SharedServers) -> AsyncIterator[Extended]:
    async with choosy_world(shared) as (world, _), running_staff(world) as staff:
        yield Extended(staff, await standing_accounts(world, ACCOUNTS))


async def asked(operator: Visitor, **fields: str) -> str:
    """The path of a new extension."""
    new = f"{PATH}/uj?before={BEFORE['before']}&days={BEFORE['days']}"
    answer = await operator.post(f"{PATH}/uj", {**BEFORE, **fields}, at=new)
    assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
    return str(answer.headers["location"])


async def state(visitor: Visitor, path: str) -> ExtensionState:
    page = (await visitor.get(f"{path}/allas")).text
    (label,) = re.findall(r'data-announce="([^",]+)', page)
    return next(each for each in ExtensionState if each.label == label)


async def test_two_people_extend_many_accounts(extended: Extended) -> None:
    staff = extended.staff
    async with colleague(staff.url, "operator-1") as operator, colleague(staff.url, "supervisor-1") as supervisor:
        counted = await operator.get(f"{PATH}/uj", params=BEFORE)
        assert f"<dd>{ACCOUNTS}</dd>" in counted.text
        assert "There is no bulk extension" in (await operator.get(PATH)).text, "a count writes nothing"
        path = await asked(operator)
        page = await operator.get(path)
        assert heading(page) == "Bulk extension"
        assert "Someone else has to approve it" in page.text
        assert f"{path}/jovahagyas" not in page.text
        own = await operator.post(f"{path}/jovahagyas", at=path)
        assert own.status_code == httpx.codes.FORBIDDEN, "and the gateway refuses it, too"
        early = await operator.post(f"{path}/inditas", {"rate": "50"}, at=path)
        assert early.status_code == httpx.codes.CONFLICT
        await supervisor.post(f"{path}/jovahagyas", at=path)
        assert await state(supervisor, path) is ExtensionState.APPROVED
        refused = await supervisor.post(f"{path}/inditas", {"rate": "50"}, at=path)
        assert refused.status_code == httpx.codes.FORBIDDEN
        for typed in ("1_0", "٣", "1e1", "inf"):
            assert (await operator.post(f"{path}/inditas", {"rate": typed}, at=path)).status_code == 422
        wrong = await operator.post(f"{path}/inditas", {"rate": "sok"}, at=path)
        assert wrong.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert 'id="rate-error"' in wrong.text
        await operator.post(f"{path}/inditas", {"rate": "1"}, at=path)
        await operator.post(f"{path}/szunet", at=path)
        assert await state(operator, path) is ExtensionState.PAUSED
        await operator.post(f"{path}/folytatas", {"rate": "500"}, at=path)

        async def is_done() -> bool:
            return await state(operator, path) is ExtensionState.DONE

        await eventually(is_done, within_seconds=DONE_SECONDS)
        report = await operator.get(f"{path}/jelentes.csv")
        lines = list(csv.DictReader(io.StringIO(report.text)))
        assert sorted(line["registration_id"] for line in lines) == sorted(extended.ids)
        assert {line["outcome"] for line in lines} == {"EXTENDED"}
        assert "waiting" not in (await operator.get(PATH)).text
    noted = [each["operation"] for each in await entries_of(staff.world, "supervisor-1") if not each.get("refusal")]
    assert Operation.OPERATIONS_APPROVE_EXTENSION in noted


async def test_a_form_that_is_sent_twice_asks_once(extended: Extended) -> None:
    async with colleague(extended.staff.url, "operator-2") as operator:
        first = await asked(operator, form_key="0" * 22)
        assert await asked(operator, form_key="0" * 22) == first
        assert await asked(operator) != first


@pytest.mark.parametrize(
    ("typed", "field"), [({"before": "holnap"}, "before"), ({"before": "2031-01-01", "days": "sok"}, "days")]
)
async def test_what_is_no_date_and_no_number_is_refused_at_its_field(
    extended: Extended, typed: dict[str, str], field: str
) -> None:
    async with colleague(extended.staff.url, "operator-1") as operator:
        page = await operator.get(f"{PATH}/uj", params=typed)
        assert page.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert f'id="{field}-error"' in page.text


@pytest.mark.parametrize("who", ["clerk-1", "auditor-1"])
async def test_others_see_no_extension(extended: Extended, who: str) -> None:
    async with colleague(extended.staff.url, who) as somebody:
        for path in (PATH, f"{PATH}/uj", f"{PATH}/00000000-0000-4000-8000-000000000000/allas"):
            assert (await somebody.get(path)).status_code == httpx.codes.FORBIDDEN
    last = (await entries_of(extended.staff.world, who))[-1]
    assert (last["operation"], last["refusal"]) == (Operation.OPERATIONS_EXTENSION, "WrongRole")


async def test_a_page_that_refreshes_itself_keeps_no_session_open(extended: Extended) -> None:
    """Its script asks every two seconds: whoever leaves is signed out after 15 minutes all the same."""
    store = extended.staff.world.engine.staff_sessions
    async with colleague(extended.staff.url, "operator-1") as operator:
        path = await asked(operator)
        token = operator.http.cookies[STAFF_SESSION]
        facts = await store.find(token)
        assert facts
        left = replace(facts, used_at=facts.used_at - timedelta(minutes=14))
        await store.use(token, left, facts.used_at + timedelta(days=1))
        assert (await operator.get(f"{path}/allas")).status_code == httpx.codes.OK
        assert await store.find(token) == left
        await operator.get(path)
        assert await store.find(token) != left
