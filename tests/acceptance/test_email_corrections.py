"""A mistyped address is corrected before the activation (S3, S4): on real servers, to the letter and the record."""

from datetime import timedelta
from typing import Any, Final

import pytest

from registration import errors
from registration.descriptions import PresentStatus
from registration.input_rules import InputRule
from registration.messages import Actor, ActorKind
from registration.record import EventKind
from registration.statuses import Status
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import EVIDENCE, another_address, form
from starter.gateway import AccountGateway, email_corrections
from starter.gateway.engine import new_request_id
from tests.support.signing import signed_document
from tests.workflows.lives import quiet

A_DAY: Final = timedelta(hours=24)
Filled = dict[str, Any]


async def correct(
    world: World, registration_id: str, filled: Filled, email: str, *, request_id: str | None = None
) -> PresentStatus:
    return await world.citizen.correct_email(
        registration_id, filled["user_name"], email, client_address=another_address(), request_id=request_id
    )


async def signed(world: World) -> tuple[str, Filled, str]:
    filled = form()
    document, signature = await signed_document(world, filled)
    registration_id = await world.portal.register_signed(document, signature, client_address=another_address())
    return registration_id, filled, await world.code(filled["email"])


@pytest.mark.parametrize("with_signature", [False, True])
async def test_the_code_goes_to_the_right_address_and_the_first_one_is_void(world: World, with_signature: bool) -> None:
    """The owner of the wrong mailbox gets nothing more; a forgotten code is asked for at the right address."""
    registration_id, filled, first = await (signed(world) if with_signature else world.registered())
    wrong, right = filled["email"], f"jo.{filled['email']}"
    before = await world.audit.describe(registration_id)
    answer = await correct(world, registration_id, filled, f" {right}\n")
    assert (answer.status, answer.deadline) == (Status.AWAITING_ACTIVATION, before.deadline)
    assert answer.code_valid_until == before.deadline
    second = await world.code(right)
    with pytest.raises(errors.WrongCode):
        await world.redeem(filled, first)
    with pytest.raises(errors.WrongPair):
        await world.request_code(filled)
    await world.request_code({**filled, "email": right})
    assert await world.code(right, 2) == second
    await world.redeem(filled, second)
    await world.until(registration_id, Status.ACTIVE if with_signature else Status.TEMPORARY)
    await quiet(world, registration_id)
    assert len(world.letters(wrong)) == 1

    report = await world.audit.verification.one(registration_id)
    assert report.findings == ()
    (made,) = [one for one in await world.audit.events(registration_id) if one.kind is EventKind.EMAIL_CORRECTED]
    assert made.actor == Actor(ActorKind.CITIZEN, registration_id)
    told = [str(event.what) for event in await AccountGateway(world.engine).life(registration_id)]
    assert told.count("You corrected your e-mail address, and a new code was sent to it.") == 1


async def test_a_correction_that_is_sent_again_is_one(world: World) -> None:
    registration_id, filled, _ = await world.registered()
    right, request_id = f"jo.{filled['email']}", new_request_id()
    answers = [await correct(world, registration_id, filled, right, request_id=request_id) for _ in range(2)]
    assert answers[0] == answers[1]
    await quiet(world, registration_id)
    assert len(world.letters(right)) == 1
    with pytest.raises(errors.InvalidInput) as refused:
        await correct(world, registration_id, filled, f"{right} ")
    assert refused.value.facts == {"field": "email", "rule": InputRule.PRESENT_ADDRESS}


async def test_the_fourth_is_refused_and_changes_nothing(world: World) -> None:
    registration_id, filled, _ = await world.registered()
    for number in range(1, 4):
        await correct(world, registration_id, filled, f"jo{number}.{filled['email']}")
        known = await world.citizen.awaited_activation(registration_id)
        assert (known.email, known.corrections_left) == (f"jo{number}.{filled['email']}", 3 - number)
    refusal = (await world.citizen.awaited_activation(registration_id)).refusal
    assert isinstance(refusal, errors.CorrectedTooOften)
    with pytest.raises(errors.CorrectedTooOften):
        await correct(world, registration_id, filled, f"jo4.{filled['email']}")
    assert (await world.citizen.awaited_activation(registration_id)).email == f"jo3.{filled['email']}"
    await world.desk.change_email(registration_id, f"jo5.{filled['email']}", EVIDENCE)
    assert (await world.citizen.awaited_activation(registration_id)).email == f"jo5.{filled['email']}", "by a clerk"


async def test_until_when_the_first_code_is_valid_is_waited_for_until_it_is_on_record(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The date is the workflow's; here the wait has no bound that a slow machine could reach."""
    monkeypatch.setattr(email_corrections, "_PAUSES", (0.1,) * 10 * SOON_SECONDS)
    registration_id = await world.portal.register(form(), client_address=another_address())
    awaited = await world.citizen.awaited_activation(registration_id)
    (opened,) = [one for one in await world.audit.events(registration_id) if one.kind is EventKind.REGISTRATION_OPENED]
    assert awaited.code_valid_until == opened.deadline


async def test_it_is_possible_for_24_hours(world: World) -> None:
    registration_id, filled, first = await world.registered()
    await world.forward(registration_id, A_DAY - timedelta(minutes=10))
    await correct(world, registration_id, filled, f"jo.{filled['email']}")
    await world.forward(registration_id, timedelta(minutes=10))
    with pytest.raises(errors.TooLateToCorrect):
        await correct(world, registration_id, filled, f"jobb.{filled['email']}")
    with pytest.raises(errors.WrongCode):
        await world.redeem(filled, first)
    await world.redeem(filled, await world.code(f"jo.{filled['email']}"))


async def test_whom_a_clerk_has_seen_has_the_address_changed_by_a_clerk(world: World) -> None:
    in_person = (await world.desk.register(filled := form(), EVIDENCE)).registration_id
    await world.code(filled["email"])
    seen, filled_online, _ = await world.registered()
    await world.desk.verify_identity(seen, EVIDENCE)
    for registration_id, its in ((in_person, filled), (seen, filled_online)):
        assert isinstance((await world.citizen.awaited_activation(registration_id)).refusal, errors.CorrectionAtADesk)
        with pytest.raises(errors.CorrectionAtADesk):
            await correct(world, registration_id, its, f"jo.{its['email']}")


async def test_an_account_that_is_activated_changes_its_address_with_a_code(world: World) -> None:
    registration_id, filled = await world.temporary()
    assert isinstance((await world.citizen.awaited_activation(registration_id)).refusal, errors.NotAccepted)
    with pytest.raises(errors.NotAccepted) as refused:
        await correct(world, registration_id, filled, f"jo.{filled['email']}")
    assert "change_email" in refused.value.facts["instead"]


async def test_whoever_knows_the_id_alone_corrects_nothing_and_is_soon_stopped(world: World) -> None:
    """Somebody at the same browser, or a portal: the user name of another account is no better than none."""
    registration_id, filled, _ = await world.registered()
    _, others, _ = await world.registered()
    here, stranger = another_address(), "mas@example.org"
    for name in (others["user_name"], "senki.sincs", *(f"talan.{number}" for number in range(8))):
        with pytest.raises(errors.InvalidInput) as refused:
            await world.citizen.correct_email(registration_id, name, stranger, client_address=here)
        assert refused.value.facts == {"field": "user_name", "rule": InputRule.OTHER_USER_NAME}
    with pytest.raises(errors.TooManyGuesses):
        await world.citizen.correct_email(registration_id, filled["user_name"], stranger, client_address=here)
    with pytest.raises(errors.NotFound):
        await correct(world, new_request_id(), filled, stranger)
    assert world.letters(stranger) == []
    assert await correct(world, registration_id, filled, f"jo.{filled['email']}"), "from the client's own address"


async def test_a_freed_user_name_says_what_became_of_the_registration(world: World) -> None:
    registration_id, filled, _ = await world.registered()
    await world.desk.close(registration_id, EVIDENCE)
    with pytest.raises(errors.NotAccepted) as refused:
        await correct(world, registration_id, filled, f"jo.{filled['email']}")
    assert refused.value.facts["status"] == Status.CLOSED


async def test_a_mailbox_gets_no_more_letters_by_corrections_than_by_registrations(world: World) -> None:
    """Ten a day together; and an address that corrects a lot is stopped as one that registers a lot."""
    victim = form()["email"]
    for _ in range(9):
        await world.register(form(email=victim))
    registration_id, filled, _ = await world.registered()
    await correct(world, registration_id, filled, victim)
    with pytest.raises(errors.TooManyGuesses):
        await correct(world, registration_id, filled, victim.upper())

    here = another_address()
    await world.citizen.correct_email(
        registration_id, filled["user_name"], f"jo.{filled['email']}", client_address=here
    )
    await world.sql("update attempts set tries = 60 where limit_name = 'EMAIL_CORRECTION address 3600s'")
    with pytest.raises(errors.TooManyGuesses):
        await world.citizen.correct_email(
            registration_id, filled["user_name"], f"jobb.{filled['email']}", client_address=here
        )
