"""Data that a clerk discloses on a page: for one session and some minutes, each look on record."""

from tests.support.desk_pages import RECIPIENT, SEEN, entries, matched_visit, person_of
from tests.support.staff import StaffPages, colleague
from tests.support.visitors import heading


async def test_disclosed_data_is_for_this_session_and_each_look_is_on_record(staff: StaffPages) -> None:
    registration_id, filled = await staff.world.active()
    async with colleague(staff.url, "clerk-1") as clerk:
        path = await matched_visit(clerk, filled)
        nobody = await clerk.post(f"{path}/adatok", SEEN)
        assert (nobody.status_code, 'id="recipient-error"' in nobody.text) == (422, True)
        shown = (await clerk.post(f"{path}/adatok", {**SEEN, **RECIPIENT})).headers["location"]
        for _ in range(2):
            assert filled["email"] in (await clerk.get(shown)).text
        receipt = (await clerk.post(f"{path}/nyugta", {**SEEN, **RECIPIENT})).headers["location"]
        assert filled["user_name"] in (await clerk.get(receipt)).text
        assert 'value="BA1234567"' in (await clerk.get(f"{path}/email")).text
    async with colleague(staff.url, "clerk-1") as the_same_clerk_again:
        assert (await the_same_clerk_again.get(shown)).status_code == 403
    noted = await entries(staff, "1051", registration_id)
    assert [
        (each.operation, each.detail)
        for each in noted
        if not each.refusal and (each.operation.startswith("desk.disclos") or each.operation == "desk.receipt")
    ] == [
        ("desk.disclose", None),
        ("desk.disclosed", "data"),
        ("desk.disclosed", "data"),
        ("desk.receipt", None),
        ("desk.disclosed", "receipt"),
    ]


async def test_what_was_disclosed_opens_nothing_else_and_not_after_a_mismatch(staff: StaffPages) -> None:
    """A receipt's id is not that of all data, nor one client's page another's."""
    _, filled = await staff.world.active()
    _, another = await staff.world.active()
    async with colleague(staff.url, "clerk-1") as clerk:
        path, elsewhere = await matched_visit(clerk, filled), await matched_visit(clerk, another)
        receipt = (await clerk.post(f"{path}/nyugta", {**SEEN, **RECIPIENT})).headers["location"]
        data = (await clerk.post(f"{path}/adatok", {**SEEN, **RECIPIENT})).headers["location"]
        assert {(await clerk.get(page)).status_code for page in (receipt, data)} == {200}
        bent = (
            receipt.replace("/nyugta/", "/adatok/"),
            data.replace("/adatok/", "/nyugta/"),
            data.replace(path, elsewhere),
        )
        for page in bent:
            answer = await clerk.get(page)
            assert (answer.status_code, heading(answer)) == (403, "The data is no longer shown"), page
            assert f'href="{elsewhere if page.startswith(elsewhere) else path}">Back to the client' in answer.text
            assert filled["mothers_birth_name"] not in answer.text
        await clerk.post(f"{path}/egyeztetes", person_of(filled, mothers_birth_name="Másik Éva"), at=path)
        for page in (receipt, data):
            answer = await clerk.get(page)
            assert (answer.status_code, heading(answer)) == (403, "Person not compared"), page
