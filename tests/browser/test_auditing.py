"""An auditor in a browser: why an account is in its state, its proofs, and what staff did."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from registration.statuses import Status
from starter.gateway.receipt_numbers import printed
from starter.translation import translated
from tests.support.audit_states import compared
from tests.support.browsing import Person
from tests.support.site import RunningSite
from tests.support.staff_browsing import sign_in

_PAGE = re.compile(r"/ellenorzes(/fiokok/[0-9a-f-]{36}(/[a-z]+)?|/[a-z]+)?(\?[a-z=&.0-9-]*)?")


async def test_why_an_account_is_in_its_state_takes_three_clicks(staff_site: RunningSite, staff_person: Person) -> None:
    person, world = staff_person, staff_site.world
    registration_id, filled = await world.active()
    await world.forward(registration_id, timedelta(days=2 * 366))
    await world.until(registration_id, Status.PASSWORD_EXPIRED)
    (row,) = await world.sql("select receipt_number from registrations where id = $1", registration_id)
    await sign_in(person, "auditor-1")
    await person.follow("Audit an account")
    await person.fill({"Registration id or receipt number": printed(row["receipt_number"])})
    await person.press("Show the account")
    assert await person.heading() == person.words("The life of a registration")
    because = await person.page.locator("dl.facts").inner_text()
    assert translated(Status.PASSWORD_EXPIRED, person.version.language) in because
    assert "S7" in because
    assert _PAGE.fullmatch(person.page.url.removeprefix(person.origin))
    told = f"{await person.page.title()} {await person.text()}"
    for personal in (filled["user_name"], filled["email"], filled["birth_name"], filled["mothers_birth_name"]):
        assert personal not in told
    await person.fill({"Day": (datetime.now(UTC).date() + timedelta(days=300)).isoformat()})
    await person.press("Explain this day")
    assert translated(Status.ACTIVE, person.version.language) in await person.page.locator("dl.facts").inner_text()
    await person.fill({"Day": "2020-01-01"})
    await person.press("Explain this day")
    assert list(await person.errors()) == ["at"]


async def test_an_account_is_replayed_verified_and_proven(
    staff_site: RunningSite, staff_person: Person, tmp_path: Path
) -> None:
    person, world = staff_person, staff_site.world
    registration_id, _ = await world.active()
    await world.audit.checkpoints.make()
    await sign_in(person, "auditor-1")
    for link, said in (
        ("Replay its histories", "Every decision in its histories follows from the present rules."),
        ("Verify its record", "The record is whole: nothing differs."),
    ):
        await person.open(f"/ellenorzes/fiokok/{registration_id}")
        await person.follow(link)
        assert person.words(said) in await person.text()
    await person.open(f"/ellenorzes/fiokok/{registration_id}")
    async with person.page.expect_download() as downloading:
        await person.page.get_by_role("link", name=person.words("Inclusion proof (JSON)")).click()
    download = await downloading.value
    # Chromium calls a navigation that becomes a download aborted.
    path = f"/ellenorzes/fiokok/{registration_id}/bizonyitek.json"
    assert person.findings.lines == [f"failed: {person.origin}{path} net::ERR_ABORTED"]
    person.findings.lines.clear()
    await download.save_as(tmp_path / download.suggested_filename)
    proof = json.loads((tmp_path / "bizonyitek.json").read_text(encoding="utf-8"))
    assert registration_id in proof["leaf"]


async def test_from_an_office_s_acts_to_an_account_and_who_looked_at_it(
    staff_site: RunningSite, staff_person: Person
) -> None:
    person = staff_person
    registration_id, _ = await staff_site.world.active()
    await sign_in(person, "auditor-1")
    await person.follow("Acts of staff")
    await person.fill({"Office code": "1051", "From when": datetime.now(UTC).date().isoformat()})
    await person.page.get_by_label(person.words("Act"), exact=True).select_option("desk.verify_identity")
    await person.press("Show the acts")
    await person.follow(registration_id)
    await person.follow("Who looked at it")
    assert "clerk-7" in await person.text()
    await person.open("/")
    await person.follow("Access record")
    await person.fill({"Office code": "1051", "Day": datetime.now(UTC).date().isoformat()})
    await person.press("Show the entries")
    assert registration_id in await person.text()
    assert _PAGE.fullmatch(person.page.url.removeprefix(person.origin))


async def test_a_kept_checkpoint_is_compared(staff_site: RunningSite, staff_person: Person) -> None:
    person = staff_person
    await compared()(person, staff_site)
    said = "Your copy is one of the documents here; all of them are signed, and each names the one before it."
    assert person.words(said) in await person.text()


async def test_statistics_have_a_plot_beside_each_table(staff_site: RunningSite, staff_person: Person) -> None:
    person = staff_person
    await staff_site.world.temporary()
    await sign_in(person, "auditor-1")
    await person.follow("Statistics")
    for title in ("By status", "By channel", "By month of opening"):
        assert await person.page.get_by_role("img", name=person.words(title), exact=True).count() == 1
        assert await person.page.get_by_role("region", name=person.words(title), exact=True).count() == 1
    await person.fill({"From when": "2020-01", "Until when": "2020-02"})
    await person.press("Count")
    assert person.words("There are none.") in await person.text()
