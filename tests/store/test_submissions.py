"""A registration's row: written once under its id, with all that its workflow starts with (principle 8)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from activities.reconciliation import state_of
from registration.errors import UserNameTaken
from registration.lifecycle import Imported
from registration.signatures import VerifiedSignature
from registration.statuses import Assurance, Channel, Status
from tests.store.lives import CITIZEN, EVIDENCE, NOW, Store, form, new_id


async def test_the_same_id_again_changes_nothing_and_finds_the_row_that_stands(store: Store) -> None:
    """Even with another form, another user name and another clerk's evidence."""
    row = await store.writer.submit(form(), Channel.ONLINE, CITIZEN, NOW, registration_id=new_id())
    before = await store.contents()
    again = await store.writer.submit(
        form(), Channel.IN_PERSON, CITIZEN, NOW, evidence=EVIDENCE, registration_id=row.registration_id
    )
    assert again == row
    assert await store.contents() == before


async def test_the_same_id_finds_the_row_where_its_workflow_has_brought_it(store: Store) -> None:
    state = await store.opened()
    again = await store.writer.submit(form(), Channel.ONLINE, CITIZEN, NOW, registration_id=state.registration_id)
    assert (again.registration_id, again.status) == (state.registration_id, Status.AWAITING_ACTIVATION)


async def test_another_id_with_a_user_name_that_is_taken_is_refused_whole(store: Store) -> None:
    taken = form()
    await store.writer.submit(taken, Channel.ONLINE, CITIZEN, NOW, registration_id=new_id())
    before = await store.contents()
    with pytest.raises(UserNameTaken):
        await store.writer.submit(
            replace(taken, user_name=taken.user_name.upper()), Channel.ONLINE, CITIZEN, NOW, registration_id=new_id()
        )
    assert await store.contents() == before


def signature(level: Assurance) -> VerifiedSignature:
    """A signature of a level, no two the same."""
    return VerifiedSignature(level, "Test CA", "0a", "c" * 64, "d" * 64, new_id(), "e30=", "MAA=")


@pytest.mark.parametrize("assurance", [None, *Assurance])
@pytest.mark.parametrize(
    "imported",
    [
        None,
        Imported(Status.ACTIVE, NOW + timedelta(days=9), identity_verified=True, credential_id=new_id()),
        Imported(Status.INACTIVE, None, identity_verified=False),
    ],
)
async def test_reconciliation_starts_a_row_with_all_that_it_was_submitted_with(
    store: Store, assurance: Assurance | None, imported: Imported | None
) -> None:
    evidence = EVIDENCE if assurance is None else signature(assurance)
    row = await store.writer.submit(form(), Channel.E_SIGNATURE, CITIZEN, NOW, evidence=evidence, imported=imported)
    (found,) = await store.reader.submitted_before(NOW + timedelta(seconds=1))
    assert found == row
    state = state_of(found, None)
    assert (state.channel, state.evidence, state.assurance, state.imported) == (
        Channel.E_SIGNATURE,
        row.opening.evidence,
        assurance,
        imported,
    )
