"""Decide durably, then act: every decision of a registration passes through here, one at a time (principles 2, 3)."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey, SearchAttributeUpdate

from activities import names
from registration import bounds, deadlines, opening, rules
from registration.errors import InvalidInput, UgyfelkapuError
from registration.messages import SYSTEM, Actor, Answer, Message, UndeliveredLetter
from registration.names import DEADLINE_ATTRIBUTE, OFFICE_ATTRIBUTE, PASSWORD_EXPIRES_ATTRIBUTE, STATUS_ATTRIBUTE
from registration.policy import Policy
from registration.record import Snapshot
from registration.repetitions import repetition
from registration.state import Decision, LetterOrder, Recorded, Recording, State
from registration.statuses import Purpose, Status
from workflows.details import details
from workflows.failures import as_failure
from workflows.post import Post

_STATUS: Final = SearchAttributeKey.for_keyword(STATUS_ATTRIBUTE)
_PASSWORD_EXPIRES: Final = SearchAttributeKey.for_datetime(PASSWORD_EXPIRES_ATTRIBUTE)
_OFFICE: Final = SearchAttributeKey.for_keyword(OFFICE_ATTRIBUTE)
_DEADLINE: Final = SearchAttributeKey.for_datetime(DEADLINE_ATTRIBUTE)

_RECORD_ATTEMPT: Final = timedelta(seconds=30)
"""One transaction of milliseconds; an attempt that takes this long has lost its worker."""

_RECORD_RETRIES: Final = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=10)
)
"""Without end: the decision is in the history and must reach PostgreSQL; at most 10 seconds after it is back."""

MOST_SIGNALS: Final = 1_000
"""Decided in one run. Each takes 7 events of a history that the server ends at 51,200 and gives 10,000 signals to."""

MOST_HISTORY_BYTES: Final = 16 * 2**20
"""Of a history that the server ends at 50 MB: eight of the largest signals."""


class Ledger:
    """Holds a registration's state; `commit` records a decision before the state moves."""

    def __init__(self, state: State) -> None:
        """Takes the state over, without acting on it."""
        self.state = state
        self._post = Post(self._settle)
        self._one_at_a_time = asyncio.Lock()
        self._signals = 0
        self.flooded = False
        """Whether signals were left unread: the next run reads them again."""

    @property
    def status(self) -> Status:
        """The present status."""
        return self.state.snapshot.status

    @property
    def is_recording(self) -> bool:
        """Whether a decision is on its way to the record: the state has not moved yet."""
        return self._one_at_a_time.locked()

    def is_overdue(self) -> bool:
        """Whether the deadline has passed and what happens at it is still to be decided, as after an outage."""
        deadline = self.state.snapshot.deadline
        return deadline is not None and deadline <= workflow.now()

    def check(self, message: Message) -> None:
        """For validators: raises the refusal, so that a refused update leaves no trace in the history.

        Bounds are checked first. A message that has been answered already passes, and so does one that must wait for a
        decision that is due: the handler decides on both.
        """
        try:
            bounds.check_bounds(message)
            if message.request_id not in self.state.answers and self._is_up_to_date():
                if repeated := repetition(self.state, message):
                    raise repeated
                rules.decide(self.state, message, workflow.now())
        except UgyfelkapuError as refusal:
            raise as_failure(refusal) from None

    async def accept(self, message: Message) -> Answer:
        """Decides on a message again, now under the lock; a repeated `request_id` gets the same answer."""
        await self._up_to_date()
        async with self._one_at_a_time:
            known = self.state.answers.get(message.request_id)
            if known:
                return known
            try:
                # Two messages at once both pass the validator.
                if repeated := repetition(self.state, message):
                    raise repeated
                decision = rules.decide(self.state, message, workflow.now())
            except UgyfelkapuError as refusal:
                raise as_failure(refusal) from None
            await self._commit(decision)
            return self._remember(message)

    async def accept_signal(self, message: Message | None) -> None:
        """Decides on a signal; what is refused, or could not be read (`None`), leaves an event (principle 12)."""
        await self._up_to_date()
        async with self._one_at_a_time:
            self._signals += 1
            if self._is_flooded():
                await self._note_flood()
            elif message is None:
                await self._refuse_signal(SYSTEM, None, "Unreadable")
            elif message.request_id not in self.state.answers:
                await self._decide_signal(message)

    async def _decide_signal(self, message: Message) -> None:
        by: Actor = message.actor
        request_id: str | None = message.request_id
        if not bounds.fits(message):
            by, request_id = bounds.sender_of(message)
            await self._refuse_signal(by, request_id, InvalidInput.__name__)
        else:
            try:
                decision = rules.decide(self.state, message, workflow.now())
            except UgyfelkapuError as refusal:
                await self._refuse_signal(by, request_id, type(refusal).__name__)
            else:
                await self._commit(decision)
        if request_id is not None:
            self._remember(message)

    async def _refuse_signal(self, by: Actor, request_id: str | None, refusal: str) -> None:
        await self._commit(deadlines.note_refused_signal(self.state, by, request_id, refusal, workflow.now()))

    def _is_flooded(self) -> bool:
        """Whether more signals would end the run before it can continue as new, which needs an idle moment."""
        return self._signals > MOST_SIGNALS or workflow.info().get_current_history_size() > MOST_HISTORY_BYTES

    async def _note_flood(self) -> None:
        """One event for all of them: the run then becomes idle, and the next run decides on the signals again."""
        if not self.flooded:
            self.flooded = True
            await self._refuse_signal(SYSTEM, None, "TooManySignals")

    def resume(self) -> None:
        """Sends the letters that the run before left unsettled, and shows the present status."""
        if self.status is not Status.SUBMITTED:
            workflow.set_current_details(details(self.state))
        for letter in self.state.outbox:
            self._post.send(letter)

    async def open(self) -> None:
        """The first decision of a life."""
        async with self._one_at_a_time:
            await self._commit(opening.open_registration(self.state, workflow.now()))

    async def at_deadline(self, decide: Callable[[State, datetime], Decision]) -> None:
        """Decides what happens at a deadline, unless a message decided before has changed status or deadline."""
        due = (self.status, self.state.snapshot.deadline)
        async with self._one_at_a_time:
            if (self.status, self.state.snapshot.deadline) == due:
                await self._commit(decide(self.state, workflow.now()))

    async def erase(self) -> None:
        """The last decision of a life."""
        async with self._one_at_a_time:
            await self._commit(deadlines.erase(self.state, workflow.now()))

    def remind(self, reminder: deadlines.Reminder) -> None:
        """Sends a reminder, which is not an event of the record; needs no lock (see `_commit`)."""
        letter = reminder.letter
        self.state = replace(self.state, reminded_at=workflow.now()).posting((letter,))
        self._post.send(letter)

    async def _settle(self, letter: LetterOrder, undelivered: UndeliveredLetter | None) -> None:
        """A letter has been sent, or will not be; the former needs no lock (see `_commit`)."""
        if undelivered is None:
            self.state = self.state.settled(letter, None)
            return
        async with self._one_at_a_time:
            await self._commit(deadlines.note_undelivered(self.state, undelivered, workflow.now()))
            self.state = self.state.settled(letter, undelivered)

    async def _commit(self, decision: Decision) -> None:
        """Records a decision, then moves the state. The caller holds the lock, and has decided under it.

        The await below is safe although other coroutines run meanwhile, on the state from before the decision:

        - Everything that decides (message, signal, deadline, undelivered letter, erasure) waits for the lock. So the
          next decision is made on the state after this one: its event has the next number and names this event's hash.
        - A validator may judge by the older state; `accept` decides again under the lock.
        - A delivered letter and a reminder change `outbox` and `reminded_at` without the lock. So the state is read
          again after the await, and no decision may depend on these two fields.
        - The run neither continues as new nor ends: `is_recording` is true.

        If the worker dies before it has completed the workflow task, the decision was not made: nothing is recorded,
        and the message is delivered again, or its sender repeats it. If it dies later, the decision is in the history
        as the activity's input: replay makes the same one, and the activity is retried without end. Recording the same
        event again is success (same sequence and hash), also where only the answer was lost. A deadline that passes
        meanwhile waits for the lock too; `at_deadline` acts only if status and deadline are still the same.
        """
        before = self.state.snapshot
        newer = await _record(decision)
        self.state = self.state.after(decision.event)  # `self.state` as it is now, not as it was decided on
        if newer:
            decision = await self._follow(newer, decision, before)
        self.state = self.state.posting(decision.letters)
        for letter in decision.letters:
            self._post.send(letter)
        self._show(before)

    async def _up_to_date(self) -> None:
        """Waits for the first decision and for one that is due; without a wait where neither is missing.

        The SDK evaluates the conditions of all waiting coroutines again for each that waits: with thousands of signals
        in one task it took the task for a deadlock (measured with 3,000).
        """
        if not self._is_up_to_date():
            await workflow.wait_condition(self._is_up_to_date)

    def _is_up_to_date(self) -> bool:
        return self.status is not Status.SUBMITTED and not self.is_overdue()

    async def _follow(self, policy: Policy, decision: Decision, before: Snapshot) -> Decision:
        """A changed policy applies from the next status: the one that was entered now, else a later one.

        Its event is recorded under the same lock, before any letter says the deadline.
        """
        if self.status is before.status:
            return decision
        applied = deadlines.apply_policy(self.state, policy, decision.letters, workflow.now())
        self.state = replace(self.state, policy=policy)
        if applied is None:
            return decision
        await _record(applied)
        self.state = self.state.after(applied.event)
        return applied

    def _remember(self, message: Message) -> Answer:
        answer = self.state.answer(workflow.now(), rules.confirmation_of(message) or Purpose.PASSWORD)
        self.state = self.state.answered(message.request_id, answer)
        return answer

    def _show(self, before: Snapshot) -> None:
        now = self.state.snapshot
        updates: list[SearchAttributeUpdate[Any]] = []
        if now.status is not before.status:
            updates.append(_STATUS.value_set(now.status))
            office = now.by and now.by.office
            if office and bounds.fits_office(office) and before.status is not Status.SUBMITTED:
                updates.append(_OFFICE.value_set(office))
        if now.deadline != before.deadline:
            updates.append(_DEADLINE.value_set(now.deadline) if now.deadline else _DEADLINE.value_unset())
        if now.password_valid_until and now.password_valid_until != before.password_valid_until:
            updates.append(_PASSWORD_EXPIRES.value_set(now.password_valid_until))
        if updates:
            workflow.upsert_search_attributes(updates)
        workflow.set_current_details(details(self.state))


async def _record(decision: Decision) -> Policy | None:
    event = decision.event
    recorded: Recorded = await workflow.execute_activity(
        names.RECORD,
        Recording(event, event.hash(), decision.credential_id),
        result_type=Recorded,
        start_to_close_timeout=_RECORD_ATTEMPT,
        retry_policy=_RECORD_RETRIES,
        summary=f"{event.sequence} {event.kind} → {event.status}",
    )
    return recorded.newer_policy
