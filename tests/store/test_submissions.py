"""A registration's row: written once under its id, with all that its workflow starts with (principle 8)."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from registration.errors import UserNameTaken
from registration.signature_errors import SignatureUsed
from registration.signatures import VerifiedSignature
from registration.state import Imported
from registration.statuses import Assurance, Channel, Status
from store.rows import state_of
from tests.store.lives import CITIZEN, EVIDENCE, NOW, Store, form, new_id


async def test_the_same_id_again_changes_nothing_and_finds_the_row_that_stands(store: Store) -> None:
    """Even with another form, another user name and another clerk's evidence."""
    row = await store.intake.submit(form(), Channel.ONLINE, CITIZEN, NOW, registration_id=new_id())
    before = await store.contents()
    again = await store.intake.submit(
        form(), Channel.IN_PERSON, CITIZEN, NOW, evidence=EVIDENCE, registration_id=row.registration_id
    )
    assert again == row
    assert await store.contents() == before


async def test_the_same_id_finds_the_row_where_its_workflow_has_brought_it(store: Store) -> None:
    state = await store.opened()
    again = await store.intake.submit(form(), Channel.ONLINE, CITIZEN, NOW, registration_id=state.registration_id)
    assert (again.registration_id, again.status) == (state.registration_id, Status.AWAITING_ACTIVATION)


async def test_another_id_with_a_user_name_that_is_taken_is_refused_whole(store: Store) -> None:
    taken = form()
    await store.intake.submit(taken, Channel.ONLINE, CITIZEN, NOW, registration_id=new_id())
    before = await store.contents()
    with pytest.raises(UserNameTaken):
        await store.intake.submit(
            replace(taken, user_name=taken.user_name.upper()), Channel.ONLINE, CITIZEN, NOW, registration_id=new_id()
        )
    assert await store.contents() == before


def signature(level: Assurance, number: int = 1) -> VerifiedSignature:
    """A verified signature; those of one number are one signature."""
    return VerifiedSignature(level, "Kiállító", "1f", "aa", "bb", f"{number:064}", "", "")


async def test_a_signature_opens_one_registration_and_never_another(store: Store) -> None:
    """Not even under another user name, nor once the first registration is final; a refusal leaves nothing."""
    used = signature(Assurance.ADVANCED)
    await store.intake.submit(form(), Channel.E_SIGNATURE, CITIZEN, NOW, evidence=used)
    before = await store.contents()
    copy = replace(used, document_sha256="cc", signature="cmUtZW5jb2RlZA==")
    with pytest.raises(SignatureUsed):
        await store.intake.submit(form(), Channel.E_SIGNATURE, CITIZEN, NOW, evidence=copy)
    assert await store.contents() == before
    fresh = signature(Assurance.ADVANCED, 2)
    assert await store.intake.submit(form(), Channel.E_SIGNATURE, CITIZEN, NOW, evidence=fresh)


async def test_the_same_signed_form_again_is_refused_for_its_signature_and_another_one_for_its_user_name(
    store: Store,
) -> None:
    """As long as the first registration is open it has the user name, too."""
    used, filled = signature(Assurance.ADVANCED, 5), form()
    await store.intake.submit(filled, Channel.E_SIGNATURE, CITIZEN, NOW, evidence=used)
    with pytest.raises(SignatureUsed):
        await store.intake.submit(filled, Channel.E_SIGNATURE, CITIZEN, NOW, evidence=used)
    with pytest.raises(UserNameTaken):
        await store.intake.submit(filled, Channel.E_SIGNATURE, CITIZEN, NOW, evidence=signature(Assurance.ADVANCED, 6))


async def test_of_many_who_submit_one_signature_at_once_one_succeeds(store: Store) -> None:
    used = signature(Assurance.QUALIFIED, 3)
    submissions = [store.intake.submit(form(), Channel.E_SIGNATURE, CITIZEN, NOW, evidence=used) for _ in range(8)]
    outcomes = await asyncio.gather(*submissions, return_exceptions=True)
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, SignatureUsed) for outcome in outcomes) == 7


async def test_the_same_id_and_signature_again_find_the_row_that_stands(store: Store) -> None:
    proof: dict[str, Any] = {"evidence": signature(Assurance.ADVANCED, 4), "registration_id": new_id()}
    row = await store.intake.submit(form(), Channel.E_SIGNATURE, CITIZEN, NOW, **proof)
    assert await store.intake.submit(form(), Channel.E_SIGNATURE, CITIZEN, NOW, **proof) == row


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
    evidence = signature(assurance) if assurance else EVIDENCE
    row = await store.intake.submit(form(), Channel.E_SIGNATURE, CITIZEN, NOW, evidence=evidence, imported=imported)
    (found,) = await store.reader.submitted_before(NOW + timedelta(seconds=1))
    assert found == row
    state = state_of(found, None)
    assert (state.channel, state.evidence, state.assurance, state.imported) == (
        Channel.E_SIGNATURE,
        row.opening.evidence,
        assurance,
        imported,
    )
