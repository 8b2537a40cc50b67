"""Sends one letter; every retry sends the same one (principles 6 and 11)."""

from typing import Final

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import names
from activities.heartbeat import heartbeating
from activities.letters.facts import LetterFacts
from activities.letters.message import UnusableAddress, compose, message_id
from activities.letters.render import render
from activities.letters.transport import LetterRefused, MailTransport, MailUnavailable
from registration.letters import LetterFailure, LetterOutcome
from registration.sending import as_true_now
from registration.state import LetterOrder
from settings.mail_address import address_of
from store.reader import Reader
from store.rows import LetterMaterial, SentLetter
from store.writer import Writer

_HANDED_OVER: Final = "handed over"
"""The last heartbeat of an attempt whose letter the mail server has taken."""


class LetterActivities:
    """Unseals, renders and sends; what leaves the process goes to the mail server only."""

    def __init__(
        self, reader: Reader, writer: Writer, transport: MailTransport, *, sender: str, portal_url: str
    ) -> None:
        """`sender` is the From address; `portal_url` the address that letters name."""
        self._reader = reader
        self._writer = writer
        self._transport = transport
        self._sender = sender
        self._portal_url = portal_url

    @activity.defn(name=names.SEND_LETTER)
    async def send_letter(self, order: LetterOrder) -> None:
        """Sends the letter with what is true now, unless it was sent already or the personal data is erased.

        A letter whose code is void, or whose content is not true any more, is noted as `VOID` and is settled. A
        permanent refusal is noted in the store and is not retried; other failures are, until the order's `until`.
        """
        material = await self._reader.letter_material(order)
        if material is None or material.outcome is LetterOutcome.SENT:
            return
        identity = message_id(order.registration_id, order.name.letter_id, address_of(self._sender).rpartition("@")[2])
        if _HANDED_OVER not in activity.info().heartbeat_details:
            letter = as_true_now(order, material.snapshot)
            if letter is None or (order.kind.row.purpose and not material.code_is_live):
                await self._note(order, identity, LetterOutcome.VOID)
                return
            await self._hand_over(letter, material, identity)
            # From here on only the note may fail. The retry must neither send again nor, where the code has been
            # redeemed meanwhile, note the letter as void.
            activity.heartbeat(_HANDED_OVER)
        await self._note(order, identity, LetterOutcome.SENT)

    async def _hand_over(self, order: LetterOrder, material: LetterMaterial, identity: str) -> None:
        try:
            async with heartbeating(names.LETTER_HEARTBEAT):
                await self._send(order, material, identity)
        except MailUnavailable as trouble:
            raise ApplicationError(str(trouble), type="MailUnavailable") from None
        except UnusableAddress:
            await self._refuse(order, identity, LetterRefused(LetterFailure.UNUSABLE_ADDRESS))
        except LetterRefused as refusal:
            await self._refuse(order, identity, refusal)

    async def _refuse(self, order: LetterOrder, identity: str, why: LetterRefused) -> None:
        await self._note(order, identity, LetterOutcome.UNDELIVERED, why)
        raise ApplicationError(
            str(why), why.failure, why.smtp_reply, type=names.LETTER_REFUSED, non_retryable=True
        ) from None

    async def _send(self, order: LetterOrder, material: LetterMaterial, identity: str) -> None:
        person = material.person
        # A registration may have a sentence as its name and another person's address: the letter must not quote it.
        names = (person.family_name, person.given_name) if material.confirmed else ("", "")
        facts = LetterFacts(
            kind=order.kind,
            language=person.language,
            status=material.snapshot.status,
            family_name=names[0],
            given_name=names[1],
            portal_url=self._portal_url,
            date=order.date,
            days=order.days,
            code=material.code,
        )
        letter = compose(
            render(facts),
            sender=self._sender,
            to=material.address,
            message_id=identity,
            language=person.language,
            date=activity.info().scheduled_time,
        )
        await self._transport.send(letter, material.address)

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
