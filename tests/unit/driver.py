"""A life without servers: the rules driven as `workflows/registration.py` drives them, and watched at each step."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from registration import deadlines
from registration import messages as m
from registration.errors import UgyfelkapuError
from registration.letters import LetterFailure
from registration.messages import UndeliveredLetter
from registration.opening import open_registration
from registration.policy import Policy, add_years
from registration.record import Event, EventKind, Snapshot
from registration.rules import decide
from registration.state import Decision, Imported, State
from registration.statuses import Channel, Purpose, Status
from tests.unit import lives
from tests.unit.tables import TRANSITIONS

_AT_DEADLINE: Final[dict[Status, Callable[[State, datetime], Decision]]] = {
    Status.AWAITING_ACTIVATION: deadlines.lapse,
    Status.TEMPORARY: deadlines.lapse,
    Status.ACTIVE: deadlines.expire_password,
    Status.PASSWORD_EXPIRED: deadlines.deactivate,
    Status.AWAITING_REACTIVATION: deadlines.deactivate,
}
_OWN_CHOICE: Final = {EventKind.CODE_REDEEMED, EventKind.PASSWORD_CHANGED}
_NEW_ADDRESS: Final = {EventKind.EMAIL_CHANGED, EventKind.EMAIL_CORRECTED, EventKind.REACTIVATED}


@dataclass
class Life:
    """One registration; `seen` collects its changes of status."""

    channel: Channel
    seen: set[tuple[Status, EventKind, Status]]
    now: datetime = lives.START
    events: list[Event] = field(default_factory=list)
    void: set[int] = field(default_factory=set)
    newest_policy: Policy = field(default_factory=Policy)
    imported: Imported | None = None

    def __post_init__(self) -> None:
        self.state = replace(lives.new(self.channel), imported=self.imported)
        self._commit(open_registration(self.state, self.now))
        self.sleep(timedelta())

    def send(self, message: m.Message, *, as_signal: bool = False) -> bool:
        """Sends a message; whether it was accepted. Refused it changes nothing, as a signal it leaves an event."""
        before = self.state
        copy = replace(before, answers=dict(before.answers))
        try:
            made = decide(before, message, self.now)
        except UgyfelkapuError as refusal:
            assert self.state == copy
            if as_signal and before.snapshot.status is not Status.SUBMITTED:
                name = type(refusal).__name__
                self._commit(deadlines.note_refused_signal(before, message.actor, message.request_id, name, self.now))
                assert _standing(self.state.snapshot) == _standing(before.snapshot)
                assert self.state.outbox == before.outbox
            return False
        assert not before.snapshot.status.is_final
        if isinstance(message, m.RedeemCode):
            code = before.snapshot.code_for(message.purpose)
            assert code
            assert code.sequence == message.code_sequence
            assert self.now < code.valid_until
            assert code not in made.event.codes
        self._commit(made)
        end = self.state.snapshot.deadline
        assert end is None or end > self.now
        return True

    def wait(self, duration: timedelta) -> None:
        """Time passes; each reminder and each deadline happens at its moment."""
        until = self.now + duration
        while (due := self._due()) and due <= until:
            self.now = max(due, self.now)
            self._fire()
        self.now = until

    def sleep(self, duration: timedelta) -> None:
        """The worker is away for a time; what became due happens, in its order, when it is back."""
        self.now += duration
        while (due := self._due()) and due <= self.now:
            self._fire()

    def lose_letter(self) -> None:
        """A letter on its way is refused for good."""
        if self.state.outbox:
            letter = self.state.outbox[0]
            lost = UndeliveredLetter(letter.name, LetterFailure.REFUSED, self.now, 550)
            before = self.state.snapshot
            self._commit(deadlines.note_undelivered(self.state, lost, self.now))
            self.state = self.state.settled(letter, lost)
            assert _standing(self.state.snapshot) == _standing(before)

    def deliver(self) -> None:
        """Every letter on its way arrives."""
        for letter in self.state.outbox:
            self.state = self.state.settled(letter, None)

    def adopt(self, policy: Policy) -> None:
        """A new policy is in force."""
        self.newest_policy = replace(policy, version=self.newest_policy.version + 1)

    def until_next(self) -> timedelta:
        """How long it is until something happens by itself; a day where nothing does."""
        due = self._due()
        return due - self.now if due else lives.DAY

    def check_record(self) -> None:
        """The state is the fold of the events, and their chain holds."""
        snapshot = Snapshot()
        for sequence, event in enumerate(self.events, start=1):
            assert (event.sequence, event.previous_hash) == (sequence, snapshot.head)
            snapshot = snapshot.after(event)
        assert snapshot == self.state.snapshot
        assert snapshot.head == hashlib.sha256(self.events[-1].canonical().encode()).hexdigest()

    def _due(self) -> datetime | None:
        reminder = deadlines.next_reminder(self.state, self.now)
        return reminder.at if reminder else self.state.snapshot.deadline

    def _fire(self) -> None:
        reminder = deadlines.next_reminder(self.state, self.now)
        if reminder:
            assert reminder.at <= self.now < reminder.letter.until
            self.state = replace(self.state, reminded_at=self.now).posting((reminder.letter,))
            following = deadlines.next_reminder(self.state, self.now)
            assert following is None or following.at > self.now
            return
        status = self.state.snapshot.status
        self._commit(_AT_DEADLINE[status](self.state, self.now))
        assert self.state.snapshot.status is not status

    def _commit(self, made: Decision) -> None:
        before = self.state.snapshot
        self._record(made.event)
        letters = made.letters
        newer = self.newest_policy if self.newest_policy.version > self.state.policy.version else None
        if newer:
            entered = self.state.snapshot.status is not before.status
            applied = deadlines.apply_policy(self.state, newer, letters, self.now) if entered else None
            self.state = replace(self.state, policy=newer)
            if applied:
                self._record(applied.event)
                letters = applied.letters
        self.state = self.state.posting(letters)
        assert all(letter.until > self.now for letter in letters)
        self._check_step(before, made.event.kind)

    def _record(self, event: Event) -> None:
        before = self.state.snapshot
        if event.status is not before.status:
            step = (before.status, event.kind, event.status)
            assert step in TRANSITIONS
            self.seen.add(step)
        self._check_codes(before, event)
        assert event.email_id == before.email_id or event.kind in _NEW_ADDRESS or not self.events
        if event.kind in _OWN_CHOICE:
            assert event.password_valid_until
            assert self.now + 30 * lives.DAY <= event.password_valid_until <= add_years(self.now, 2)
        self.events.append(event)
        self.state = self.state.after(event)

    def _check_codes(self, before: Snapshot, event: Event) -> None:
        """At most one of a purpose lives, a void one never again, and a new one has the next number."""
        old, new = ({code.sequence for code in codes} for codes in (before.codes, event.codes))
        assert len({code.purpose for code in event.codes}) == len(event.codes)
        assert new - old <= {before.codes_issued + 1}
        self.void |= old - new
        assert not new & self.void
        for code in event.codes:
            assert (code.email_id is not None) is (code.purpose is Purpose.NEW_EMAIL)

    def _check_step(self, before: Snapshot, kind: EventKind) -> None:
        now = self.state.snapshot
        assert now.codes_issued >= before.codes_issued
        assert (now.deadline is None) == (now.status.is_final or now.status is Status.INACTIVE)
        assert now.codes == () or not (now.status.is_final or now.status is Status.INACTIVE)
        if now.status is before.status and now.deadline and before.deadline and kind not in _OWN_CHOICE:
            assert now.deadline >= before.deadline
        if now.status.awaits_code:
            code = now.code_for(Purpose.PASSWORD)
            assert code
            assert code.valid_until == now.deadline


def _standing(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, sequence=0, head="")
