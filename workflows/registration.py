"""One registration, from the first code to the erasure of its personal data: one workflow that runs for years."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RawValue

from registration import deadlines
from registration import messages as m
from registration.descriptions import Description
from registration.names import WORKFLOW_TYPE
from registration.state import Decision, State
from registration.statuses import Status
from workflows.ledger import Ledger
from workflows.signals import signalled

_AFTER_LAST_LETTER: Final = timedelta(minutes=1)
"""Time to record a last letter that fails exactly at its deadline, before the personal data is erased."""


@workflow.defn(name=WORKFLOW_TYPE)
class Registration:
    """The lifecycle (docs/architecture.md): one coroutine per status, one handler per message."""

    @workflow.init
    def __init__(self, state: State) -> None:
        """Restores the state before any handler runs, also after continue-as-new."""
        self._ledger = Ledger(state)
        self._cycle_ended = False

    @workflow.run
    async def run(self, state: State) -> Status:
        """Runs the coroutine of each status until a final one, which it returns."""
        self._ledger.resume()
        if state.snapshot.status is Status.SUBMITTED:
            await self._ledger.open()
        while not self._ledger.status.is_final:
            if self._should_continue_as_new():
                workflow.continue_as_new(self._ledger.state)
            await self._live()
        await self._end()
        return self._ledger.status

    async def _live(self) -> None:
        match status := self._ledger.status:
            case Status.AWAITING_ACTIVATION:
                await self._awaiting_activation()
            case Status.TEMPORARY:
                await self._temporary()
            case Status.ACTIVE:
                await self._active()
            case Status.PASSWORD_EXPIRED:
                await self._password_expired()
            case Status.INACTIVE:
                await self._inactive()
            case _:  # AWAITING_REACTIVATION, the only other open status
                await self._awaiting_reactivation()
        renewed = self._ledger.status is Status.ACTIVE
        self._cycle_ended |= renewed and status in {Status.PASSWORD_EXPIRED, Status.AWAITING_REACTIVATION}

    async def _awaiting_activation(self) -> None:
        """S3: the code is redeemed within 30 days, or the registration lapses."""
        await self._until_deadline(deadlines.lapse, "lapses unless its code is redeemed")

    async def _temporary(self) -> None:
        """S3: a clerk verifies the identity within 30 days, reminded of 7 days before, or the registration lapses."""
        if await self._reminded("temporary registration ends"):
            await self._until_deadline(deadlines.lapse, "lapses unless the identity is verified")

    async def _active(self) -> None:
        """S7: reminders 30, 7 and 1 days before the password expires, then it expires."""
        if await self._reminded("password expires"):
            await self._until_deadline(deadlines.expire_password, "password expires")

    async def _password_expired(self) -> None:
        """S9: within 60 days a redeemed code renews the password, then the registration becomes inactive."""
        await self._until_deadline(deadlines.deactivate, "inactive unless the password is renewed")

    async def _inactive(self) -> None:
        """S9: without a deadline, until a clerk reactivates or closes the registration."""
        await workflow.wait_condition(self._disturbed())

    async def _awaiting_reactivation(self) -> None:
        """S9: the code that went out by itself is redeemed within 30 days, or the registration is inactive again."""
        await self._until_deadline(deadlines.deactivate, "inactive again unless its code is redeemed")

    async def _end(self) -> None:
        """LAPSED, CLOSED: the last letter has 72 hours; then the personal data is erased."""
        ledger = self._ledger
        hours = timedelta(hours=ledger.state.policy.last_letter_hours)
        since = ledger.state.snapshot.since or workflow.now()
        await self._undisturbed_until(
            since + hours + _AFTER_LAST_LETTER, "personal data is erased", lambda: not ledger.state.outbox
        )
        await ledger.erase()
        await workflow.wait_condition(self._nothing_under_way)

    async def _reminded(self, of: str) -> bool:
        """Sends the status's reminders as they become due; false as soon as something else happened."""
        disturbed = self._disturbed()
        while reminder := deadlines.next_reminder(self._ledger.state, workflow.now()):
            if not await self._undisturbed_until(reminder.at, f"reminder: {of}", disturbed):
                return False
            self._ledger.remind(reminder)
        return True

    async def _until_deadline(self, decide: Callable[[State, datetime], Decision], summary: str) -> None:
        deadline = self._ledger.state.snapshot.deadline
        if deadline and await self._undisturbed_until(deadline, summary, self._disturbed()):
            await self._ledger.at_deadline(decide)

    async def _undisturbed_until(self, moment: datetime, summary: str, disturbed: Callable[[], bool]) -> bool:
        try:
            await workflow.wait_condition(disturbed, timeout=moment - workflow.now(), timeout_summary=summary)
        except TimeoutError:
            # The same workflow task may fire the timer and complete a recording that a handler waited for.
            return not disturbed()
        return False

    def _disturbed(self) -> Callable[[], bool]:
        """A condition: the status or its deadline has changed since this call, or the run should continue as new."""
        ledger = self._ledger
        before = (ledger.state.snapshot.status, ledger.state.snapshot.deadline)
        return lambda: (
            (ledger.state.snapshot.status, ledger.state.snapshot.deadline) != before or self._should_continue_as_new()
        )

    def _should_continue_as_new(self) -> bool:
        """After a password cycle, once its letters are out, and when the server suggests it; only while idle."""
        if self._ledger.is_overdue() or not self._nothing_under_way():
            return False
        cycle_is_over = self._cycle_ended and not self._ledger.state.outbox
        return cycle_is_over or self._ledger.flooded or workflow.info().is_continue_as_new_suggested()

    def _nothing_under_way(self) -> bool:
        """No handler is unfinished and no decision is being recorded, such as that of an undelivered letter."""
        return workflow.all_handlers_finished() and not self._ledger.is_recording

    @workflow.update
    async def redeem_code(self, message: m.RedeemCode) -> m.Answer:
        """S3, S6, S9: sets the password chosen with the code, or confirms a new address or the closure."""
        return await self._ledger.accept(message)

    @redeem_code.validator
    def _check_redeem_code(self, message: m.RedeemCode) -> None:
        self._ledger.check(message)

    @workflow.update
    async def request_code(self, message: m.RequestCode) -> m.Answer:
        """S6: sends the live code again, or the next."""
        return await self._ledger.accept(message)

    @request_code.validator
    def _check_request_code(self, message: m.RequestCode) -> None:
        self._ledger.check(message)

    @workflow.update
    async def change_password(self, message: m.ChangePassword) -> m.Answer:
        """S7: a new password, a new validity."""
        return await self._ledger.accept(message)

    @change_password.validator
    def _check_change_password(self, message: m.ChangePassword) -> None:
        self._ledger.check(message)

    @workflow.update
    async def verify_identity(self, message: m.VerifyIdentity) -> m.Answer:
        """S2, S3: makes a temporary registration final."""
        return await self._ledger.accept(message)

    @verify_identity.validator
    def _check_verify_identity(self, message: m.VerifyIdentity) -> None:
        self._ledger.check(message)

    @workflow.update
    async def reactivate_and_confirm(self, message: m.Reactivate) -> m.Answer:
        """S9: as the signal `reactivate`, but with an answer."""
        return await self._ledger.accept(message)

    @reactivate_and_confirm.validator
    def _check_reactivate(self, message: m.Reactivate) -> None:
        self._ledger.check(message)

    @workflow.update
    async def change_email(self, message: m.ChangeEmail) -> m.Answer:
        """Replaces a dead address, or sends the client a code to the new one."""
        return await self._ledger.accept(message)

    @change_email.validator
    def _check_change_email(self, message: m.ChangeEmail) -> None:
        self._ledger.check(message)

    @workflow.update
    async def correct_email(self, message: m.CorrectEmail) -> m.Answer:
        """Replaces an address that was mistyped at registration, and sends the next code to it."""
        return await self._ledger.accept(message)

    @correct_email.validator
    def _check_correct_email(self, message: m.CorrectEmail) -> None:
        self._ledger.check(message)

    @workflow.update
    async def disclose(self, message: m.Disclose) -> m.Answer:
        """S8: puts a disclosure on record."""
        return await self._ledger.accept(message)

    @disclose.validator
    def _check_disclose(self, message: m.Disclose) -> None:
        self._ledger.check(message)

    @workflow.update
    async def send_again(self, message: m.SendAgain) -> m.Answer:
        """Sends a letter that did not arrive once more."""
        return await self._ledger.accept(message)

    @send_again.validator
    def _check_send_again(self, message: m.SendAgain) -> None:
        self._ledger.check(message)

    @workflow.update
    async def change_language(self, message: m.ChangeLanguage) -> m.Answer:
        """Letters follow in the other language."""
        return await self._ledger.accept(message)

    @change_language.validator
    def _check_change_language(self, message: m.ChangeLanguage) -> None:
        self._ledger.check(message)

    @workflow.update
    async def close(self, message: m.Close) -> m.Answer:
        """Closes the registration, or sends the client the code that does."""
        return await self._ledger.accept(message)

    @close.validator
    def _check_close(self, message: m.Close) -> None:
        self._ledger.check(message)

    @workflow.signal(dynamic=True)
    async def signal(self, name: str, arguments: Sequence[RawValue]) -> None:
        """`reactivate` (S9) and `extend_validity`, for message buses and batches; a refused one leaves an event."""
        await self._ledger.accept_signal(signalled(name, arguments))

    @workflow.query
    def describe(self) -> Description:
        """The status and what is ahead, as of the last workflow task."""
        return deadlines.describe(self._ledger.state, workflow.now())
