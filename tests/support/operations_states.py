"""An operator's pages, in every state that looks different."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from registration.names import ARCHIVE_ID
from starter.dev.installation import SOON_SECONDS
from starter.dev.standing import standing_accounts
from starter.gateway import OperationsGateway
from tests.support.browsing import Person
from tests.support.frozen import frozen_at
from tests.support.installation import eventually
from tests.support.page_states import PageState, Way
from tests.support.site import RunningSite
from tests.support.staff_browsing import sign_in

ROOT: Final = "/uzemeltetes"
_EXTENSIONS: Final = f"{ROOT}/hosszabbitasok"
_BEFORE: Final = datetime(2027, 6, 30, 21, 59, 59, tzinfo=UTC)
_HEALTH: Final = "Health of the system"
SLOW_ACCOUNTS: Final = 60
"""At one a second, longer than anybody looks at the page."""


def _at(path: str, who: str = "operator-1") -> Way:
    async def open_it(person: Person, _site: RunningSite) -> None:
        await sign_in(person, who)
        await person.open(path)

    return open_it


async def _alerts(person: Person, site: RunningSite) -> None:
    schedule = site.world.client.get_schedule_handle(ARCHIVE_ID)
    await schedule.pause()
    try:
        await _at(f"{ROOT}/allapot")(person, site)
    finally:
        await schedule.unpause()


async def _silent(person: Person, site: RunningSite) -> None:
    await sign_in(person, "operator-1")
    with frozen_at(site.world.addresses.temporal):
        await person.open(f"{ROOT}/allapot")


async def _asked(person: Person, site: RunningSite, who: str) -> OperationsGateway:
    operations = OperationsGateway(site.world.engine, "operator-1")
    extension = await operations.extensions.request(_BEFORE, days=90)
    await _at(f"{_EXTENSIONS}/{extension.extension_id}", who)(person, site)
    return operations


async def _waiting(person: Person, site: RunningSite) -> None:
    await _asked(person, site, "operator-1")


async def _to_approve(person: Person, site: RunningSite) -> None:
    await _asked(person, site, "operator-2")


async def _list_to_approve(person: Person, site: RunningSite) -> None:
    await OperationsGateway(site.world.engine, "operator-1").extensions.request(_BEFORE, days=90)
    await _at(_EXTENSIONS, "supervisor-1")(person, site)


async def _approved(person: Person, site: RunningSite) -> None:
    await _asked(person, site, "operator-2")
    await person.press("Approve")


async def running(person: Person, site: RunningSite) -> None:
    """One for accounts of its own, which takes a minute and has begun; seen by the operator who started it."""
    soon = datetime.now(UTC) + timedelta(days=40)
    await standing_accounts(site.world, SLOW_ACCOUNTS, until=soon)
    operations = OperationsGateway(site.world.engine, "operator-1")
    asked = await operations.extensions.request(soon + timedelta(minutes=1), days=90)
    await OperationsGateway(site.world.engine, "operator-2").extensions.approve(asked.extension_id)
    await operations.extensions.start(asked.extension_id, 1)

    async def has_begun() -> bool:
        progress = (await operations.extensions.status(asked.extension_id)).progress
        return progress.extended > 0

    await eventually(
        has_begun, within_seconds=3 * SOON_SECONDS
    )  # its first batch is counted once all of it is recorded
    await _at(f"{_EXTENSIONS}/{asked.extension_id}")(person, site)


async def _wrong_rate(person: Person, site: RunningSite) -> None:
    await _approved(person, site)
    await person.fill({"Registrations a second": "0"})
    await person.press("Start")


async def _disabled(person: Person, site: RunningSite) -> None:
    operations = OperationsGateway(site.world.engine, "operator-9")
    await operations.disable_staff("clerk-99")
    try:
        await _at(f"{ROOT}/letiltottak")(person, site)
    finally:
        await operations.enable_staff("clerk-99")


async def _wrong_id(person: Person, site: RunningSite) -> None:
    await _at(f"{ROOT}/letiltottak")(person, site)
    await person.press("Disable")


async def _wrong_office(person: Person, site: RunningSite) -> None:
    await _at(f"{ROOT}/hivatalok/adatok")(person, site)
    await person.press("Save the office")


async def _tried_policy(person: Person, site: RunningSite) -> None:
    await _at(f"{ROOT}/szabalyzat/uj")(person, site)
    await person.fill({"grace (days)": "90"})
    await person.press("Show what would change")


async def _wrong_policy(person: Person, site: RunningSite) -> None:
    await _at(f"{ROOT}/szabalyzat/uj")(person, site)
    await person.fill({"grace (days)": "sok"})
    await person.press("Show what would change")


OPERATIONS_STATES: Final[Mapping[str, PageState]] = {
    "staff-health": PageState(_HEALTH, _at(f"{ROOT}/allapot")),
    "staff-health-alert": PageState(_HEALTH, _alerts),
    "staff-health-silent": PageState(_HEALTH, _silent),
    "staff-extensions": PageState("Bulk extensions", _at(_EXTENSIONS)),
    "staff-extensions-to-approve": PageState("Bulk extensions", _list_to_approve),
    "staff-extension-new": PageState("New extension", _at(f"{_EXTENSIONS}/uj")),
    "staff-extension-counted": PageState("New extension", _at(f"{_EXTENSIONS}/uj?before=2031-01-01&days=90")),
    "staff-extension-wrong": PageState("New extension", _at(f"{_EXTENSIONS}/uj?before=holnap&days=")),
    "staff-extension-waiting": PageState("Bulk extension", _waiting),
    "staff-extension-to-approve": PageState("Bulk extension", _to_approve),
    "staff-extension-approved": PageState("Bulk extension", _approved),
    "staff-extension-running": PageState("Bulk extension", running),
    "staff-extension-wrong-rate": PageState("Bulk extension", _wrong_rate),
    "staff-offices": PageState("Offices", _at(f"{ROOT}/hivatalok")),
    "staff-office": PageState("Office", _at(f"{ROOT}/hivatalok/adatok?office=1051")),
    "staff-office-wrong": PageState("Office", _wrong_office),
    "staff-nobody-disabled": PageState("Disabled staff", _at(f"{ROOT}/letiltottak")),
    "staff-disabled-staff": PageState("Disabled staff", _disabled),
    "staff-disabled-staff-wrong": PageState("Disabled staff", _wrong_id),
    "staff-policy": PageState("Policy", _at(f"{ROOT}/szabalyzat")),
    "staff-policy-new": PageState("New version of the policy", _at(f"{ROOT}/szabalyzat/uj")),
    "staff-policy-tried": PageState("New version of the policy", _tried_policy),
    "staff-policy-wrong": PageState("New version of the policy", _wrong_policy),
    "staff-operations-forbidden": PageState("Not allowed", _at(f"{ROOT}/allapot", "clerk-1")),
}
