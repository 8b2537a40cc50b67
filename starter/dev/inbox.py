"""An SMTP server that delivers every letter into one Maildir, for any recipient."""

import mailbox
import socket
from asyncio import AbstractServer
from collections.abc import Awaitable
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from starter.dev.letters import MailFolder
from starter.dev.ports import LOOPBACK, ReservedPorts, listening_socket


class Inbox:
    """An SMTP server on 127.0.0.1, in a thread and event loop of its own, with its letters in `directory`."""

    def __init__(self, directory: Path, *, handler: object = None, idle_seconds: float = 300) -> None:
        """Creates nothing yet; `directory` is created at the start, if missing.

        `handler` is an aiosmtpd handler in place of delivery, such as one that refuses; it runs in the server's thread.
        A connection on which nothing comes for `idle_seconds` is closed: as it comes after five minutes, the least that
        RFC 5321 (4.5.3.2.7) allows.
        """
        self._directory = directory
        self._folder = MailFolder(directory)
        self._handler = handler
        self._idle_seconds = idle_seconds
        self._reserved: ReservedPorts | None = None
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """`smtp://127.0.0.1:PORT`, the same after each restart. RuntimeError before the first start."""
        if self._reserved is None:
            message = "The inbox has not been started."
            raise RuntimeError(message)
        return f"smtp://{LOOPBACK}:{self._reserved.numbers[0]}"

    def start(self) -> None:
        """Accept letters; returns when it does. OSError when its former port was taken meanwhile."""
        if self._controller is not None:
            message = "The inbox is already running."
            raise RuntimeError(message)
        self._reserved = self._reserved or ReservedPorts(1)
        listening = listening_socket(self._reserved.numbers[0])
        handler = self._handler or Delivery(self._directory)
        self._controller = _Controller(handler, listening, idle_seconds=self._idle_seconds)
        self._controller.start()

    def stop(self) -> None:
        """Close the port and all connections. Nothing happens when it is not running."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def letters(self, to: str | None = None) -> list[EmailMessage]:
        """Return all letters, or those for the recipient `to`, oldest first."""
        return self._folder.letters(to)


class Delivery:
    """The aiosmtpd handler that stores a letter as it came, under an `X-MailFrom` and an `X-RcptTo` per recipient."""

    def __init__(self, directory: Path) -> None:
        """`directory` becomes a Maildir that only we may read: letters hold codes."""
        directory.parent.mkdir(parents=True, exist_ok=True)
        self._maildir = mailbox.Maildir(directory)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Store the letter durably, then accept it."""
        recipients = "".join(f"X-RcptTo: {recipient}\r\n" for recipient in envelope.rcpt_tos)
        header = f"X-MailFrom: {envelope.mail_from}\r\n{recipients}"
        self._maildir.add(header.encode() + (envelope.original_content or b""))
        return "250 Delivered"


class _Controller(Controller):
    """Takes a socket, because aiosmtpd does not find out which port it got for port 0."""

    def __init__(self, handler: object, listening: socket.socket, *, idle_seconds: float) -> None:
        self._listening = listening
        host, port = listening.getsockname()
        # Without a name of its own, each session would ask the DNS for one.
        super().__init__(handler, host, port, server_hostname="localhost", enable_SMTPUTF8=True, timeout=idle_seconds)

    def _create_server(self) -> Awaitable[AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening)
