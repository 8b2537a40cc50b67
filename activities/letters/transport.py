"""Hands letters to the mail server, over a few connections that are kept open."""

import asyncio
import socket
import ssl
from contextlib import suppress
from email.message import EmailMessage

from activities.letters.connection import Connection, open_connection
from activities.letters.message import on_the_wire
from activities.letters.smtp_failures import (
    ConnectionBroken,
    LetterNotSent,
    LetterRefused,
    MailTrouble,
    MailUnavailable,
)
from registration.letters import LetterFailure
from settings.mail import MailSettings, parse
from settings.mail_address import UnusableAddress, address_of, usable
from settings.settings import Settings, required
from settings.spans import SpanKind, span

__all__ = ["LetterNotSent", "LetterRefused", "MailSettings", "MailTransport", "MailUnavailable", "transport_of"]


class MailTransport:
    """A pool of at most `settings.connections` connections, each used for one letter at a time, in one event loop."""

    def __init__(self, settings: MailSettings) -> None:
        """Opens nothing; ValueError for settings that cannot be right."""
        self._settings = settings
        self._server = parse(settings.url)
        self._sender = address_of(settings.sender)
        self._places = asyncio.Semaphore(settings.connections)
        self._idle: list[Connection] = []
        self._closed = False
        self._prepared: tuple[ssl.SSLContext, str] | None = None

    async def send(self, message: EmailMessage, to: str) -> None:
        """Returns when the server has accepted the letter for `to`, the only recipient.

        LetterRefused where a retry is of no use, MailUnavailable where one may succeed. After MailUnavailable the
        server may still have the letter, if the connection broke during the hand-over: the retry sends the same one.
        """
        try:
            to = usable(to)
        except UnusableAddress:
            raise LetterRefused(LetterFailure.UNUSABLE_ADDRESS) from None
        letter = on_the_wire(message, utf8=not to.isascii())
        with span("SMTP letter", SpanKind.CLIENT):
            await self._hand_over(letter, to)

    async def _hand_over(self, letter: bytes, to: str) -> None:
        async with self._places:
            connection = await self._announced(to)
            try:
                await connection.hand_over(letter)
            finally:
                self._put_back(connection)

    async def reach(self) -> None:
        """Opens a connection, greeted, encrypted and logged in, and keeps it for the next letter. MailUnavailable."""
        async with self._places:
            self._put_back(await self._open())

    async def close(self) -> None:
        """Closes every idle connection with QUIT; the others close when their letter is done. No new one is opened."""
        self._closed = True
        idle, self._idle = self._idle, []
        await asyncio.gather(*(connection.say_goodbye() for connection in idle))

    async def _announced(self, to: str) -> Connection:
        """A connection on which the server takes a letter for `to`.

        One that broke while it was idle is replaced once, for nothing was handed over yet.
        """
        connection = self._take_idle()
        if connection is not None:
            with suppress(ConnectionBroken):
                return await self._announce(connection, to)
        return await self._announce(await self._open(), to)

    async def _announce(self, connection: Connection, to: str) -> Connection:
        try:
            await connection.announce(self._sender, to)
        except BaseException:
            self._put_back(connection)
            raise
        return connection

    async def _open(self) -> Connection:
        if self._closed:
            raise MailUnavailable(MailTrouble.CLOSED)
        if self._prepared is None:
            self._prepared = await asyncio.to_thread(self._prepare)
        return await open_connection(self._server, *self._prepared, self._settings.timeout_seconds)

    def _prepare(self) -> tuple[ssl.SSLContext, str]:
        """What blocks, and is the same for all connections: certificates are read, the DNS may be asked."""
        return ssl.create_default_context(cafile=self._settings.ca_file), socket.getfqdn()

    def _take_idle(self) -> Connection | None:
        """The most recently used idle connection, so that surplus ones age; old and broken ones are closed.

        Servers close idle connections after some minutes, firewalls drop them without a message: an old one is not
        used.
        """
        oldest = asyncio.get_running_loop().time() - self._settings.idle_seconds
        fresh = [connection for connection in self._idle if connection.is_reusable and connection.rested_at >= oldest]
        for connection in self._idle:
            if connection not in fresh:
                connection.close()
        self._idle = fresh
        return self._idle.pop() if self._idle else None

    def _put_back(self, connection: Connection) -> None:
        if connection.is_reusable and not self._closed:
            self._idle.append(connection)
        else:
            connection.close()


def transport_of(settings: Settings) -> MailTransport:
    """The mail server of an installation. Opens nothing. Raises `SettingsError` where none is set."""
    return MailTransport(
        MailSettings(
            url=required(settings, "smtp_url"),
            sender=settings.mail_from,
            timeout_seconds=settings.smtp_timeout_seconds,
            connections=settings.smtp_connections,
            idle_seconds=settings.smtp_idle_seconds,
            ca_file=settings.smtp_ca_file,
        )
    )
