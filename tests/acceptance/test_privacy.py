"""No code, password, name, address, user name or document number is anywhere in clear (principle 5)."""

import asyncio
import base64
import logging
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict

import asyncpg
import pytest
import structlog
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest

from registration import errors
from registration.statuses import Purpose, Status
from starter.dev.inbox import Inbox
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.postgres_package import dump
from starter.dev.samples import another_address
from starter.gateway import ClientBrowser, DeskGateway
from tests.workflows.lives import MINUTE, REFUSED, code_among, configured_world, quiet, to_deadline

PLANTED = {
    "user_name": "Ültetett.Őz7",
    "email": "ultetett-cim@pelda-tartomany.org",
    "family_name": "Űrhajósné",
    "given_name": "Zsuzsánna-Örzse",
    "birth_name": "Kővágóörsi",
    "birth_place": "Hódmezővásárhelykutas",
    "birth_date": "1931-07-19",
    "mothers_birth_name": "Tündérrózsa Kunigunda",
}
SECRETS = {
    "password": "Első ültetett jelszó",
    "new password": "Második ültetett jelszó",
    "wrong password": "Hibás ültetett jelszó",
    "too long password": "Hosszú ültetett jelszó" * 10,
    "wrong code": "WRNG-C0DE-WRNG-C0DE",
    "document number": "ZZ9988776",
    "recipient": "Meghatalmazott Tihamér",
    "corrected address": "javitott-cim@pelda-tartomany.org",
    "new address": f"{REFUSED}-uj-cim@pelda-tartomany.org",
    "third address": "harmadik-cim@pelda-tartomany.org",
    "fourth address": "negyedik-cim@pelda-tartomany.org",
    "client address": "198.51.100.213",
    "client network": "198.51.*.*",
    "cookie of a browser": "UltetettSutiEgyBongeszobol",
    "cookie of another browser": "UltetettSutiMasikBongeszobol",
    "what a browser says": "UltetettBongeszo/1.0 Firefox/145.0",
    "hostile clerk": "Kíváncsi Ügyintéző <k@example.org>",
}
EVIDENCE = {
    "document_kind": "PASSPORT",
    "document_number": SECRETS["document number"],
    "consent": True,
    "recipient": SECRETS["recipient"],
}


class _Client(TypedDict):
    client_address: str


async def test_whole_lives_with_their_failures_leave_no_personal_data_and_no_secret_in_clear(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Histories of all runs, what Temporal lists and describes, PostgreSQL's dump and every log; a control is found."""
    caplog.set_level(logging.DEBUG)
    structlog.reset_defaults()
    planted = {**PLANTED, **SECRETS}
    async with configured_world() as (world, inbox):
        registration_id, codes = await _a_life(world, inbox)
        planted |= {f"code {number}": code for number, code in enumerate(codes)}
        places = await _temporal(world, registration_id)
        places["pg_dump"] = (await dump(world.settings.database_url.get_secret_value(), schema_only=False)).encode()
        await _closed(world, registration_id, codes[-1])
        places |= {f"{name}, closed": text for name, text in (await _temporal(world, registration_id)).items()}
        url = world.settings.database_url.get_secret_value()
        places["pg_dump, closed"] = (await dump(url, schema_only=False)).encode()
        for log in world.folder.rglob("*.log"):
            places[log.name] = log.read_bytes()
        letters = b"".join(path.read_bytes() for path in (world.folder / "inbox").rglob("*") if path.is_file())
    captured = capfd.readouterr()
    own = [record for record in caplog.records if not record.name.startswith("mail.")]  # the test inbox logs there
    logged = "\n".join(caplog.handler.format(record) for record in own)
    places |= {"stdout": captured.out.encode(), "stderr": captured.err.encode(), "logging": logged.encode()}
    found = [(name, place) for name, text in planted.items() for place, content in places.items() if _in(text, content)]
    assert found == []
    assert _in(codes[0], letters)  # the codes are the ones that went out
    for place in ("history", "history, closed", "pg_dump", "describe", "list", "details"):
        assert _in(registration_id, places[place]), place
    assert b"MailUnavailable" in places["pending"]
    assert b"LetterRefused" in places["history"]
    assert b"SIGNAL_REFUSED" in places["history"]
    assert b"send_log_in_notice" in places["history"]
    for entry in ("identity: 1", "desk.receipt", "UserNameTaken"):
        assert entry.encode() in places["pg_dump"]


def test_the_search_finds_what_is_hidden_in_any_of_the_known_encodings() -> None:
    """A search that finds nothing must be able to find."""
    text = PLANTED["family_name"]
    for form in _forms(text):
        assert _in(text, b"before" + form + b"after")
    payload = base64.b64encode(b'{"a":"' + text.encode() + b'"}')
    assert _in(text, b'{"data":"' + payload + b'"}')
    assert not _in(text, b"something else")


async def _a_life(world: World, inbox: Inbox) -> tuple[str, list[str]]:
    """Online to active, with everything that can go wrong on the way; the last letter is still on its way."""
    name, client = PLANTED["user_name"], _Client(client_address=SECRETS["client address"])
    address = PLANTED["email"]
    inbox.stop()
    registration_id = await world.portal.register(PLANTED, **client)
    await _failed_attempts(world, registration_id)
    inbox.start()
    await world.letter(address, 1)
    void = code_among(world.letters(address))
    with pytest.raises(errors.InvalidInput):
        await world.citizen.correct_email(registration_id, "Más.Neve7", SECRETS["corrected address"], **client)
    await world.citizen.correct_email(registration_id, name, SECRETS["corrected address"], **client)
    codes = [await world.code(SECRETS["corrected address"])]
    with pytest.raises(errors.WrongCode):
        await world.citizen.redeem_code(name, SECRETS["wrong code"], SECRETS["password"], **client)
    with pytest.raises(errors.InvalidInput):
        await world.citizen.redeem_code(name, codes[0], SECRETS["too long password"], **client)
    await _with_a_database_error(world, world.citizen.redeem_code(name, codes[0], SECRETS["password"], **client))
    with pytest.raises(errors.WrongPassword):
        await world.citizen.authenticate(name, SECRETS["wrong password"], **client)
    with pytest.raises(errors.InvalidInput):
        DeskGateway(world.engine, SECRETS["hostile clerk"], "1051")
    with pytest.raises(errors.InvalidInput):
        await world.desk.reactivate(registration_id, EVIDENCE, request_id=PLANTED["email"])
    await world.desk.signal_reactivate(registration_id, EVIDENCE)
    await world.operations.extend_validity(name, datetime(2050, 1, 1, tzinfo=UTC))
    await world.desk.verify_identity(name, EVIDENCE)
    await world.desk.change_email(name, SECRETS["new address"], EVIDENCE)
    await world.citizen.change_password(name, SECRETS["password"], SECRETS["new password"], **client)
    await quiet(world, registration_id)
    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    await world.desk.change_email(name, SECRETS["third address"], EVIDENCE)
    await quiet(world, registration_id)
    before = len(world.letters(SECRETS["third address"]))
    await world.citizen.request_code(name, SECRETS["third address"], **client)
    codes.append(await world.code(SECRETS["third address"], before + 1))
    await world.citizen.redeem_code(name, codes[1], SECRETS["password"], **client)
    await _at_the_desk(world, registration_id)
    await _by_new_browsers(world, name, client)
    codes += await _confirmations(world, registration_id)
    await _settled(world, registration_id)
    inbox.stop()
    await world.citizen.request_code(name, SECRETS["fourth address"], client_address=another_address())
    await _failed_attempts(world, registration_id)
    return registration_id, [void, *codes]


async def _at_the_desk(world: World, registration_id: str) -> None:
    """Looks and refusals, whose entries in the access record name neither what was typed nor what was found."""
    name, address = PLANTED["user_name"], SECRETS["third address"]
    await world.desk.disclose(name, EVIDENCE)
    await world.desk.receipt(name, EVIDENCE)
    await world.desk.letters(name)
    person = {field: PLANTED[field] for field in ("birth_name", "birth_date", "mothers_birth_name")}
    for criterion in ({"user_name": name}, {"email": address}, person):
        (found,) = (await world.desk.search(criterion)).found
        assert found.registration_id == registration_id
    with pytest.raises(errors.InvalidInput):
        await world.desk.search(person | {"email": address})
    with pytest.raises(errors.NotFound):
        await world.desk.disclose(SECRETS["hostile clerk"], EVIDENCE)
    with pytest.raises(errors.UserNameTaken):
        await world.desk.register(PLANTED, EVIDENCE)


async def _by_new_browsers(world: World, name: str, client: _Client) -> None:
    """The first one after a redeemed code, and another one, about which a letter goes out."""
    for cookie in ("cookie of a browser", "cookie of another browser"):
        browser = ClientBrowser(SECRETS[cookie], SECRETS["what a browser says"])
        await world.citizen.authenticate(name, SECRETS["password"], browser=browser, **client)
    await world.sql("update log_in_notices set try_at = try_at - interval '1 minute'")
    await world.operations.reconcile()
    async with asyncio.timeout(SOON_SECONDS):
        while not await world.sql("select from log_in_notices where settled_at is not null"):  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.05)


async def _confirmations(world: World, registration_id: str) -> list[str]:
    """The client moves to the fourth address and asks for the closing; returns both codes, the last one still live."""
    name, client = PLANTED["user_name"], _Client(client_address=SECRETS["client address"])
    address = SECRETS["fourth address"]
    await world.citizen.request_email_change(registration_id, address, **client)
    email_code = await world.code(address)
    with pytest.raises(errors.WrongCode):
        await world.citizen.confirm(name, SECRETS["wrong code"], Purpose.NEW_EMAIL, **client)
    await world.citizen.confirm(name, email_code, Purpose.NEW_EMAIL, **client)
    await _settled(world, registration_id)
    before = len(world.letters(address))
    await world.citizen.request_closure(registration_id, **client)
    return [email_code, await world.code(address, before + 1)]


async def _closed(world: World, registration_id: str, code: str) -> None:
    client = _Client(client_address=SECRETS["client address"])
    await world.citizen.confirm(PLANTED["user_name"], code, Purpose.CLOSURE, **client)
    await world.forward(registration_id, timedelta(hours=72) + 2 * MINUTE)
    await asyncio.wait_for(world.handle(registration_id).result(), SOON_SECONDS)


async def _with_a_database_error(world: World, redemption: Any) -> None:  # noqa: ANN401  a coroutine of the gateway
    """The recording fails in PostgreSQL until the trigger, which quotes the row, is gone."""
    connection = await asyncpg.connect(world.settings.database_url.get_secret_value())
    try:
        await connection.execute(
            """create function fail() returns trigger language plpgsql as
            $$ begin raise exception 'refused: %', new; end $$;
            create trigger fail before insert on events for each row execute function fail()"""
        )
        running = asyncio.ensure_future(redemption)
        async with asyncio.timeout(SOON_SECONDS):
            holder = await world.engine.registration_id(PLANTED["user_name"])
            while b"RaiseError" not in await _pending(world, holder):  # noqa: ASYNC110  no event tells
                await asyncio.sleep(0.05)
        await connection.execute("drop trigger fail on events; drop function fail")
        await running
    finally:
        await connection.close()


async def _failed_attempts(world: World, registration_id: str) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while b"MailUnavailable" not in await _pending(world, registration_id):  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.05)


async def _settled(world: World, registration_id: str) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while await _pending(world, registration_id):  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.05)


async def _pending(world: World, registration_id: str) -> bytes:
    described = await world.handle(registration_id).describe()
    return b"".join(_bytes(activity) for activity in described.raw_description.pending_activities)


async def _temporal(world: World, registration_id: str) -> dict[str, bytes]:
    """Everything that Temporal tells, payloads decoded; histories of every run of every workflow."""
    places: dict[str, bytes] = {"pending": await _pending(world, registration_id), "history": b"", "list": b""}
    async for execution in world.client.list_workflows():
        places["list"] += _bytes(execution.raw_info)
        handle = world.client.get_workflow_handle(execution.id, run_id=execution.run_id)
        history = await handle.fetch_history()
        places["history"] += history.to_json().encode()
        places["history"] += b"".join(_bytes(event) for event in history.events)
        request = GetWorkflowExecutionHistoryRequest(namespace=world.client.namespace)
        request.execution.workflow_id, request.execution.run_id = execution.id, execution.run_id
        raw = await world.client.workflow_service.get_workflow_execution_history(request)
        places["history"] += raw.SerializeToString()
    described = await world.handle(registration_id).describe()
    places["describe"] = _bytes(described.raw_description)
    metadata: WorkflowMetadata = await world.handle(registration_id).query(
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    description = await world.audit.describe(registration_id)
    places["details"] = f"{metadata}{metadata.current_details}{description}".encode()
    return places


def _bytes(message: Message) -> bytes:
    """The protobuf's bytes, its text, and the data of each payload in it."""
    return message.SerializeToString() + str(message).encode() + b"".join(p.data for p in _payloads(message))


def _payloads(message: Message) -> Iterator[Payload]:
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            children = [child for child in value.values() if isinstance(child, Message)]
        elif isinstance(value, Message):
            children = [value]
        else:
            children = list(value)
        for child in children:
            yield from _payloads(child)


def _in(text: str, content: bytes) -> bool:
    folded = content.lower()
    return any(form in content or form.lower() in folded for form in _forms(text))


def _forms(text: str) -> set[bytes]:
    """How a string may stand somewhere: composed, decomposed, folded; plain, escaped, in hexadecimal, in base64."""
    forms: set[bytes] = set()
    for spelt in {text, text.replace("-", "")} if text.count("-") == 3 else {text}:
        for normal in ("NFC", "NFD"):
            for cased in (spelt, spelt.casefold(), spelt.upper()):
                written = unicodedata.normalize(normal, cased)
                plain = written.encode()
                forms |= {plain, plain.hex().encode(), written.encode("unicode_escape"), _octal(plain)}
                for shift in range(3):  # base64 of a longer text shows the middle of ours in one of three ways
                    encoded = base64.b64encode(b"\0" * shift + plain + b"\0\0\0")
                    forms.add(encoded[4 if shift else 0 : (len(plain) + shift) // 3 * 4])
    return forms


def _octal(plain: bytes) -> bytes:
    """As protobuf's text format writes it."""
    return "".join(chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}" for byte in plain).encode()
