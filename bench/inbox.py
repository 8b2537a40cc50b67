"""A mail server that keeps letters in memory: the measured thing is ours, not a disk that keeps the mail."""

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from starter.dev.letters import code_in

_LOOK_AGAIN_SECONDS = 0.005
"""Finer than any rate that is reported."""


@dataclass
class MemoryPost:
    """An aiosmtpd handler; it runs in the inbox's own thread."""

    received: dict[str, list[bytes]] = field(default_factory=dict)
    count: int = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        """Keeps the letter."""
        self.received.setdefault(envelope.rcpt_tos[0], []).append(envelope.original_content or b"")
        self.count += 1
        return "250 ok"

    async def has(self, count: int, within_seconds: float) -> None:
        """Waits until so many letters have come in all. Raises `TimeoutError`."""
        async with asyncio.timeout(within_seconds):
            while self.count < count:  # noqa: ASYNC110  an Event of asyncio belongs to one thread, the inbox has another
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def code(self, address: str) -> str:
        """The code in the last letter to an address that has one."""
        letter = message_from_bytes(self.received[address][-1], EmailMessage, policy=policy.default)
        return code_in(letter)
