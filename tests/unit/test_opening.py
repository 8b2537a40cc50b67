"""How a life begins: by an electronic signature (S4), or in an older system."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from registration import deadlines
from registration import messages as m
from registration.opening import open_registration
from registration.record import EventKind
from registration.state import Imported
from registration.statuses import Assurance, Channel, Status
from tests.unit import lives
from tests.unit.lives import CLERK, DAY, EMAIL, EVIDENCE, REDEMPTION, START, after, deadline, sent


@pytest.mark.parametrize("assurance", Assurance)
def test_the_opening_event_tells_the_level_of_the_signature(assurance: Assurance) -> None:
    """S4: at least advanced; distinguished and recorded. The identity needs no clerk."""
    state = replace(lives.new(Channel.E_SIGNATURE), assurance=assurance)
    event = open_registration(state, START).event
    assert (event.kind, event.assurance, event.identity_verified) == (EventKind.REGISTRATION_OPENED, assurance, True)
    opened = after(state, open_registration(state, START))
    redeemed = sent(opened, lives.redeem(opened), START)
    assert redeemed.snapshot.status is Status.ACTIVE


def test_without_a_signature_the_opening_event_tells_no_level() -> None:
    assert open_registration(lives.new(), START).event.assurance is None


VALID, EXPIRED = START + 100 * DAY, START - 20 * DAY
TAKEN_OVER: dict[Status, tuple[datetime | None, datetime | None]] = {
    Status.TEMPORARY: (VALID, START + 30 * DAY),
    Status.ACTIVE: (VALID, VALID),
    Status.PASSWORD_EXPIRED: (EXPIRED, EXPIRED + 60 * DAY),
    Status.INACTIVE: (None, None),
}
"""The end of the password's validity, and the deadline that follows."""


@pytest.mark.parametrize("status", TAKEN_OVER)
@pytest.mark.parametrize("verified", [False, True])
def test_an_imported_account_goes_on_where_it_stood_and_hears_nothing(status: Status, verified: bool) -> None:
    valid_until, ends = TAKEN_OVER[status]
    made = open_registration(lives.imported(status, valid_until, verified=verified), START)
    event = made.event
    assert (event.kind, event.status, event.password_valid_until, event.deadline) == (
        EventKind.REGISTRATION_IMPORTED,
        status,
        valid_until,
        ends,
    )
    assert (event.identity_verified, event.email_id, event.codes) == (verified, EMAIL, ())
    assert (made.letters, made.credential_id) == ((), REDEMPTION)


def test_an_account_without_a_password_that_can_be_taken_over_adopts_none() -> None:
    account = Imported(Status.INACTIVE, None, identity_verified=True)
    assert open_registration(replace(lives.new(), imported=account), START).credential_id is None


def test_an_imported_inactive_account_is_reactivated_like_any_other() -> None:
    state = lives.imported(Status.INACTIVE, None)
    state = after(state, open_registration(state, START))
    state = sent(state, m.Reactivate("reactivate-1", CLERK, EVIDENCE), START + DAY)
    redeemed = sent(state, lives.redeem(state, days=100), START + DAY)
    assert (redeemed.snapshot.status, deadline(redeemed)) == (Status.ACTIVE, START + 101 * DAY)


def test_an_imported_registration_is_reminded_of_what_is_still_ahead_only() -> None:
    """The 30 days before are past: the reminder of 7 days comes next."""
    state = lives.imported(Status.ACTIVE, START + 20 * DAY)
    state = after(state, open_registration(state, START))
    reminder = deadlines.next_reminder(state, START)
    assert reminder
    assert reminder.letter.days == 7


@pytest.mark.parametrize("status", [each for each in Status if each not in TAKEN_OVER])
def test_no_account_is_taken_over_in_a_status_that_only_letters_or_closing_lead_to(status: Status) -> None:
    with pytest.raises(ValueError, match=status):
        Imported(status, VALID, identity_verified=True)


@pytest.mark.parametrize("missing", [None, datetime(2027, 6, 1)])  # noqa: DTZ001  what is to be refused
@pytest.mark.parametrize("status", [Status.TEMPORARY, Status.ACTIVE, Status.PASSWORD_EXPIRED])
def test_a_validity_without_an_end_would_never_end(status: Status, missing: datetime | None) -> None:
    with pytest.raises(ValueError, match="password_valid_until"):
        Imported(status, missing, identity_verified=True)


def test_an_inactive_account_may_tell_when_its_password_expired() -> None:
    account = Imported(Status.INACTIVE, START - timedelta(days=400), identity_verified=True)
    event = open_registration(replace(lives.new(), imported=account), START).event
    assert (event.password_valid_until, event.deadline) == (account.password_valid_until, None)
