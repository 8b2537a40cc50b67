"""Mail servers of the tests, on free ports of 127.0.0.1: a whole one, and one with scripted answers."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "levelező", "p@ss/wörd#1"


class Post:
    """An aiosmtpd handler that keeps envelopes, counts sessions, and answers as its dictionary says."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.sessions: set[int] = set()
        self.peers: set[Any] = set()
        self.replies: dict[str, str] = {}
        self.logged_in: list[bool] = []

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.peers.add(session.peer)
        self.logged_in.append(bool(session.authenticated))
        reply = self.replies.get("MAIL", "250 OK")
        if reply.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return reply

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        reply = self.replies.get(f"RCPT {address}", self.replies.get("RCPT", "250 OK"))
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        reply = self.replies.get("DATA", "250 Delivered")
        if reply.startswith("250"):
            self.envelopes.append(envelope)
        return reply


class MailServer(Controller):
    """aiosmtpd on a free port; `options` are those of `aiosmtpd.smtp.SMTP`."""

    def __init__(self, *, over_tls: ssl.SSLContext | None = None, **options: Any) -> None:  # noqa: ANN401  those of aiosmtpd
        self.post = Post()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._over_tls = over_tls
        port = self._listening.getsockname()[1]
        super().__init__(self.post, "127.0.0.1", port, ssl_context=over_tls, server_hostname="localhost", **options)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening, ssl=self._over_tls)


def log_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    """Lets in `USER` with `PASSWORD`."""
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)  # aiosmtpd sends the reply


Answer = Callable[[int, str], bytes | None]
"""What the server says to a command in its session (1, 2, …); nothing: it closes; empty: it stays silent."""


class ScriptedServer:
    """Speaks just enough SMTP, and breaks off where the test says. `.` is the end of a letter, `""` the greeting."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.sessions = 0
        self.commands: list[str] = []
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []

    @property
    def address(self) -> str:
        assert self._server is not None
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._converse, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.close()
        await self._server.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sessions += 1
        session = self.sessions
        self._writers.append(writer)
        command, in_letter = "", False
        while (said := self._answer(session, command)) is not None:
            writer.write(said)
            in_letter = said.startswith(b"354")
            command = await self._next(reader, in_letter=in_letter)
            if not command:
                break
            self.commands.append(command)
        writer.close()

    async def _next(self, reader: asyncio.StreamReader, *, in_letter: bool) -> str:
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            if not in_letter:
                return line.split(" ")[0].split(":")[0].upper()
            if line == ".":
                return "."
        return await self._next(reader, in_letter=True) if in_letter and not reader.at_eof() else ""


def obliging(_session: int, command: str) -> bytes:
    """What a server says that accepts everything."""
    return {"": b"220 hi\r\n", "DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}.get(command, b"250 OK\r\n")
