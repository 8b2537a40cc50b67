"""Sending over real servers: refusals, temporary failures, and connections that are kept."""

import asyncio
import socket
import traceback
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from structlog.testing import capture_logs

import worker
from activities.letters.transport import LetterNotSent, LetterRefused, MailTransport, MailUnavailable
from tests.letters.servers import MailServer, ScriptedServer, obliging
from tests.support.installation import eventually

TO = "anna.kovacs@example.hu"

Letter = Callable[[str], EmailMessage]
Transport = Callable[..., MailTransport]
Server = Callable[..., MailServer]


async def test_a_letter_arrives_whole_at_its_one_recipient(
    mail_server: Server, transport: Transport, letter: Letter
) -> None:
    server = mail_server()
    await transport(server.address).send(letter(TO), TO)

    (envelope,) = server.post.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("levelek@ugyfelkapu.example", [TO])
    arrived = message_from_bytes(envelope.original_content or b"", policy=policy.default)
    body = arrived.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "Tisztelt Ügyfelünk!\n\n.\n"


async def test_a_hundred_letters_share_a_few_connections(
    mail_server: Server, transport: Transport, letter: Letter
) -> None:
    server = mail_server()
    pool = transport(server.address, connections=3)
    await asyncio.gather(*(pool.send(letter(TO), TO) for _ in range(100)))

    assert len(server.post.envelopes) == 100
    assert len(server.post.peers) == 3


async def test_letters_one_after_another_share_one_connection(
    mail_server: Server, transport: Transport, letter: Letter
) -> None:
    server = mail_server()
    pool = transport(server.address)
    for _ in range(5):
        await pool.send(letter(TO), TO)
    assert len(server.post.peers) == 1


async def test_a_server_is_tried_before_there_is_a_letter_and_the_first_one_takes_that_connection(
    mail_server: Server, transport: Transport, letter: Letter
) -> None:
    server = mail_server()
    pool = transport(server.address)
    await pool.reach()
    await pool.send(letter(TO), TO)
    assert len(server.post.peers) == 1
    with pytest.raises(MailUnavailable, match="connection"):
        await transport("127.0.0.1:1").reach()


async def test_a_worker_whose_mail_server_is_away_names_the_setting_and_goes_on(transport: Transport) -> None:
    with capture_logs() as logs:
        await worker._reach(transport("127.0.0.1:1"))
    assert logs == [
        {
            "event": "mail_server_away",
            "log_level": "error",
            "setting": "UGYFELKAPU_SMTP_URL",
            "reason": "connection",
        }
    ]


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("reply", "error", "reason"),
    [
        (f"550 5.1.1 <{TO}>: no such user", LetterRefused, "SMTP 550"),
        (f"554 5.7.1 {TO} refused", LetterRefused, "SMTP 554"),
        (f"450 4.2.1 <{TO}>: greylisted", MailUnavailable, "SMTP 450"),
        (f"421 4.7.0 {TO} later", MailUnavailable, "SMTP 421"),
        (f"530 5.7.0 {TO} must log in", MailUnavailable, "SMTP 530"),
        ("503 5.5.1 bad sequence", MailUnavailable, "SMTP 503"),
    ],
)
async def test_a_refusal_is_permanent_or_temporary_and_tells_a_number_only(  # noqa: PLR0913, PLR0917  fixtures
    command: str,
    reply: str,
    error: type[LetterNotSent],
    reason: str,
    mail_server: Server,
    transport: Transport,
    letter: Letter,
) -> None:
    server = mail_server()
    server.post.replies[command] = reply
    with pytest.raises(LetterNotSent) as refusal:
        await transport(server.address).send(letter(TO), TO)

    assert isinstance(refusal.value, error)
    assert (refusal.value.reason, str(refusal.value)) == (reason, reason)
    assert refusal.value.__cause__ is None
    # What would stand in a history: message, chain and stack trace.
    assert TO not in "".join(traceback.format_exception(refusal.value))
    assert server.post.envelopes == []


async def test_a_connection_serves_others_after_a_refusal(
    mail_server: Server, transport: Transport, letter: Letter
) -> None:
    server = mail_server()
    server.post.replies["RCPT nincs@example.hu"] = "550 no such user"
    pool = transport(server.address, connections=1)
    for _ in range(3):
        with pytest.raises(LetterRefused):
            await pool.send(letter("nincs@example.hu"), "nincs@example.hu")
        await pool.send(letter(TO), TO)

    assert [envelope.rcpt_tos for envelope in server.post.envelopes] == [[TO]] * 3
    assert len(server.post.peers) == 1


async def test_a_connection_that_breaks_after_a_refusal_hides_neither_refusal_nor_next_letter(
    transport: Transport, letter: Letter
) -> None:
    says = {"RCPT": b"550 no\r\n", "RSET": None}
    async with ScriptedServer(
        lambda n, heard: says.get(heard, obliging(n, heard)) if n == 1 else obliging(n, heard)
    ) as server:
        pool = transport(server.address)
        with pytest.raises(LetterRefused, match=r"^SMTP 550$"):
            await pool.send(letter(TO), TO)
        await pool.send(letter(TO), TO)
        assert (server.sessions, server.commands.count(".")) == (2, 1)


async def test_an_injected_recipient_is_refused_before_anything_is_sent(
    mail_server: Server, transport: Transport, letter: Letter
) -> None:
    server = mail_server()
    for address in (f'"x\r\nRCPT TO:<{TO}>"@example.hu', f"{TO}\r\nRSET", f"{TO}> SIZE=1", f"{TO}\x00"):
        with pytest.raises(LetterRefused, match=r"^UNUSABLE_ADDRESS$"):
            await transport(server.address).send(letter(TO), address)
    assert server.post.peers == set()


async def test_an_international_address_needs_a_server_that_knows_smtputf8(
    mail_server: Server, transport: Transport, letter: Letter
) -> None:
    to = "árvíztűrő@example.hu"
    modern, old = mail_server(enable_SMTPUTF8=True), mail_server(enable_SMTPUTF8=False)
    await transport(modern.address).send(letter(to), to)
    pool = transport(old.address, connections=1)
    with pytest.raises(LetterRefused, match=r"^SMTPUTF8_NEEDED$"):
        await pool.send(letter(to), to)
    await pool.send(letter(TO), TO)

    (envelope,) = modern.post.envelopes
    assert envelope.rcpt_tos == [to]
    assert f"\r\nTo: {to}\r\n".encode() in (envelope.original_content or b"")
    assert [envelope.rcpt_tos for envelope in old.post.envelopes] == [[TO]]


async def test_an_international_domain_needs_no_such_server(
    mail_server: Server, transport: Transport, letter: Letter
) -> None:
    to, sent = "info@őrség.hu", "info@xn--rsg-cma13c.hu"
    old = mail_server(enable_SMTPUTF8=False)
    await transport(old.address).send(letter(to), to)

    (envelope,) = old.post.envelopes
    assert envelope.rcpt_tos == [sent]
    assert f"\r\nTo: {sent}\r\n".encode() in (envelope.original_content or b"")
    assert (envelope.original_content or b"").isascii()


async def test_an_idle_connection_that_the_server_closed_is_replaced(
    mail_server: Server, transport: Transport, letter: Letter
) -> None:
    server = mail_server(timeout=1)  # s, between two commands too: on a busy machine these take some tenths
    pool = transport(server.address)

    async def is_closed() -> bool:
        return not any(connection.is_reusable for connection in pool._idle)

    for _ in range(3):
        await pool.send(letter(TO), TO)
        await eventually(is_closed, within_seconds=60)

    assert len(server.post.envelopes) == 3
    assert len(server.post.peers) == 3


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
@pytest.mark.parametrize("said", [None, b"421 4.4.2 idle too long\r\n", b""], ids=["closes", "says 421", "is silent"])
async def test_a_kept_connection_that_breaks_before_the_hand_over_is_replaced_once(
    command: str, said: bytes | None, transport: Transport, letter: Letter
) -> None:
    """`is silent` is the firewall that has forgotten the connection."""

    def breaks_on_second_letter(session: int, heard: str) -> bytes | None:
        return said if session == 1 and letters and heard == command else obliging(session, heard)

    letters: list[str] = []
    async with ScriptedServer(breaks_on_second_letter) as server:
        pool = transport(server.address, timeout_seconds=0.3)
        await pool.send(letter(TO), TO)
        letters.append(TO)
        await pool.send(letter(TO), TO)
        assert (server.sessions, server.commands.count(".")) == (2, 2)


async def test_a_new_connection_that_breaks_is_not_replaced(transport: Transport, letter: Letter) -> None:
    async with ScriptedServer(lambda n, heard: None if heard == "MAIL" else obliging(n, heard)) as server:
        with pytest.raises(MailUnavailable, match=r"^connection$"):
            await transport(server.address).send(letter(TO), TO)
        assert server.sessions == 1


@pytest.mark.parametrize("said", [None, b""], ids=["closes", "is silent"])
async def test_a_letter_is_never_sent_twice_by_itself(said: bytes | None, transport: Transport, letter: Letter) -> None:
    def breaks_after_hand_over(session: int, heard: str) -> bytes | None:
        return said if letters and heard == "." else obliging(session, heard)

    letters: list[str] = []
    async with ScriptedServer(breaks_after_hand_over) as server:
        pool = transport(server.address, timeout_seconds=0.3)
        await pool.send(letter(TO), TO)
        letters.append(TO)
        with pytest.raises(MailUnavailable, match=r"^connection$" if said is None else "^time-out$"):
            await pool.send(letter(TO), TO)
        assert (server.sessions, server.commands.count(".")) == (1, 2)


@pytest.mark.parametrize(
    ("command", "said", "reason"),
    [
        ("", b"554 5.7.1 go away\r\n", "SMTP 554"),
        ("", b"421 busy\r\n", "SMTP 421"),
        ("", b"", "time-out"),
        ("", None, "connection"),
        ("EHLO", b"", "time-out"),
    ],
)
async def test_a_server_that_does_not_welcome_us_is_a_temporary_failure(
    command: str, said: bytes | None, reason: str, transport: Transport, letter: Letter
) -> None:
    async with ScriptedServer(lambda n, heard: said if heard == command else obliging(n, heard)) as server:
        with pytest.raises(MailUnavailable, match=f"^{reason}$"):
            await transport(server.address, timeout_seconds=0.3).send(letter(TO), TO)


async def test_a_server_from_before_esmtp_is_greeted_by_helo(transport: Transport, letter: Letter) -> None:
    async with ScriptedServer(lambda n, heard: b"502 what?\r\n" if heard == "EHLO" else obliging(n, heard)) as server:
        await transport(server.address).send(letter(TO), TO)
        assert server.commands[:3] == ["EHLO", "HELO", "MAIL"]


async def test_a_host_without_a_sensible_name_is_a_temporary_failure(
    transport: Transport, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getfqdn", lambda: "my host")
    async with ScriptedServer(obliging) as server:
        with pytest.raises(MailUnavailable, match=r"^settings$"):
            await transport(server.address).send(letter(TO), TO)


async def test_a_port_where_nobody_listens_is_a_temporary_failure(transport: Transport, letter: Letter) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(MailUnavailable, match=r"^connection$"):
        await transport(f"127.0.0.1:{port}").send(letter(TO), TO)


async def test_an_abandoned_letter_does_not_spoil_the_next(transport: Transport, letter: Letter) -> None:
    """An activity is cancelled while the server hesitates: its connection must not answer somebody else's command."""
    async with ScriptedServer(lambda n, heard: b"" if n == 1 and heard == "RCPT" else obliging(n, heard)) as server:
        pool = transport(server.address, connections=1)

        async def hesitates() -> bool:
            return "RCPT" in server.commands

        abandoned = asyncio.create_task(pool.send(letter(TO), TO))
        await eventually(hesitates, within_seconds=60)
        abandoned.cancel()
        with pytest.raises(asyncio.CancelledError):
            await abandoned
        await pool.send(letter(TO), TO)
        assert (server.sessions, server.commands.count(".")) == (2, 1)


async def test_a_connection_that_rested_too_long_is_not_tried(
    mail_server: Server, transport: Transport, letter: Letter
) -> None:
    server = mail_server()
    pool = transport(server.address, idle_seconds=1e-9)
    for _ in range(2):
        await pool.send(letter(TO), TO)
    assert len(server.post.peers) == 2


async def test_a_closed_transport_says_goodbye_and_sends_no_more(transport: Transport, letter: Letter) -> None:
    async with ScriptedServer(obliging) as server:
        pool = transport(server.address)
        await pool.send(letter(TO), TO)
        await pool.close()
        assert server.commands[-1] == "QUIT"
        with pytest.raises(MailUnavailable, match=r"^closed$"):
            await pool.send(letter(TO), TO)
