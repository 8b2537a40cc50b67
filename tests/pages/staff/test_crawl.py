"""The whole site for staff, as each role finds it: every page can be reached, and none gives a person away.

A page without a link to it fails here, and so does one whose form this crawl cannot fill in.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast
from uuid import uuid4

import pytest
import pytest_asyncio

from registration.access import Access
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE, form
from starter.dev.standing import standing_accounts
from starter.gateway import OperationsGateway
from starter.gateway.receipt_numbers import printed
from starter.pages.forms import OWNER_FIELD
from starter.pages.staff.app import ROUTES
from starter.pages.staff.routes import StaffRoute
from tests.support.crawling import Crawl, Fields
from tests.support.desk_pages import RECIPIENT, SEEN, person_of
from tests.support.installation import eventually
from tests.support.servers import SharedServers
from tests.support.staff import StaffPages, colleague, running_staff
from tests.support.staff_guards import WHO, assert_guarded, is_for
from tests.workflows.lives import REFUSED, bring, choosy_world

PERSON: Final = {
    "family_name": "Rejtett",
    "given_name": "Rita",
    "birth_name": "Rejtett Rita",
    "birth_place": "Titokfalva",
    "mothers_birth_name": "Titok Teréz",
}
ACCOUNTS: Final = 60
"""At one a second, their extension goes on until a crawl has followed the links of the first pages."""

WAIT_SECONDS: Final = 60
"""For what workers do on a machine with other work."""

SIGN_IN: Final = "/belepes"
"""Where the one form leads that is for nobody yet."""

DESK: Final = ("clerk-1", "supervisor-1")
"""Who sees personal data, on the pages of a desk."""

NEWER: Final = "desk.of_a_newer_version"
"""An operation that a process of the next version has put on record, as during an upgrade."""

FRESH: Final = f"titkos.{uuid4().hex}@example.org"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own(shared: SharedServers) -> AsyncIterator[StaffPages]:
    """An installation of these tests' own, where every form may be sent."""
    async with choosy_world(shared) as (world, _), running_staff(world) as staff:
        await standing_accounts(world, ACCOUNTS)
        await world.engine.accesses.add(Access(Actor(ActorKind.CLERK, "clerk-1", "1051"), cast("Operation", NEWER)))
        yield staff


async def clients(world: World) -> list[tuple[str, dict[str, Any]]]:
    """Accounts that are temporary, active and inactive, and one whose letters do not arrive; their ids and forms."""
    temporary, active = await world.temporary(**PERSON), await world.active(**PERSON)
    inactive, lost = await bring(world, Status.INACTIVE, **PERSON), await world.active(**PERSON)
    lost[1]["email"] = f"{REFUSED}.{lost[1]['email']}"
    await world.desk.change_email(lost[0], lost[1]["email"], EVIDENCE)

    async def is_lost() -> bool:
        return bool((await world.audit.describe(lost[0])).undelivered_letters)

    await eventually(is_lost, within_seconds=WAIT_SECONDS)
    return [temporary, active, inactive, lost]


async def extensions(world: World) -> None:
    """One that waits for its approval, one for its start, and one that goes on; all were asked for by somebody else."""
    operator = OperationsGateway(world.engine, "operator-2").extensions
    before = datetime.now(UTC) + timedelta(days=3650)
    _, approved, started = [(await operator.request(before, days=30)).extension_id for _ in range(3)]
    for each in (approved, started):
        await OperationsGateway(world.engine, "operator-3").extensions.approve(each)
    await operator.start(started, 1)

    async def is_listed() -> bool:
        return (await operator.status(started)).listed_at is not None

    await eventually(is_listed, within_seconds=WAIT_SECONDS)


def typed_for(people: Sequence[tuple[str, dict[str, Any]]], numbers: Sequence[str]) -> Mapping[str, Sequence[Fields]]:
    """What is typed into each form; receipt numbers are those of the people."""
    forms, today = [filled for _, filled in people], datetime.now(UTC).date()
    person, opened = person_of(forms[0]), form(**PERSON)
    visit, extension = "/pult/ugyfel/{visit}", "/uzemeltetes/hosszabbitasok/{id:uuid}"
    return {
        "/pult": [
            {"receipt_number": numbers[0]},
            *({"user_name": filled["user_name"]} for filled in forms[1:]),
            person,
        ],
        "/pult/uj": [{**opened, **person, **SEEN, "email": FRESH, "language": "hu"}],
        f"{visit}/egyeztetes": [person],
        f"{visit}/email": [{"email": FRESH}],
        f"{visit}/nyelv": [{"language": "en"}],
        "/ellenorzes": [{"reference": people[2][0]}, {"reference": numbers[2]}],
        "/ellenorzes/fiokok/{id:uuid}/magyarazat": [{"at": str(today + timedelta(days=200))}],
        "/ellenorzes/naplo": [{"office": "1051", "day": str(today)}],
        "/ellenorzes/intezkedesek": [{"office": "1051", "operation": Operation.DESK_CHANGE_EMAIL}],
        "/uzemeltetes/hosszabbitasok/uj": [{"before": "2031-01-01", "days": "30"}],
        f"{extension}/folytatas": [{"rate": "500"}],
        "/uzemeltetes/letiltottak": [{"ID": "clerk-99"}],
    }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("who", WHO)
async def test_every_page_is_reached_and_no_address_title_or_line_of_the_log_has_personal_data(
    own: StaffPages, who: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nor has any page of an auditor or an operator. Every answer has the headers that guard it, and is not kept."""
    world = own.world
    people = await clients(world)
    await extensions(world)
    rows = await world.sql("select id, receipt_number from registrations")
    of_people = {str(row["id"]): printed(row["receipt_number"]) for row in rows}
    numbers = [of_people[registration_id] for registration_id, _ in people]
    kept = await world.audit.checkpoints.file((await world.audit.checkpoints.make()).number)
    assert kept
    async with colleague(own.url, who) as somebody:
        late = ("/pult/ugyfel/{visit}/megszuntetes", "/kilepes")
        usual = {**SEEN, **RECIPIENT, "rate": "1"}
        crawl = Crawl(somebody, ROUTES, usual, typed_for(people, numbers), late, kept.encode())
        seen = await crawl.everything()
    expected = {
        (method, route.path)
        for route in ROUTES
        if isinstance(route, StaffRoute) and is_for(route, who)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert expected | {("POST", "/kilepes")} <= crawl.reached, expected - crawl.reached

    shows_record = who in {"supervisor-1", "auditor-1"}
    assert any(f">{NEWER}<" in each.answer.text for each in seen) is shows_record
    private = {*PERSON.values(), *PERSON["birth_name"].split(), SEEN["document_number"], RECIPIENT["recipient"], FRESH}
    for _, filled in people:
        private |= {filled["user_name"], filled["email"], filled["birth_date"]}
    logged = "".join(capfd.readouterr())
    assert "/kilepes" in logged
    for each in seen:
        answer = each.answer
        told = f"{answer.url} {answer.headers.get('location', '')} {each.page.title}"
        shown = told if who in DESK else told + answer.text
        assert not [text for text in private if text in shown], each.route
        assert not [number for number in numbers if number in told or number.replace("-", "") in told], each.route
        assert not each.page.odd_attributes, each.route
        assert_guarded(answer, own.issuer)
        forms = [form for form in each.page.forms if form.method == "POST" and not form.action.endswith(SIGN_IN)]
        assert {form.values.get(OWNER_FIELD) for form in forms} <= {who}, (each.route, "a form names its owner")
        assert answer.headers["cache-control"] == "no-store" or each.route.startswith(("/site-", "/audit-"))
    assert not [text for text in private if text in logged]
