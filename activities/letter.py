"""Sends one letter; every retry sends the same one (principles 6 and 11)."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import names
from activities.letter_sender import HANDED_OVER, LetterSender
from activities.letters.smtp_failures import LetterRefused
from registration.letters import LetterOutcome
from registration.sending import as_true_now
from registration.state import LetterOrder
from store.reader import Reader
from store.rows import LetterMaterial, SentLetter
from store.writer import Writer


class LetterActivities:
    """Unseals and sends what events order."""

    def __init__(self, reader: Reader, writer: Writer, letters: LetterSender) -> None:
        """Owns none of them."""
        self._reader = reader
        self._writer = writer
        self._letters = letters

    @activity.defn(name=names.SEND_LETTER)
    async def send_letter(self, order: LetterOrder) -> None:
        """Sends the letter with what is true now, unless it was sent already or the personal data is erased.

        A letter whose code is void, or whose content is not true any more, is noted as `VOID` and is settled. A
        permanent refusal is noted in the store and is not retried; other failures are, until the order's `until`.
        """
        material = await self._reader.letter_material(order)
        if material is None:
            return
        if material.outcome is LetterOutcome.SENT:
            await self._writer.wait_for_standbys()
            return
        identity = self._letters.message_id(order.registration_id, order.name.letter_id)
        if HANDED_OVER not in activity.info().heartbeat_details:
            letter = as_true_now(order, material.snapshot)
            if letter is None or (order.kind.row.purpose and not material.code_is_live):
                await self._note(order, identity, LetterOutcome.VOID)
                return
            await self._hand_over(letter, material, identity)
            # The retry must neither send again nor, where the code has been redeemed meanwhile, note it as void.
            activity.heartbeat(HANDED_OVER)
        await self._note(order, identity, LetterOutcome.SENT)

    async def _hand_over(self, order: LetterOrder, material: LetterMaterial, identity: str) -> None:
        try:
            await self._letters.send(order, material, identity, ordered_at=activity.info().scheduled_time)
        except LetterRefused as refusal:
            await self._note(order, identity, LetterOutcome.UNDELIVERED, refusal)
            raise ApplicationError(
                str(refusal), refusal.failure, refusal.smtp_reply, type=names.LETTER_REFUSED, non_retryable=True
            ) from None

    async def _note(
        self, order: LetterOrder, identity: str, outcome: LetterOutcome, why: LetterRefused | None = None
    ) -> None:
        noted = SentLetter(
            order.name,
            identity,
            outcome,
            activity.info().current_attempt_scheduled_time,
            why.failure if why else None,
            why.smtp_reply if why else None,
        )
        await self._writer.note_letter(order.registration_id, noted)
