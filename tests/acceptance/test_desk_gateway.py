"""The desk through its gateway: search, receipts, a dead address and a reactivation in one step."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from registration.descriptions import Opened
from registration.errors import InvalidInput, NotAccepted, NotFound
from registration.offices import Body
from registration.record import EventKind
from registration.statuses import Channel, Status
from registration.times import day_in_budapest
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE, form
from starter.gateway import DeskGateway
from starter.gateway.engine import now
from starter.gateway.receipt_numbers import printed
from tests.workflows.lives import bring, quiet


async def at_the_desk(world: World, **changes: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  any field of the form
    """A registration opened in person: its id and its form."""
    filled = form(**changes)
    registration_id = (await world.desk.register(filled, EVIDENCE)).registration_id
    await world.letter(filled["email"], 1)
    return registration_id, filled


async def kinds(world: World, registration_id: str) -> list[EventKind]:
    return [event.kind for event in await world.audit.events(registration_id)]


async def test_a_search_by_any_one_criterion_finds_the_registration_and_tells_nothing_of_its_client(
    world: World,
) -> None:
    registration_id, filled = await at_the_desk(world, birth_name="Kereshető Örzse", mothers_birth_name="Kis Éva")
    number = await world.engine.receipt_number(registration_id)
    person = {"birth_name": "KERESHETŐ  örzse", "birth_date": "1980-02-29", "mothers_birth_name": "kis éva"}
    for criterion in (
        {"receipt_number": number},
        {"user_name": filled["user_name"].upper()},
        {"email": filled["email"].upper()},
        person,
    ):
        result = await world.desk.search(criterion)
        (found,) = result.found
        assert (found.registration_id, found.receipt_number, result.more) == (registration_id, number, False)
        assert (found.status, found.channel, found.office) == (
            Status.AWAITING_ACTIVATION,
            Channel.IN_PERSON,
            "1051",
        )
    assert not (await world.desk.search(person | {"birth_name": "Más Valaki"})).found
    with pytest.raises(InvalidInput, match="search: must have exactly one criterion"):
        await world.desk.search(person | {"email": filled["email"]})
    with pytest.raises(InvalidInput, match="receipt_number: is mistyped"):
        await world.desk.search({"receipt_number": f"{number[:-1]}{(int(number[-1]) + 1) % 10}"})


async def test_more_than_fifty_registrations_of_one_person_are_cut_and_said_to_be_more(world: World) -> None:
    filled = [form(birth_name="Sok Fiók", user_name=f"sok.fiok{number}") for number in range(51)]
    await asyncio.gather(*(world.register(each) for each in filled))
    result = await world.desk.search(
        {"birth_name": "Sok Fiók", "birth_date": "1980-02-29", "mothers_birth_name": "Minta Éva"}
    )
    assert (len(result.found), result.more) == (50, True)


async def test_a_receipt_names_what_the_client_needs_and_is_a_disclosure(world: World) -> None:
    """S8: user name and address as registered, and the office that hands it out."""
    registration_id, filled = await bring(world, Status.TEMPORARY)
    desk = DeskGateway(world.engine, "clerk-7", "NAV-7")
    number = await world.engine.receipt_number(registration_id)
    receipt = await desk.receipt(number, EVIDENCE)
    assert (receipt.number, receipt.registration_id) == (number, registration_id)
    assert (receipt.user_name, receipt.email, receipt.status) == (
        filled["user_name"],
        filled["email"],
        Status.TEMPORARY,
    )
    assert (receipt.body, receipt.office) == (Body.ADOHATOSAG, "Dél-budapesti Adó- és Vámigazgatóság")
    assert receipt.registered_on <= receipt.issued_on == day_in_budapest(now())
    last = (await world.audit.events(registration_id))[-1]
    assert (last.kind, last.actor.office) == (EventKind.DATA_DISCLOSED, "NAV-7")
    assert last.evidence
    with pytest.raises(InvalidInput, match="document_kind: must be given"):
        await desk.receipt(number, {})


async def test_every_reference_may_be_an_id_a_user_name_or_a_receipt_number(world: World) -> None:
    registration_id, filled = await at_the_desk(world)
    number = await world.engine.receipt_number(registration_id)
    for reference in (registration_id, filled["user_name"], number):
        assert (await world.desk.disclose(reference, EVIDENCE)).registration_id == registration_id
    mistyped = number[:8] + ("1" if number[8] != "1" else "2") + number[9:]
    with pytest.raises(InvalidInput, match="receipt_number: is mistyped"):
        await world.desk.disclose(mistyped, EVIDENCE)
    for unknown in ("nincs.ilyen", "nincs-ilyen", str(uuid4()), printed(9_999_999_999)):
        with pytest.raises(NotFound):
            await world.desk.disclose(unknown, EVIDENCE)


async def test_a_registration_opened_twice_under_one_request_is_one(world: World) -> None:
    filled, request_id = form(), str(uuid4())
    first = await world.desk.register(filled, EVIDENCE, request_id=request_id)
    assert first == Opened(request_id, await world.engine.receipt_number(request_id))
    assert await world.desk.register(filled, EVIDENCE, request_id=request_id) == first
    await quiet(world, request_id)
    assert len(world.letters(filled["email"])) == 1
    with pytest.raises(InvalidInput, match="request_id: must be a UUID"):
        await world.desk.register(form(), EVIDENCE, request_id="once")


async def test_an_address_replaced_at_reactivation_is_one_act_however_often_it_is_asked_for(world: World) -> None:
    registration_id, filled = await bring(world, Status.INACTIVE)
    fresh, request_id = f"elo.{filled['email']}", str(uuid4())
    answer = await world.desk.change_email_and_reactivate(registration_id, fresh, EVIDENCE, request_id=request_id)
    again = await world.desk.change_email_and_reactivate(registration_id, fresh, EVIDENCE, request_id=request_id)
    assert again == answer
    before, last = (await world.audit.events(registration_id))[-2:]
    assert (before.kind, last.kind, last.request_id) == (EventKind.GRACE_ENDED, EventKind.REACTIVATED, request_id)
    assert last.email_id != before.email_id
    sentences = [str(entry.what) for entry in (await world.audit.timeline(registration_id)).entries if entry.kind]
    assert "replaced the e-mail address" in sentences[-1]
    await quiet(world, registration_id)
    assert len(world.letters(fresh)) == 2


async def test_unless_it_is_inactive_neither_address_nor_status_changes(world: World) -> None:
    registration_id, _ = await bring(world, Status.TEMPORARY)
    before = await kinds(world, registration_id)
    with pytest.raises(NotAccepted, match="temporary"):
        await world.desk.change_email_and_reactivate(registration_id, "uj@example.org", EVIDENCE)
    with pytest.raises(InvalidInput, match="email"):
        await world.desk.change_email_and_reactivate(registration_id, "uj@", EVIDENCE)
    await quiet(world, registration_id)
    assert await kinds(world, registration_id) == before
