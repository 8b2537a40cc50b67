"""Sends the letter about a log-in by a new browser (issue 12), which no event of the record orders."""

from contextlib import suppress

from temporalio import activity

from activities import names
from activities.letter_sender import HANDED_OVER, LetterSender
from activities.letters.smtp_failures import LetterRefused
from registration.letters import LetterKind
from registration.log_ins import DueNotice
from registration.state import LetterOrder
from store.log_ins import LogInStore
from store.reader import Reader


class LogInNoticeActivities:
    """One letter at a time."""

    def __init__(self, reader: Reader, log_ins: LogInStore, letters: LetterSender) -> None:
        """Owns none of them."""
        self._reader = reader
        self._log_ins = log_ins
        self._letters = letters

    @activity.defn(name=names.SEND_LOG_IN_NOTICE)
    async def send_log_in_notice(self, due: DueNotice) -> None:
        """Sends it to the address that was the client's at that log-in, unless it is settled, and settles it.

        It is settled unsent where the mail server refuses it for good, where the status allows no log-in any more, and
        where the personal data is erased.
        """
        notice, at = await self._log_ins.notice(due), activity.info().current_attempt_scheduled_time
        if notice is None:
            return
        kind, log_in = LetterKind.NEW_BROWSER, notice.log_in
        order = LetterOrder(due.registration_id, 0, kind, notice.email_id, until=at, date=log_in.at)
        material = await self._reader.letter_material(order)
        is_handed_over = HANDED_OVER in activity.info().heartbeat_details
        if material and material.snapshot.status in kind.row.true_in and not is_handed_over:
            message_id = self._letters.message_id(due.registration_id, due.letter_id)
            with suppress(LetterRefused):
                await self._letters.send(order, material, message_id, ordered_at=log_in.at, browser=log_in.browser)
            activity.heartbeat(HANDED_OVER)  # taken, or refused for good: the retry must not send again
        await self._log_ins.settle_notice(due, at)
