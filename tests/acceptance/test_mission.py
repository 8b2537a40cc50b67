"""S1 to S9 of the mission, one test each: over HTTP, and with the clerk's command where it says "in person"."""

import asyncio
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from registration.letters import LetterKind
from registration.record import EventKind
from registration.statuses import Status
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE, PASSWORD, another_address, form
from tests.acceptance.command_line import CommandLine
from tests.support.accounts import variables_of
from tests.support.api import Api, problem
from tests.support.signing import signed
from tests.support.ways import SEEN
from tests.workflows.lives import MINUTE, bring, code_among, quiet, to_deadline

IN_PERSON: Final = "az újraaktiválás kérése személyesen, bármelyik regisztrációs szervnél"
NEXT_PASSWORD: Final = "Még titkosabb 2"
BODIES: Final = {
    "1051": "document office",
    "1133": "central office",
    "UK-1": "client centre",
    "NAV-7": "tax authority",
}
"""One office of each kind of registration body."""


class Clerk:
    """A clerk's terminal: `ugyfelkapu clerk …` on the world's servers, with what the clerk saw."""

    def __init__(self, world: World, folder: Path) -> None:
        variables = variables_of(world) | {"UGYFELKAPU_CLERK": "clerk-7", "UGYFELKAPU_OFFICE": "1051"}
        self._command_line = CommandLine(folder, variables)
        self._folder = folder

    async def __call__(self, *arguments: str) -> dict[str, Any]:
        """What the command prints as JSON; it must succeed."""
        outcome = await asyncio.to_thread(self._command_line, "clerk", *arguments, *SEEN, "--json")
        data: dict[str, Any] = outcome.data
        return data

    def file(self, filled: dict[str, Any]) -> str:
        """The form as a file."""
        path = self._folder / "form.json"
        path.write_text(json.dumps(filled), encoding="utf-8")
        return str(path)


@pytest.fixture
def clerk(world: World, tmp_path: Path) -> Clerk:
    return Clerk(world, tmp_path)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def kinds(world: World, registration_id: str) -> list[LetterKind]:
    """The kinds of the letters so far, oldest first."""
    await quiet(world, registration_id)
    return [each.letter.kind for each in await world.audit.letters(registration_id)]


async def test_s1_any_natural_person_may_open_an_account_and_registration_is_needed_to_use_it(api: Api) -> None:
    """Also one born on 29 February, one with a foreign name, and one person twice."""
    stranger = form()
    assert problem(await api.log_in(stranger["user_name"])) == (422, "wrong-password")
    people = [
        {"birth_date": "1984-02-29"},
        {"family_name": "Nguyễn", "given_name": "Thị Ánh", "birth_name": "Nguyễn Thị Ánh", "birth_place": "Huế"},
        {},
        {},
    ]
    for person in people:
        _, filled, code = await api.registered(**person)
        assert (await api.redeemed(filled["user_name"], code))["status"] == "TEMPORARY"
        assert (await api.log_in(filled["user_name"])).status_code == 200


async def test_s2_a_clerk_of_any_registration_body_opens_an_account_after_checking_identity(
    api: Api, world: World, clerk: Clerk
) -> None:
    """The code goes out by e-mail; redeeming it makes the registration active at once: identity is checked."""
    for office in BODIES:
        filled = form()
        opened = await clerk("register", clerk.file(filled), "--office", office)
        redeemed = await api.redeemed(filled["user_name"], await world.code(filled["email"]))
        assert redeemed["status"] == "ACTIVE"
        first = (await world.audit.events(opened["registration_id"]))[0]
        assert (first.actor.office, first.identity_verified) == (office, True)
        assert first.evidence


async def test_s3_the_code_received_by_e_mail_makes_a_registration_temporary_for_30_days(
    api: Api, world: World, clerk: Clerk
) -> None:
    """A clerk can make it final; otherwise it lapses, as does one whose code was not redeemed for 30 days."""
    final, filled, code = await api.registered()
    redeemed = await api.redeemed(filled["user_name"], code)
    assert redeemed["status"] == "TEMPORARY"
    assert abs(moment(redeemed["deadline"]) - moment(redeemed["as_of"]) - timedelta(days=30)) < MINUTE
    session = (await api.log_in(filled["user_name"])).json()
    assert (session["status"], session["deadline"]) == ("TEMPORARY", redeemed["deadline"])
    assert (await clerk("verify-identity", final))["status"] == "ACTIVE"
    assert (await api.log_in(filled["user_name"])).json()["status"] == "ACTIVE"

    lapsing, unverified, code = await api.registered()
    await api.redeemed(unverified["user_name"], code)
    unredeemed, forgotten, late = await api.registered()
    for registration_id in (lapsing, unredeemed):
        await to_deadline(world, registration_id, Status.LAPSED)
        assert (await api.http.get(f"/v1/registrations/{registration_id}")).json()["status"] == "LAPSED"
    assert problem(await api.log_in(unverified["user_name"])) == (422, "wrong-password")
    assert problem(await api.redeem(forgotten["user_name"], late)) == (422, "wrong-code")


async def test_s4_a_valid_signature_of_at_least_advanced_level_spares_the_personal_appearance(
    api: Api, world: World
) -> None:
    """Anything less is refused with the reason."""
    for level in ("advanced", "qualified"):
        filled = form()
        opened = await api.post(
            "/v1/registrations",
            await signed(world, filled, level=level) | {"client_address": another_address()},
        )
        assert opened.status_code == 202, opened.text
        assert (await api.redeemed(filled["user_name"], await world.code(filled["email"])))["status"] == "ACTIVE"
        first = (await world.audit.events(opened.json()["registration_id"]))[0]
        assert str(first.assurance) == level.upper()
    refused = await api.post("/v1/registrations", await signed(world, form(), level="simple"))
    assert problem(refused) == (422, "simple-signature")


async def test_s5_a_client_logs_in_with_the_user_name_and_the_password_chosen_when_the_code_was_redeemed(
    api: Api,
) -> None:
    """The portal verifies the assertion with the published keys, and needs nothing else to know who came."""
    registration_id, filled, code = await api.registered()
    waiting = await api.log_in(filled["user_name"])
    assert problem(waiting) == (422, "wrong-password")
    assert "redeemed your code" in waiting.json()["detail"]
    redeemed = await api.redeemed(filled["user_name"], code)
    assert problem(await api.log_in(filled["user_name"], "nem ez a jelszó")) == (422, "wrong-password")
    session = (await api.log_in(filled["user_name"].upper())).json()
    assert session["password_valid_until"] == redeemed["password_valid_until"]
    keys = KeySet.import_key_set((await api.http.get("/v1/keys")).json())
    with pytest.warns(match="RFC 9864"):  # the algorithm has a newer name too
        claims = jwt.decode(session["assertion"], keys, algorithms=["EdDSA"]).claims
    JWTClaimsRegistry(aud={"essential": True, "value": "portal-1"}, exp={"essential": True}).validate(claims)
    assert (claims["sub"], claims["status"]) == (registration_id, "TEMPORARY")


async def test_s6_whoever_forgot_the_password_gets_a_code_by_e_mail_and_chooses_a_new_one(
    api: Api, world: World
) -> None:
    _, filled = await bring(world, Status.ACTIVE)
    name, address = filled["user_name"], filled["email"]
    before = len(world.letters(address))
    body = {"user_name": name, "email": address, "client_address": another_address()}
    assert (await api.post("/v1/code-requests", body)).status_code == 202
    assert (await api.log_in(name)).status_code == 200, "the old password is good until the code is redeemed"
    await api.redeemed(name, await world.code(address, before + 1), password=NEXT_PASSWORD)
    assert problem(await api.log_in(name)) == (422, "wrong-password")
    assert (await api.log_in(name, NEXT_PASSWORD)).json()["status"] == "ACTIVE"


async def test_s7_a_password_is_valid_for_at_most_two_years_as_the_client_chooses(api: Api, world: World) -> None:
    """A letter says so, others remind 30, 7 and 1 days before its end; then it expires. Changing it begins anew."""
    registration_id, filled, code = await api.registered()
    name, path = filled["user_name"], f"/v1/registrations/{registration_id}"
    for days in (29, 732):
        refused = await api.redeem(name, code, validity_days=days)
        assert (problem(refused), refused.json()["field"]) == ((422, "invalid-input"), "validity_days")
    redeemed = await api.redeemed(name, code)
    valid_until, chosen_at = moment(redeemed["password_valid_until"]), moment(redeemed["as_of"])
    assert (valid_until.year - chosen_at.year, valid_until.month) == (2, chosen_at.month)
    await world.desk.verify_identity(registration_id, EVIDENCE)
    change = {"present_password": PASSWORD, "password": NEXT_PASSWORD, "validity_days": 90}
    changed = (await api.put(f"{path}/password", change)).json()
    valid_until = moment(changed["password_valid_until"])
    assert abs(valid_until - moment(changed["as_of"]) - timedelta(days=90)) < MINUTE
    assert (await api.log_in(name, NEXT_PASSWORD)).json()["password_valid_until"] == changed["password_valid_until"]
    for reminders, days in enumerate((29, 6), start=1):
        await world.forward_to(registration_id, valid_until - timedelta(days=days))
        assert (await kinds(world, registration_id)).count(LetterKind.PASSWORD_EXPIRING) == reminders
    await to_deadline(world, registration_id, Status.PASSWORD_EXPIRED)
    letters = await kinds(world, registration_id)
    assert (letters.count(LetterKind.PASSWORD_EXPIRING), letters[-1]) == (3, LetterKind.PASSWORD_EXPIRED)
    assert problem(await api.log_in(name, NEXT_PASSWORD)) == (409, "password-expired")


async def test_s8_a_wrong_user_name_when_requesting_a_code_is_told_where_to_look_and_a_clerk_discloses_it(
    api: Api, world: World, clerk: Clerk
) -> None:
    """The receipt, or any registration body in person; the disclosure is on record."""
    registration_id, filled = await bring(world, Status.ACTIVE)
    for language, words in (("en", ["receipt", "registration body"]), ("hu", ["nyugtán", "regisztrációs szervnél"])):
        for wrong in ({"user_name": "senki.sincs.itt"}, {"email": "mas@example.org"}):
            body = {"user_name": filled["user_name"], "email": filled["email"], "client_address": another_address()}
            refused = await api.http.post("/v1/code-requests", json=body | wrong, headers={"Accept-Language": language})
            assert problem(refused) == (422, "wrong-pair")
            assert all(word in refused.json()["detail"] for word in words)
    disclosed = await clerk("disclose", registration_id)
    assert (disclosed["user_name"], disclosed["email"]) == (filled["user_name"], filled["email"])
    last = (await world.audit.events(registration_id))[-1]
    assert (last.kind, last.actor.id) == (EventKind.DATA_DISCLOSED, "clerk-7")


async def test_s9_sixty_days_after_expiry_only_a_clerk_reactivates_and_the_new_code_goes_out_by_itself(
    api: Api, world: World, clerk: Clerk
) -> None:
    registration_id, filled = await bring(world, Status.PASSWORD_EXPIRED)
    name, address = filled["user_name"], filled["email"]
    looked = (await api.http.get(f"/v1/registrations/{registration_id}")).json()
    assert abs(moment(looked["deadline"]) - moment(looked["since"]) - timedelta(days=60)) < MINUTE
    assert problem(await api.log_in(name)) == (409, "password-expired")
    await to_deadline(world, registration_id, Status.INACTIVE)
    assert problem(await api.log_in(name)) == (409, "inactive")
    for language, words in (("en", "in person at any registration body"), ("hu", IN_PERSON)):
        asked = {"user_name": name, "email": address, "client_address": another_address()}
        refused = await api.http.post("/v1/code-requests", json=asked, headers={"Accept-Language": language})
        assert problem(refused) == (409, "not-accepted")
        assert words in refused.json()["detail"]
        assert not re.search("[a-z]_[a-z]", refused.json()["detail"])

    await quiet(world, registration_id)
    before = len(world.letters(address))
    assert (await clerk("reactivate", registration_id))["status"] == "AWAITING_REACTIVATION"
    await world.letter(address, before + 1)
    assert problem(await api.log_in(name)) == (409, "reactivated")
    code = code_among(world.letters(address)[before:])
    assert (await api.redeemed(name, code, password=NEXT_PASSWORD))["status"] == "ACTIVE"
    assert (await api.log_in(name, NEXT_PASSWORD)).json()["status"] == "ACTIVE"
