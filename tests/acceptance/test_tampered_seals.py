"""Rows that only we can have written: others are not trusted, and are named, after erasure and rotation too."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from pydantic import SecretStr

from registration.errors import Unavailable
from registration.letters import LetterKind
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import EVIDENCE, another_address, form
from starter.gateway import OperationsGateway, PortalGateway, open_engine
from starter.gateway.health import ReadinessCheck
from store.database import opened_pool
from store.keys import key_ring
from store.seals import RowSeals
from tests.support.api import api_on, problem
from tests.support.installation import installation_on
from tests.support.servers import SharedServers
from tests.support.signing import signed_document
from tests.support.verifying import found, found_of
from tests.workflows.lives import choosy_world, quiet
from worker import running_workers


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(shared: SharedServers) -> AsyncIterator[World]:
    async with choosy_world(shared) as (found, _):
        yield found


async def named(world: World, registration_id: str) -> set[tuple[str, int | None]]:
    """What is found of a registration and all of its histories."""
    return {(str(finding.kind), finding.sequence) for finding in await found_of(world, registration_id)}


async def opened_with_a_signature(world: World) -> str:
    """An active registration that a signature opened."""
    filled = form()
    document, signature = await signed_document(world, filled)
    registration_id = await world.portal.register_signed(document, signature, client_address=another_address())
    await world.redeem(filled, await world.code(filled["email"]))
    await quiet(world, registration_id)
    return registration_id


async def closed(world: World, registration_id: str) -> None:
    """Ends a life, whose personal data is erased then."""
    await world.desk.close(registration_id, EVIDENCE)
    await asyncio.wait_for(world.handle(registration_id).result(), SOON_SECONDS)


@pytest.mark.parametrize("erased", [False, True], ids=["while it lives", "after its erasure"])
async def test_whoever_frees_a_signature_for_another_registration_is_named(world: World, erased: bool) -> None:
    """With the mark gone, or another one in its place, a copy of the signed form could open another registration."""
    registration_id = await opened_with_a_signature(world)
    if erased:
        await closed(world, registration_id)
    assert await named(world, registration_id) == set()
    (mark,) = await world.sql("select * from used_signatures where registration_id = $1", registration_id)
    await world.sql("update used_signatures set mark = $2 where registration_id = $1", registration_id, os.urandom(32))
    assert await named(world, registration_id) == {("SIGNATURE_MARK_DIFFERS", None)}
    await world.sql("delete from used_signatures where registration_id = $1", registration_id)
    assert await named(world, registration_id) == {("SIGNATURE_MARK_MISSING", 1)}
    await world.sql("insert into used_signatures values ($1, $2, $3)", *mark.values())
    assert await named(world, registration_id) == set()


async def test_letters_and_receipt_of_an_erased_life_are_compared_all_the_same(world: World) -> None:
    registration_id, _ = await world.active()
    await closed(world, registration_id)
    assert await named(world, registration_id) == set()
    await world.sql("update letters set at = now() where registration_id = $1 and sequence = 1", registration_id)
    await world.sql("delete from letters where registration_id = $1 and sequence = 2", registration_id)
    await world.sql("update registrations set receipt_number = default where id = $1", registration_id)
    assert await named(world, registration_id) == {
        ("LETTER_DIFFERS", 1),
        ("LETTER_MISSING", 2),
        ("READ_MODEL_DIFFERS", None),
    }


@pytest.mark.parametrize("stolen", [False, True], ids=["without a seal", "with the seal of another letter"])
async def test_a_letter_that_somebody_says_has_gone_out_goes_out_all_the_same(world: World, stolen: bool) -> None:
    """The old address gets a letter about the new one, whatever is in the table before; afterwards the row is ours."""
    registration_id, filled = await world.active()
    await quiet(world, registration_id)
    before = len(world.letters(filled["email"]))
    sequence = (await world.audit.snapshot(registration_id)).sequence + 1
    for kind in (LetterKind.EMAIL_CHANGED_OLD, LetterKind.EMAIL_CHANGED_NEW):
        await world.sql(
            "insert into letters (registration_id, sequence, kind, message_id, outcome, at, seal) "
            "values ($1, $2, $3, '<never@example.org>', 'SENT', now(), "
            "case when $4 then (select seal from letters where outcome = 'SENT' limit 1) else '' end)",
            *(registration_id, sequence, kind, stolen),
        )
    new = f"new.{filled['email']}"
    await world.desk.change_email(registration_id, new, EVIDENCE)
    assert await world.letter(filled["email"], before + 1)
    assert await world.letter(new, 1)
    await quiet(world, registration_id)
    assert len(world.letters(filled["email"])) == before + 1
    assert await named(world, registration_id) == set()


async def test_an_answer_that_somebody_has_written_to_is_not_told_and_is_named(world: World) -> None:
    """Nor does a portal that asks once more get the answer to another one's request, copied with its seal."""
    async with api_on(world) as api:
        key, other, body = str(uuid4()), str(uuid4()), {"form": form()}
        first = await api.post("/v1/registrations", body, key=key)
        assert (
            (await api.post("/v1/registrations", {"form": form()}, key=other)).status_code == first.status_code == 202
        )
        assert (await api.post("/v1/registrations", body, key=key)).text == first.text
        assert await answers_named(world) == []
        registration_id = first.json()["registration_id"]
        for statement in (_EDITED, _COPIED):
            await world.sql(statement, registration_id)
            assert problem(await api.post("/v1/registrations", body, key=key))[0] == 503
            assert await answers_named(world) == [(f"request {registration_id}", "ANSWER_DIFFERS")]
        await world.sql("delete from idempotency_keys")


_EDITED = "update idempotency_keys set answer = replace(answer, $1, 'another') where answer like '%' || $1 || '%'"
_COPIED = """
update idempotency_keys set (answer, seal) = (
    select answer, seal from idempotency_keys other
    where other.request_id <> $1::text::uuid and answer like '%another%' is false limit 1
)
where request_id = $1::text::uuid
"""


async def answers_named(world: World) -> list[tuple[str, str]]:
    """The findings about kept answers: a registration has the id of the request that opened it."""
    return [(one.about, str(one.kind)) for one in await found(world) if one.about.startswith("request ")]


async def test_seals_hold_when_the_master_key_that_wrapped_theirs_has_left_the_ring(
    shared: SharedServers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every process has both keys, as before a rotation; afterwards the new one alone opens the key of the seals."""
    old, new = (f"{name}:{base64.b64encode(os.urandom(32)).decode()}" for name in ("old", "new"))
    monkeypatch.setenv("UGYFELKAPU_MASTER_KEYS", f"{old},{new}")
    async with installation_on(shared, migrated=False) as (_, world), running_workers(world.client, world.settings):
        registration_id, _ = await world.active()
        settings = world.settings.model_copy(update={"master_keys": SecretStr(f"{new},{old}")})
        async with open_engine(settings, world.client) as engine:
            done = await OperationsGateway(engine, "operator-1").rotate_keys()
            assert (done.rewrapped > 0, done.remaining) == (True, 0)
            assert await named(world.on(engine), registration_id) == set()
        alone = world.settings.model_copy(update={"master_keys": SecretStr(new)})
        async with opened_pool(world.addresses.database, most=1) as pool:
            assert await RowSeals(pool, key_ring(alone)).key()


async def test_without_the_key_of_the_seals_it_is_named_and_everything_else_is_looked_at(world: World) -> None:
    registration_id, _ = await world.active()
    (key,) = await world.sql("delete from seal_keys returning *")
    try:
        async with open_engine(world.settings, world.client) as engine:
            about = world.on(engine)
            assert await named(about, registration_id) == {("SEAL_KEY_MISSING", None)}
            with pytest.raises(Unavailable):
                await PortalGateway(engine).register(form(), client_address=another_address())
            readiness = await ReadinessCheck(engine).readiness()
            assert (readiness.writable, readiness.seal_key, readiness.is_ready) == (True, False, False)
    finally:
        await world.sql("insert into seal_keys values ($1, $2, $3)", *key.values())
