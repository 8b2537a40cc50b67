"""The letters that an audit derives from the events are those that the rules order."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.verification.chain import Chain
from audit.verification.letters import letters_of, missing, unnoted
from registration.letters import LetterFailure, LetterKind, LetterName
from registration.messages import SYSTEM
from registration.record import GENESIS, Event, EventKind, Snapshot
from registration.state import Decision, Imported
from registration.statuses import Channel, Status
from store.access_record import Row
from store.audited import AuditedLife
from tests.unit.driver import Life
from tests.unit.steps import ORIGINS, STEPS, THE_USUAL, Step

_AT = datetime(2027, 3, 1, tzinfo=UTC)
_CODE = LetterName(1, LetterKind.CODE_PASSWORD)
_OF_AN_ADDRESS = {LetterKind.EMAIL_CHANGED_OLD, LetterKind.EMAIL_CHANGED_NEW}
_ID = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"


class WatchedLife(Life):
    """A life whose letters are derived at each step, too; one that is sent again with other days is not."""

    def _commit(self, made: Decision) -> None:
        before, event = self.state.snapshot, made.event
        ordered = [letter.kind for letter in made.letters if letter.days is None]
        if event.kind is EventKind.REACTIVATED and event.email_id == before.email_id:
            ordered = [
                kind for kind in ordered if kind not in _OF_AN_ADDRESS
            ]  # the same one again: no gateway sends that
        assert sorted(letters_of(before, event)) == sorted(ordered)
        super()._commit(made)


@settings(max_examples=500)
@given(
    st.sampled_from(Channel),
    st.sampled_from(ORIGINS),
    st.integers(0, len(THE_USUAL)),
    st.lists(STEPS, min_size=1, max_size=10),
)
def test_in_no_life_are_they_others(channel: Channel, imported: Imported | None, usual: int, steps: list[Step]) -> None:
    life = WatchedLife(channel, set(), imported=imported)
    for step in (*THE_USUAL[:usual], *steps):
        step(life)


def sent_again(letter: LetterName | None) -> Event:
    return Event(
        *(_ID, 2, _AT, EventKind.LETTER_SENT_AGAIN, SYSTEM, Status.ACTIVE, True, _ID, 1, GENESIS), letter=letter
    )


def test_an_event_that_names_no_letter_orders_none() -> None:
    """Whoever writes to Temporal may have left it out; a reminder's days are others when it goes again."""
    before = Snapshot(status=Status.ACTIVE, email_id=_ID)
    assert letters_of(before, sent_again(LetterName(1, LetterKind.ACTIVE))) == [LetterKind.ACTIVE]
    for letter in (None, LetterName(1, LetterKind.PASSWORD_EXPIRING, 7)):
        assert letters_of(before, sent_again(letter)) == []


def test_what_is_noted_or_said_to_be_lost_is_not_waited_for() -> None:
    opened = Event(
        *(_ID, 1, _AT, EventKind.REGISTRATION_OPENED, SYSTEM, Status.AWAITING_ACTIVATION, False, _ID, 1, GENESIS)
    )
    lost = Event(
        *(_ID, 2, _AT, EventKind.LETTER_UNDELIVERED, SYSTEM, Status.AWAITING_ACTIVATION, False, _ID, 1, opened.hash()),
        letter=_CODE,
        failure=LetterFailure.REFUSED,
        smtp_reply=550,
    )
    assert unnoted(chain_of(opened)) == {_CODE}
    assert unnoted(chain_of(opened, noted=_CODE)) == set()
    assert unnoted(chain_of(opened, lost)) == set()


def test_a_finding_names_the_event_that_ordered_the_letter() -> None:
    (found,) = missing(chain_of(noted=_CODE), {_CODE, LetterName(7, LetterKind.PASSWORD_EXPIRING, 30)})
    assert found.sequence == 7
    assert "7-password_expiring-30" in str(found.sentence)


def chain_of(*events: Event, noted: LetterName | None = None) -> Chain:
    rows: list[Row] = [
        {
            "sequence": event.sequence,
            "body": event.canonical(),
            "hash": event.hash(),
            "at": event.at,
            "kind": event.kind,
            "previous_hash": event.previous_hash,
        }
        for event in events
    ]
    return Chain(AuditedLife(_ID, {}, events=rows, letters=[vars(noted)] if noted else []))
