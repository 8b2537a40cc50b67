"""What people type and paste, through the gateways on the real servers: codes, spaces at the ends, twins, domains."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from registration import errors
from registration.input_rules import InputRule
from registration.statuses import Purpose, Status
from starter.dev.installation import World
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, another_address, form
from tests.support.api import Api, problem
from tests.support.desk import clerk

ENDS = ["  {}", "{} ", "\t{}\r\n", "\xa0{}\u200b", "\ufeff{}\u200e"]


def refused(attempt: Awaitable[object], field: str, rule: InputRule) -> Awaitable[None]:
    async def seen() -> None:
        with pytest.raises(errors.InvalidInput) as refusal:
            await attempt
        assert (refusal.value.facts["field"], refusal.value.facts["rule"]) == (field, rule)

    return seen()


@pytest.mark.parametrize("pasted", ["kód: {}\r\n", "\u200b{}.", "Code: „{}”", "{}\t"])
async def test_a_pasted_code_is_redeemed(world: World, pasted: str) -> None:
    _, filled, code = await world.registered()
    soft = pasted.format(code.replace("-", "\u2011").lower())
    assert (await world.redeem(filled, soft)).status is Status.TEMPORARY


async def test_a_pasted_code_is_redeemed_over_http(world: World, api: Api) -> None:
    _, filled, code = await world.registered()
    answer = await api.redeemed(f" {filled['user_name']}\n", f"A kódja:\r\n\r\n{code.replace('-', '–')}\xa0.")
    assert answer["status"] == "TEMPORARY"


async def test_two_codes_are_a_wrong_one_and_counted_as_such(world: World) -> None:
    """What is no code, or more than one, costs a try as any wrong code: one way, one cost, no hint."""
    _, filled, code = await world.registered()
    for wrong in (f"{code} {code}", "nincs itt kód", code[:-1]):
        with pytest.raises(errors.WrongCode):
            await world.redeem(filled, wrong)
    (row,) = await world.sql(
        "select max(tries) as tries from attempts where limit_name like 'REDEMPTION%' and ends_at > now()"
    )
    assert row["tries"] >= 3


@pytest.mark.parametrize("end", ENDS, ids=ascii)
async def test_spaces_at_the_ends_are_no_part_of_a_user_name_or_an_address_anywhere(world: World, end: str) -> None:
    """Registration, name check, log-in, code request, redemption, search, reference, change of address."""
    plain = form()
    name, address = end.format(plain["user_name"]), end.format(plain["email"])
    registration_id = await world.register(plain | {"user_name": name, "email": address})
    here = another_address()
    assert not await world.portal.user_name_is_free(name, client_address=here)
    with pytest.raises(errors.UserNameTaken):
        await world.register(form(user_name=name))
    await world.code(plain["email"])
    await world.citizen.request_code(name, address, client_address=here)
    code = await world.code(plain["email"], 2)
    await world.citizen.redeem_code(name, code, PASSWORD, client_address=here)
    assert (await world.citizen.authenticate(name, PASSWORD, client_address=here)).registration_id == registration_id
    for reference in (name, plain["user_name"], end.format(registration_id)):
        assert await world.engine.registration_id(reference) == registration_id
    receipt = await world.engine.receipt_number(registration_id)
    assert await world.engine.registration_id(end.format(receipt.replace("-", "\u2010"))) == registration_id
    criteria = [{"user_name": name}, {"email": address}, {"receipt_number": end.format(receipt)}]
    for criterion in criteria:
        (found,) = (await world.desk.search(criterion)).found
        assert found.registration_id == registration_id
    fresh = f"uj.{plain['email']}"
    await world.citizen.request_email_change(registration_id, end.format(fresh), client_address=here)
    await world.citizen.confirm(name, await world.code(fresh), Purpose.NEW_EMAIL, client_address=here)
    shown = await world.desk.disclose(name, EVIDENCE)
    assert (shown.user_name, shown.email) == (plain["user_name"], fresh)


TWINS = [
    {"birth_name": "O’Connor-Szabó Éva", "mothers_birth_name": "Kis\u2011Nagy Ágnes"},
    {"birth_name": "o'connor–szabó  ÉVA", "mothers_birth_name": "kis-nagy\xa0ágnes"},
    {"birth_name": "O´Connor\u2010Szabó Éva\u200f", "mothers_birth_name": "Kis - Nagy Ágnes"},
]


async def test_a_person_is_found_by_every_twin_of_the_names(world: World, api: Api) -> None:
    born = {"birth_date": "1971-05-17"}
    registered = [await world.register(form(**twin, **born)) for twin in TWINS]
    for twin in TWINS:
        found = (await world.desk.search({**twin, **born})).found
        assert {each.registration_id for each in found} == set(registered)
    answer = await clerk(api).post("/v1/desk/searches", {**TWINS[0], **born})
    assert {each["registration_id"] for each in answer.json()["found"]} == set(registered)


async def test_a_persian_name_is_taken_with_its_joiners(world: World) -> None:
    names = {"birth_name": "علی\u200cرضا تهرانی", "mothers_birth_name": "مریم\u200f کریمی"}
    registration_id = await world.register(form(**names))
    for typed in (names, {name: text.replace("\u200c", "").replace("\u200f", "") for name, text in names.items()}):
        found = (await world.desk.search({**typed, "birth_date": "1980-02-29"})).found
        assert [each.registration_id for each in found] == [registration_id]


async def test_a_domain_is_the_same_in_unicode_and_in_a_labels(world: World) -> None:
    """Registered in one form it receives letters, is found and asks for codes in both; the typed one stays."""
    filled = form()
    local = filled["user_name"]
    typed, ascii_form = f"{local}@Őrség.hu", f"{local}@xn--rsg-cma13c.hu"
    registration_id = await world.register(filled | {"email": typed})
    letter = await world.letter(ascii_form, 1)
    assert letter["To"] == ascii_form
    for number, address in enumerate((typed, ascii_form, f"{local}@őrség.hu"), 2):
        assert (await world.citizen.request_code(local, address, client_address=another_address())).code_valid_until
        await world.letter(typed, number)
        (found,) = (await world.desk.search({"email": address})).found
        assert found.registration_id == registration_id
    with pytest.raises(errors.WrongPair):
        await world.citizen.request_code(local, f"{local.title()}@őrség.hu", client_address=another_address())
    assert (await world.desk.disclose(registration_id, EVIDENCE)).email == typed


async def test_a_mailbox_has_one_count_for_both_forms_of_its_domain(world: World) -> None:
    local = form()["user_name"]
    for number in range(10):
        await world.register(form(email=f"{local}@{'straße.de' if number % 2 else 'xn--strae-oqa.de'}"))
    for domain in ("straße.de", "xn--strae-oqa.de", "STRAẞE.de"):
        with pytest.raises(errors.TooManyGuesses):
            await world.register(form(email=f"{local}@{domain}"))
    await world.register(form(email=f"{local}@strasse.de"))


MIXED = ["\u0430dmin@example.org", "adm\u0456n@example.org", "inf\u03bf@example.org", "x@p\u0430ypal.example"]


@pytest.mark.parametrize("address", MIXED, ids=ascii)
async def test_scripts_that_look_alike_are_not_mixed_in_an_address(world: World, address: str) -> None:
    registration_id, filled = await world.temporary()
    citizen, here = world.citizen, another_address()
    ways: list[Callable[[], Awaitable[Any]]] = [
        lambda: world.register(form(email=address)),
        lambda: world.desk.register(form(email=address), EVIDENCE),
        lambda: world.desk.change_email(registration_id, address, EVIDENCE),
        lambda: citizen.request_email_change(registration_id, address, client_address=here),
    ]
    for way in ways:
        await refused(way(), "email", InputRule.MIXED_SCRIPTS)
    assert (await world.desk.disclose(filled["user_name"], EVIDENCE)).email == filled["email"]


@pytest.mark.parametrize(
    "address", ["иван@example.org", "árvíztűrő@example.org", "田中taro@example.org", "ελένη@example.org"]
)
async def test_one_script_is_an_address(world: World, address: str) -> None:
    local, _, domain = address.partition("@")
    whole = f"{local}{form()['user_name'].rpartition('k')[2]}@{domain}"
    await world.register(form(email=whole))
    assert (await world.letter(whole, 1))["To"] == whole


@pytest.mark.parametrize(
    ("field", "typed", "rule"),
    [
        ("birth_date", "0001-01-01", InputRule.BIRTH_DATE),
        ("birth_name", "\u200b \u3164", InputRule.TEXT),
        ("family_name", "\u202eanna", InputRule.TEXT),
    ],
)
async def test_a_form_says_which_rule_is_broken(
    world: World, api: Api, field: str, typed: str, rule: InputRule
) -> None:
    await refused(world.register(form(**{field: typed})), field, rule)
    answer = await api.post("/v1/registrations", {"form": form(**{field: typed}), "client_address": CLIENT_ADDRESS})
    assert problem(answer) == (422, "invalid-input")


async def test_eight_spaces_are_no_password(world: World) -> None:
    _, filled, code = await world.registered()
    await refused(world.redeem(filled, code, password=" " * 8), "password", InputRule.PASSWORD_BLANK)
    assert (await world.redeem(filled, code)).status is Status.TEMPORARY
