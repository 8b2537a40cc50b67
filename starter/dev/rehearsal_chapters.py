"""The three lives of the rehearsal: online, in person, never redeemed (`make demo`)."""

from datetime import datetime, timedelta
from typing import Any, Final

from registration.descriptions import Description
from registration.errors import RequestACode, VisitABody, WrongCode, WrongPassword
from registration.letters import LetterKind
from registration.policy import Policy, add_years
from registration.sentences import Text
from registration.statuses import Status
from starter.dev.letters import code_in
from starter.dev.rehearsal_life import Life
from starter.dev.rehearsal_stage import RehearsalFailed, Stage, demand
from starter.dev.rehearsal_words import RehearsalLine

_POLICY: Final = Policy()
_CLIENT: Final = "192.0.2.10"
_FIRST_PASSWORD: Final = "Tavaszi zápor 21"  # noqa: S105  an example
_NEXT_PASSWORD: Final = "Őszi köd a Dunán"  # noqa: S105  an example
_CHOSEN_DAYS: Final = 180


async def online(stage: Stage) -> Life:
    """Temporary, active, expired, inactive, and by a clerk's signal active again."""
    stage.watcher.chapter(RehearsalLine.ONLINE)
    life = await _registered(stage, stage.form("online.json"))
    name = life.form["user_name"]
    code = code_in(await life.gets(LetterKind.CODE_PASSWORD, whole=True))

    await life.passes(timedelta(days=2))
    await stage.citizen.redeem_code(name, code, _FIRST_PASSWORD, client_address=_CLIENT)
    temporary = await life.reaches(Status.TEMPORARY, RehearsalLine.REDEEMED)
    since = _moment(temporary.since)
    demand(temporary.deadline == since + timedelta(days=_POLICY.temporary_days), "TEMPORARY must last 30 days")
    await life.gets(LetterKind.TEMPORARY)
    await _logs_in(stage, life, _FIRST_PASSWORD, Status.TEMPORARY)

    days = _POLICY.temporary_reminder_days
    await life.passes_until(_moment(temporary.deadline) - timedelta(days=days))
    await life.gets(LetterKind.TEMPORARY_ENDING, days=days)
    await life.passes(timedelta(days=1))
    await stage.desk.verify_identity(name, stage.evidence)
    expiry = add_years(since, _POLICY.validity_max_years)
    active = await life.reaches(Status.ACTIVE, RehearsalLine.VERIFIED, deadline=expiry)
    await life.gets(LetterKind.ACTIVE)

    await _expires(stage, life, active)
    await life.refused(
        stage.citizen.authenticate(name, _FIRST_PASSWORD, client_address=_CLIENT),
        RequestACode,
        RehearsalLine.CODE_NEEDED,
        Status.PASSWORD_EXPIRED,
    )
    grace_ends = expiry + timedelta(days=_POLICY.grace_days)
    await life.passes_until(grace_ends)
    await life.reaches(Status.INACTIVE, RehearsalLine.GRACE_OVER.with_facts(days=_POLICY.grace_days), at=grace_ends)
    await life.gets(LetterKind.INACTIVE)
    await life.refused(
        stage.citizen.authenticate(name, _FIRST_PASSWORD, client_address=_CLIENT),
        VisitABody,
        RehearsalLine.VISIT_NEEDED,
        Status.INACTIVE,
    )

    await life.passes(timedelta(days=100))
    await stage.desk.signal_reactivate(name, stage.evidence)
    awaiting = await life.reaches(Status.AWAITING_REACTIVATION, RehearsalLine.SIGNALLED)
    demand(
        awaiting.deadline == _moment(awaiting.since) + timedelta(days=_POLICY.reactivation_days),
        "AWAITING_REACTIVATION must last 30 days",
    )
    code = code_in(await life.gets(LetterKind.CODE_PASSWORD))
    await life.passes(timedelta(days=3))
    await life.next_run_may_begin()
    await stage.citizen.redeem_code(name, code, _NEXT_PASSWORD, client_address=_CLIENT)
    await life.reaches(Status.ACTIVE, RehearsalLine.REACTIVATED)
    await life.gets(LetterKind.ACTIVE)
    await _logs_in(stage, life, _NEXT_PASSWORD, Status.ACTIVE)
    await life.refused(
        stage.citizen.authenticate(name, _FIRST_PASSWORD, client_address=_CLIENT),
        WrongPassword,
        RehearsalLine.OLD_REFUSED,
        Status.ACTIVE,
    )
    return life


async def in_person(stage: Stage) -> Life:
    """Active at once; the password is forgotten, and renewed in the 60 days of grace."""
    stage.watcher.chapter(RehearsalLine.IN_PERSON)
    form = stage.form("in-person.json")
    name = form["user_name"]
    registration_id = (await stage.desk.register(form, stage.evidence)).registration_id
    life = await _opened(Life(stage, form, registration_id), RehearsalLine.OPENED_IN_PERSON)
    code = code_in(await life.gets(LetterKind.CODE_PASSWORD))

    await life.passes(timedelta(hours=5))
    await stage.citizen.redeem_code(name, code, _FIRST_PASSWORD, validity_days=_CHOSEN_DAYS, client_address=_CLIENT)
    active = await life.reaches(Status.ACTIVE, RehearsalLine.REDEEMED_FOR.with_facts(days=_CHOSEN_DAYS))
    expiry = _moment(active.since) + timedelta(days=_CHOSEN_DAYS)
    demand(active.deadline == expiry, f"the password must be valid for {_CHOSEN_DAYS} days")
    await life.gets(LetterKind.ACTIVE)

    await _expires(stage, life, active)
    await life.passes(timedelta(days=20))
    await stage.citizen.request_code(name, form["email"], client_address=_CLIENT)
    await life.reaches(
        Status.PASSWORD_EXPIRED,
        RehearsalLine.CODE_REQUESTED,
        deadline=expiry + timedelta(days=_POLICY.grace_days),
    )
    code = code_in(await life.gets(LetterKind.CODE_PASSWORD))
    await life.passes(timedelta(days=1))
    await life.next_run_may_begin()
    await stage.citizen.redeem_code(name, code, _NEXT_PASSWORD, client_address=_CLIENT)
    renewed = await life.reaches(Status.ACTIVE, RehearsalLine.RENEWED)
    demand(
        renewed.deadline == add_years(_moment(renewed.since), _POLICY.validity_max_years),
        "the new password must be valid for 2 calendar years",
    )
    await life.gets(LetterKind.ACTIVE)
    await _logs_in(stage, life, _NEXT_PASSWORD, Status.ACTIVE)
    return life


async def never_redeemed(stage: Stage) -> tuple[Life, Life]:
    """Lapsed on day 30; the user name is free again, which a second registration proves."""
    stage.watcher.chapter(RehearsalLine.NEVER_REDEEMED)
    life = await _registered(stage, stage.form("never-redeemed.json"))
    code = code_in(await life.gets(LetterKind.CODE_PASSWORD))
    deadline = _moment((await life.described()).deadline)
    await life.passes_until(deadline)
    await life.reaches(Status.LAPSED, RehearsalLine.LAPSED.with_facts(days=_POLICY.activation_days), at=deadline)
    await life.gets(LetterKind.LAPSED)
    await life.refused(
        stage.citizen.redeem_code(life.form["user_name"], code, _FIRST_PASSWORD, client_address=_CLIENT),
        WrongCode,
        RehearsalLine.CODE_REFUSED,
        Status.LAPSED,
    )
    await life.erased(RehearsalLine.ERASED)

    registration_id = await stage.portal.register(life.form, client_address=_CLIENT)
    second = Life(stage, life.form, registration_id, letters_before=life.letters)
    await _opened(second, RehearsalLine.OPENED_AGAIN)
    await second.gets(LetterKind.CODE_PASSWORD)
    return life, second


async def _registered(stage: Stage, form: dict[str, Any]) -> Life:
    registration_id = await stage.portal.register(form, client_address=_CLIENT)
    return await _opened(Life(stage, form, registration_id), RehearsalLine.SENT_IN)


async def _opened(life: Life, text: Text) -> Life:
    opened = await life.reaches(Status.AWAITING_ACTIVATION, text)
    demand(
        opened.deadline == _moment(opened.since) + timedelta(days=_POLICY.activation_days),
        "AWAITING_ACTIVATION must last 30 days",
    )
    return life


async def _expires(stage: Stage, life: Life, active: Description) -> None:
    """Reminders, then the end of the password's validity, exactly."""
    expiry = _moment(active.deadline)
    for days in _POLICY.password_reminder_days:
        due = _moment((await life.described()).next_step_at)
        earliest, latest = expiry - timedelta(days=days + 1), expiry - timedelta(days=days)
        demand(earliest < due <= latest, f"the reminder {days} days before is due at {due}")
        await life.passes_until(due)
        stage.watcher.step(due, Status.ACTIVE, RehearsalLine.REMINDED.with_facts(days=days, more=days + 1))
        await life.gets(LetterKind.PASSWORD_EXPIRING, days=days)
    await life.passes_until(expiry)
    await life.reaches(
        Status.PASSWORD_EXPIRED,
        RehearsalLine.EXPIRED,
        at=expiry,
        deadline=expiry + timedelta(days=_POLICY.grace_days),
    )
    await life.gets(LetterKind.PASSWORD_EXPIRED)


async def _logs_in(stage: Stage, life: Life, password: str, status: Status) -> None:
    session = await stage.citizen.authenticate(life.form["user_name"], password, client_address=_CLIENT)
    demand(session.status is status, f"log-in should find {status} and found {session.status}")
    stage.watcher.step(await life.now(), status, RehearsalLine.LOGGED_IN)


def _moment(moment: datetime | None) -> datetime:
    if moment is None:
        raise RehearsalFailed("a date is missing")
    return moment
