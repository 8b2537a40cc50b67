"""Letters at the desk, over HTTP on the real servers: which did not arrive, and sending them again."""

import asyncio
from uuid import uuid4

from registration.letters import LetterKind, LetterName
from registration.record import EventKind
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.samples import EVIDENCE, form
from tests.support.api import Api, api_on, problem
from tests.support.desk import clerk, supervisor, today
from tests.support.installation import eventually
from tests.support.servers import SharedServers
from tests.workflows.lives import choosy_world, quiet


async def test_letters_are_seen_and_one_that_arrived_is_not_sent_again(api: Api, world: World) -> None:
    registration_id, filled = await world.temporary()
    path = f"/v1/desk/registrations/{registration_id}/letters"
    await world.letter(filled["email"], 2)
    async with asyncio.timeout(60):
        while len(letters := (await clerk(api).get(path)).json()["letters"]) < 2:  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.02)
    assert {letter["outcome"] for letter in letters} == {"SENT"}
    refused = await clerk(api).post(f"{path}/{letters[0]['letter_id']}/sending")
    assert problem(refused) == (404, "no-such-letter")


async def test_a_letter_that_the_mail_server_refused_for_good_is_sent_again_once_and_arrives(
    shared: SharedServers,
) -> None:
    """To the address that is right by now, asked for twice with one key; who asked is on record."""
    async with choosy_world(shared) as (world, _), api_on(world) as api:
        filled = form(email="refused.code@example.org")
        opened = await clerk(api).post("/v1/desk/registrations", {"form": filled, "evidence": EVIDENCE})
        registration, registration_id = opened.headers["location"], opened.json()["registration_id"]
        await until_undelivered(world, registration_id, ["1-code_password"])
        fresh, key = f"jo.{filled['user_name']}@example.org", str(uuid4())
        await clerk(api).put(f"{registration}/email", {"email": fresh, "evidence": EVIDENCE})
        await until_undelivered(world, registration_id, ["1-code_password", "3-email_changed_old"])
        await world.letter(fresh, 2)

        sending = f"{registration}/letters/1-code_password/sending"
        sent = await clerk(api, "clerk-8", "9021").post(sending, key=key)
        assert (sent.status_code, sent.json()["status"]) == (202, "AWAITING_ACTIVATION")
        assert (await clerk(api, "clerk-8", "9021").post(sending, key=key)).text == sent.text
        await until_undelivered(world, registration_id, ["3-email_changed_old"])
        code = await world.code(fresh, 3)
        assert (await api.redeemed(filled["user_name"], code))["status"] == "ACTIVE"
        assert problem(await clerk(api).post(sending)) == (404, "no-such-letter")
        await quiet(world, registration_id)
        (again,) = [e for e in await world.audit.events(registration_id) if e.kind is EventKind.LETTER_SENT_AGAIN]
        assert (again.letter, again.actor.id, again.actor.office) == (
            LetterName(1, LetterKind.CODE_PASSWORD),
            "clerk-8",
            "9021",
        )
        letters = (await clerk(api).get(f"{registration}/letters")).json()["letters"]
        outcomes = {letter["letter_id"]: letter["outcome"] for letter in letters}
        assert (outcomes["1-code_password"], outcomes[f"{again.sequence}-code_password"]) == ("UNDELIVERED", "SENT")
        entries = (await supervisor(api, "9021").get("/v1/desk/accesses", day=today())).json()["entries"]
        noted = [(entry["actor_id"], entry["operation"], entry["registration_id"]) for entry in entries]
        assert noted[0] == ("clerk-8", "desk.send_again", registration_id)


async def until_undelivered(world: World, registration_id: str, letters: list[str]) -> None:
    """Waits until exactly these letters are known not to have arrived."""

    async def known() -> bool:
        lost = (await world.audit.describe(registration_id)).undelivered_letters
        return [each.letter_id for each in lost] == letters

    await eventually(known, within_seconds=SOON_SECONDS)
