"""Which status a registration had at a moment, why, and what was ahead: the fold of its events up to there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from registration.deadlines import next_step
from registration.descriptions import NextStep, Step
from registration.errors import BeforeTheBeginning, BeyondTheRecord, time_fact
from registration.happenings import what_happened
from registration.messages import Actor
from registration.policy import Policy
from registration.reasons import Reason, reason_of
from registration.record import Event, EventKind, Snapshot
from registration.sentences import N_, Sentence
from registration.state import State
from registration.statuses import Channel, Status


@dataclass(frozen=True)
class Explanation:
    """A registration's status at `as_of`, since when, because of which event, rule and actor. Times are UTC.

    `next_step` is what would have happened next by itself, at `next_step_at`, as `describe` has it and in words;
    `last_event` is the number of the event that had happened last.
    """

    registration_id: str
    as_of: datetime
    status: Status
    since: datetime
    because: EventKind
    sequence: int
    what: Sentence
    why: Reason
    actor: Actor
    deadline: datetime | None
    password_valid_until: datetime | None
    next_step: NextStep
    next_words: Sentence
    next_step_at: datetime | None
    last_event: int


def explain(events: Sequence[Event], policies: Mapping[int, Policy], channel: Channel, at: datetime) -> Explanation:
    """Explains the moment `at` (UTC).

    Raises `BeforeTheBeginning`, and `BeyondTheRecord` where something that was due before `at` is not recorded (yet).
    """
    known = [event for event in events if event.at <= at]
    if not known:
        raise BeforeTheBeginning(begins=time_fact(events[0].at) if events else "–")
    last = known[-1]
    if last is events[-1] and last.deadline and last.deadline < at:
        raise BeyondTheRecord(due=time_fact(last.deadline))
    before, moved, present = Snapshot(), known[0], Snapshot()
    for event in known:
        if event.status is not present.status:
            before, moved = present, event
        present = present.after(event)
    step, step_at = next_step(_state_of(last, present, policies, channel, at), at)
    return Explanation(
        registration_id=last.registration_id,
        as_of=at,
        status=moved.status,
        since=moved.at,
        because=moved.kind,
        sequence=moved.sequence,
        what=what_happened(moved, before.email_id),
        why=reason_of(moved, before.status, policies),
        actor=moved.actor,
        deadline=last.deadline,
        password_valid_until=last.password_valid_until,
        next_step=step,
        next_words=step_in_words(step),
        next_step_at=step_at,
        last_event=last.sequence,
    )


def _state_of(last: Event, snapshot: Snapshot, policies: Mapping[int, Policy], channel: Channel, at: datetime) -> State:
    """What the workflow's state was, as far as what comes next depends on it: earlier reminders have gone."""
    return State(
        registration_id=last.registration_id,
        channel=channel,
        email_id=last.email_id,
        opened_by=last.actor,
        policy=policies.get(last.policy_version, Policy()),
        snapshot=snapshot,
        reminded_at=at,
    )


def step_in_words(step: NextStep) -> Sentence:
    """What comes next, for a person."""
    if step.letter:
        return Sentence(N_("a letter goes out: {letter}"), {"letter": step.letter})
    if step.status:
        return Sentence(N_("the status becomes {status}"), {"status": step.status})
    return Sentence(_STEPS[step.step])


_STEPS: Final = {
    Step.ERASURE: N_("the personal data is erased, if it is still there"),
    Step.REACTIVATION: N_("nothing by itself; a registration body can reactivate it"),
    Step.NOTHING: "–",
}
