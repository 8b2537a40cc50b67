from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from activities.letters.message import compose, message_id
from activities.letters.render import RenderedLetter
from activities.letters.transport import MailSettings, MailTransport
from registration.statuses import Language
from tests.letters.servers import MailServer

SENDER = "Ügyfélkapu <levelek@ugyfelkapu.example>"


@pytest.fixture
def mail_server() -> Iterator[Callable[..., MailServer]]:
    """Starts mail servers, and stops them after the test."""
    with ExitStack() as stack:

        def start(**options: Any) -> MailServer:  # noqa: ANN401  the options of aiosmtpd
            server = MailServer(**options)
            server.start()
            stack.callback(server.stop, no_assert=True)
            return server

        yield start


@pytest.fixture
async def transport() -> AsyncIterator[Callable[..., MailTransport]]:
    """Makes transports to `address` or to a whole `url`, and closes them after the test."""
    async with AsyncExitStack() as stack:

        def make(address: str, *, url: str = "", **settings: Any) -> MailTransport:  # noqa: ANN401  fields of MailSettings
            made = MailTransport(MailSettings(url=url or f"smtp://{address}", sender=SENDER, **settings))
            stack.push_async_callback(made.close)
            return made

        yield make


@pytest.fixture
def letter() -> Callable[[str], EmailMessage]:
    """Composes a letter to an address."""

    def make(to: str) -> EmailMessage:
        return compose(
            RenderedLetter("Egyszeri kód", "Tisztelt Ügyfelünk!\n\n.\n", "<p>Tisztelt Ügyfelünk!</p>\n"),
            sender=SENDER,
            to=to,
            message_id=message_id("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "1-code_password", "ugyfelkapu.example"),
            language=Language.HU,
            date=datetime(2026, 11, 22, 18, 5, tzinfo=UTC),
        )

    return make
