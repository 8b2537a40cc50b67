"""From an order and what it is made of to a letter that the mail server has taken."""

from datetime import datetime
from typing import Final

from temporalio.exceptions import ApplicationError

from activities import names
from activities.heartbeat import heartbeating
from activities.letters.facts import LetterFacts
from activities.letters.message import UnusableAddress, compose, message_id
from activities.letters.render import compile_templates, render
from activities.letters.smtp_failures import LetterRefused, MailUnavailable
from activities.letters.transport import MailTransport
from registration.letters import LetterFailure
from registration.log_ins import BrowserFamily
from registration.state import LetterOrder
from settings.mail_address import address_of
from store.rows import LetterMaterial

HANDED_OVER: Final = "handed over"
"""The last heartbeat of an attempt whose letter needs no other: from here on only the note may fail."""


class LetterSender:
    """Renders, composes and hands over; what leaves the process goes to the mail server only."""

    def __init__(self, transport: MailTransport, *, sender: str, portal_url: str) -> None:
        """`sender` is the From address; `portal_url` the address that letters name. Compiles the templates."""
        compile_templates()
        self._transport = transport
        self._sender = sender
        self._portal_url = portal_url

    def message_id(self, registration_id: str, letter_id: str) -> str:
        """The Message-ID of a letter: the same each time that it is sent."""
        return message_id(registration_id, letter_id, address_of(self._sender).rpartition("@")[2])

    async def send(
        self,
        order: LetterOrder,
        material: LetterMaterial,
        message_id: str,
        *,
        ordered_at: datetime,
        browser: BrowserFamily | None = None,
    ) -> None:
        """Returns once the mail server has taken the letter, and heartbeats until then.

        Raises `LetterRefused` where it never will, `ApplicationError` where it may later.
        """
        try:
            async with heartbeating(names.LETTER_HEARTBEAT):
                await self._send(order, material, message_id, ordered_at, browser)
        except MailUnavailable as trouble:
            raise ApplicationError(str(trouble), type=names.MAIL_UNAVAILABLE) from None
        except UnusableAddress:
            raise LetterRefused(LetterFailure.UNUSABLE_ADDRESS) from None

    async def _send(
        self,
        order: LetterOrder,
        material: LetterMaterial,
        message_id: str,
        ordered_at: datetime,
        browser: BrowserFamily | None,
    ) -> None:
        person = material.person
        # A registration may have a sentence as its name and another person's address: the letter must not quote it.
        family_name, given_name = (person.family_name, person.given_name) if material.confirmed else ("", "")
        facts = LetterFacts(
            kind=order.kind,
            language=person.language,
            status=material.snapshot.status,
            family_name=family_name,
            given_name=given_name,
            portal_url=self._portal_url,
            date=order.date,
            days=order.days,
            code=material.code,
            browser=browser,
        )
        letter = compose(
            render(facts),
            sender=self._sender,
            to=material.address,
            message_id=message_id,
            language=person.language,
            date=ordered_at,
        )
        await self._transport.send(letter, material.address)
