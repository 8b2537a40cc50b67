"""The auditor's pages, in every state that looks different."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from registration.statuses import Status
from tests.support.browsing import Person
from tests.support.page_states import PageState, Way
from tests.support.site import RunningSite
from tests.support.staff_browsing import sign_in

_MORE_THAN_TWO_YEARS: Final = timedelta(days=2 * 366)
_CHECKPOINTS: Final = "/ellenorzes/ellenorzopontok"


def audited(path: str) -> Way:
    """Opens a page of the audit."""

    async def open_it(person: Person, _site: RunningSite) -> None:
        await sign_in(person, "auditor-1")
        await person.open(path)

    return open_it


def _of_account(rest: str = "") -> Way:
    """Opens a page of an account whose password has expired."""

    async def open_it(person: Person, site: RunningSite) -> None:
        registration_id, _ = await site.world.active()
        await site.world.forward(registration_id, _MORE_THAN_TWO_YEARS)
        await site.world.until(registration_id, Status.PASSWORD_EXPIRED)
        await sign_in(person, "auditor-1")
        await person.open(f"/ellenorzes/fiokok/{registration_id}{rest}")

    return open_it


async def _explained(person: Person, site: RunningSite) -> None:
    today = datetime.now(UTC).date()
    await _of_account(f"/magyarazat?at={today + timedelta(days=200)}")(person, site)


async def _tampered(person: Person, site: RunningSite) -> None:
    registration_id, _ = await site.world.active()
    swap = "update events set body = replace(body, $2, $3) where registration_id = $1"
    await site.world.sql(swap, registration_id, "clerk-7", "clerk-8")
    try:
        await sign_in(person, "auditor-1")
        await person.open(f"/ellenorzes/fiokok/{registration_id}/epseg")
    finally:
        await site.world.sql(swap, registration_id, "clerk-8", "clerk-7")


async def _unknown_reference(person: Person, _site: RunningSite) -> None:
    await sign_in(person, "auditor-1")
    await person.open("/ellenorzes")
    await person.fill({"Registration id or receipt number": "0000-0000-001"})
    await person.press("Show the account")


async def _office_s_day(person: Person, site: RunningSite) -> None:
    await site.world.active()
    await audited(f"/ellenorzes/naplo?office=1051&day={datetime.now(UTC).date()}")(person, site)


async def _acts(person: Person, site: RunningSite) -> None:
    await site.world.active()
    await audited("/ellenorzes/intezkedesek?office=1051&since=&until=&operation=")(person, site)


async def _counted(person: Person, site: RunningSite) -> None:
    await site.world.temporary()
    await audited("/ellenorzes/statisztika")(person, site)


async def _checkpoints(person: Person, site: RunningSite) -> int:
    made = await site.world.audit.checkpoints.make()
    await audited(_CHECKPOINTS)(person, site)
    return made.number


async def _one_checkpoint(person: Person, site: RunningSite) -> None:
    await person.open(f"{_CHECKPOINTS}/{await _checkpoints(person, site)}")


def compared(change: bytes = b"") -> Way:
    """Uploads a copy of the newest checkpoint, with something behind it where it is forged."""

    async def upload(person: Person, site: RunningSite) -> None:
        number = await _checkpoints(person, site)
        kept = await site.world.audit.checkpoints.file(number)
        assert kept
        content = kept.encode() + change
        file = {"name": "kept.json", "mimeType": "application/json", "buffer": content}
        await person.page.get_by_label(person.words("Your copy"), exact=True).set_input_files(file)  # type: ignore[arg-type]  # a dictionary of that shape
        await person.press("Compare")

    return upload


async def _no_copy(person: Person, site: RunningSite) -> None:
    await audited(_CHECKPOINTS)(person, site)
    await person.press("Compare")


async def _by_a_clerk(person: Person, _site: RunningSite) -> None:
    await sign_in(person, "clerk-1")
    await person.open("/ellenorzes/statisztika")


AUDIT_STATES: Final[Mapping[str, PageState]] = {
    "staff-home-auditor": PageState("My work", audited("/")),
    "audit-search": PageState("Audit an account", audited("/ellenorzes")),
    "audit-search-refused": PageState("Audit an account", _unknown_reference, is_refused=True),
    "audit-account": PageState("The life of a registration", _of_account()),
    "audit-explanation": PageState("Why it was in its state", _explained),
    "audit-explanation-refused": PageState(
        "Why it was in its state", _of_account("/magyarazat?at=2020-01-01"), is_refused=True
    ),
    "audit-replay": PageState("Replayed histories", _of_account("/visszajatszas")),
    "audit-verification": PageState("The verified record", _of_account("/epseg")),
    "audit-verification-tampered": PageState("The verified record", _tampered),
    "audit-accesses-of-account": PageState("Who looked at the account", _of_account("/betekintesek")),
    "audit-accesses": PageState("Access record", _office_s_day),
    "audit-accesses-refused": PageState(
        "Access record", audited("/ellenorzes/naplo?office=1051&day=never"), is_refused=True
    ),
    "audit-acts": PageState("Acts of staff", _acts),
    "audit-acts-refused": PageState("Acts of staff", audited("/ellenorzes/intezkedesek?since=never"), is_refused=True),
    "audit-statistics": PageState("Statistics", _counted),
    "audit-statistics-refused": PageState(
        "Statistics", audited("/ellenorzes/statisztika?since=March"), is_refused=True
    ),
    "audit-checkpoints": PageState("Checkpoints", _checkpoints),
    "audit-checkpoints-refused": PageState("Checkpoints", _no_copy, is_refused=True),
    "audit-compared": PageState("The compared checkpoints", compared()),
    "audit-compared-forged": PageState("The compared checkpoints", compared(b" ")),
    "audit-not-allowed": PageState("Not allowed", _by_a_clerk),
}
