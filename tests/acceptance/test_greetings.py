"""Whom a letter greets by name: whoever redeemed a code that went to that address, and no one else."""

from datetime import timedelta
from typing import Final

import pytest

from registration.statuses import Language, Purpose, Status
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE, another_address

SPAM: Final = {"family_name": "Nyert egymilliót", "given_name": "hívja a 06 90 számot"}
NEUTRAL: Final = {Language.HU: "Tisztelt Ügyfelünk!", Language.EN: "Dear Client,"}
NAMED: Final = {
    Language.HU: "Tisztelt Nyert egymilliót hívja a 06 90 számot!",
    Language.EN: "Dear hívja a 06 90 számot Nyert egymilliót,",
}


async def greeting(world: World, address: str, number: int) -> str:
    """How a letter begins; plain text and HTML agree."""
    letter = await world.letter(address, number)
    text, html = (letter.get_body((form,)) for form in ("plain", "html"))
    assert text is not None
    assert html is not None
    first = str(text.get_content()).replace("\r\n", "\n").split("\n\n")[0]
    assert f"<p>{first}</p>" in html.get_content()
    whole = f"{letter['Subject']} {text.get_content()} {html.get_content()}"
    assert ("egymilliót" in whole) == (first in NAMED.values())
    return first


@pytest.mark.parametrize("language", Language)
async def test_a_strangers_mailbox_never_reads_the_name_that_somebody_else_chose(
    world: World, language: Language
) -> None:
    """Registered, asked for again, replaced by a clerk, asked for as the new address, lapsed: no letter carries it."""
    registration_id, filled, _ = await world.registered(**SPAM, language=language)
    victim = filled["email"]
    await world.request_code(filled)
    assert [await greeting(world, victim, number) for number in (1, 2)] == [NEUTRAL[language]] * 2

    other = f"masik.{victim}"
    await world.desk.change_email(registration_id, other, EVIDENCE)
    assert [await greeting(world, other, number) for number in (1, 2)] == [NEUTRAL[language]] * 2
    assert await greeting(world, victim, 3) == NEUTRAL[language]

    await world.forward(registration_id, timedelta(days=31))
    await world.until(registration_id, Status.LAPSED)
    assert await greeting(world, other, 3) == NEUTRAL[language]


async def test_a_redeemed_code_earns_the_name_for_its_address_only(world: World) -> None:
    registration_id, filled = await world.active(**SPAM)
    own, here = filled["email"], another_address()
    named, neutral = NAMED[Language.HU], NEUTRAL[Language.HU]
    assert [await greeting(world, own, number) for number in (1, 2, 3)] == [neutral, named, named]

    victim = f"aldozat.{own}"
    await world.citizen.request_email_change(registration_id, victim, client_address=here)
    assert await greeting(world, victim, 1) == neutral
    code = await world.code(victim)
    await world.citizen.confirm(filled["user_name"], code, Purpose.NEW_EMAIL, client_address=here)
    assert await greeting(world, victim, 2) == named
    assert await greeting(world, own, 4) == named

    third = f"harmadik.{own}"
    await world.desk.change_email(registration_id, third, EVIDENCE)
    assert await greeting(world, third, 1) == neutral
    assert await greeting(world, victim, 3) == named
    await world.desk.close(registration_id, EVIDENCE)
    assert await greeting(world, third, 2) == neutral
