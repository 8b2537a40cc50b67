import gc
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from starter.dev.inbox import Inbox
from starter.dev.letters import MailFolder, read_letters

READER = """
import pathlib, sys
from starter.dev.letters import read_letters

for letter in read_letters(pathlib.Path(sys.argv[1])):
    print(letter["Subject"])
"""


@pytest.fixture
def inbox(directory: Path) -> Iterator[Inbox]:
    started = Inbox(directory)
    started.start()
    yield started
    started.stop()


def client(inbox: Inbox) -> smtplib.SMTP:
    address = urlsplit(inbox.url)
    return smtplib.SMTP(address.hostname or "", address.port or 0, local_hostname="localhost", timeout=5)


def letter(subject: str, to: str = "anna@example.hu") -> EmailMessage:
    written = EmailMessage(policy=SMTPUTF8)
    written["Subject"], written["From"], written["To"] = subject, "ugyfelkapu@example.hu", to
    written.set_content(f"Kedves {to}!\n.pont\n")
    return written


class Refusal:
    """A mail server that takes no letter."""

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        return "554 No"


def test_letters_come_oldest_first_also_within_one_second(inbox: Inbox) -> None:
    """Maildir's microseconds are not zero-padded: sorted as text, M99 would come after M100000."""
    with client(inbox) as connection:
        for number in range(500):
            connection.send_message(letter(str(number)))

    assert [str(each["Subject"]) for each in inbox.letters()] == [str(number) for number in range(500)]


def test_letters_are_found_by_envelope_recipient_whatever_the_header_says(inbox: Inbox) -> None:
    with client(inbox) as connection:
        connection.send_message(letter("both"), to_addrs=["Anna@Example.hu", "bela@example.hu"])
        connection.send_message(letter("one", to="anna@example.hu"), to_addrs=["bela@example.hu"])

    assert [str(each["Subject"]) for each in inbox.letters(to="anna@example.hu")] == ["both"]
    assert [str(each["Subject"]) for each in inbox.letters(to="bela@example.hu")] == ["both", "one"]
    assert inbox.letters()[0].get_all("X-RcptTo") == ["Anna@Example.hu", "bela@example.hu"]
    assert inbox.letters(to="nobody@example.hu") == []


def test_addresses_and_headers_may_hold_any_letter(inbox: Inbox) -> None:
    """SMTPUTF8 (RFC 6531): they travel as UTF-8, not encoded."""
    sent = letter("Őrségi űrlap", to="őrs@példa.hu")
    with client(inbox) as connection:
        connection.send_message(sent)

    [received] = inbox.letters(to="őrs@példa.hu")
    assert received["Subject"] == "Őrségi űrlap"
    assert received["To"] == "őrs@példa.hu"
    assert received.get_content().replace("\r\n", "\n") == "Kedves őrs@példa.hu!\n.pont\n"


def test_a_restarted_inbox_keeps_letters_and_address(inbox: Inbox) -> None:
    """Also while a client is connected, whose connection is closed."""
    connection = client(inbox)
    connection.send_message(letter("first"))
    url = inbox.url

    inbox.stop()
    inbox.stop()
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        connection.noop()
    connection.close()
    with pytest.raises(ConnectionError):
        client(inbox)

    inbox.start()
    assert inbox.url == url
    with client(inbox) as connection:
        connection.send_message(letter("second"))
    assert [str(each["Subject"]) for each in inbox.letters()] == ["first", "second"]


def test_another_process_reads_the_letters(directory: Path, inbox: Inbox) -> None:
    with client(inbox) as connection:
        connection.send_message(letter("a"))
        connection.send_message(letter("b"))

    read = subprocess.run([sys.executable, "-c", READER, directory], check=True, capture_output=True, text=True)
    assert read.stdout == "a\nb\n"


def test_a_folder_that_is_asked_again_finds_what_came_meanwhile_and_reads_nothing_twice(
    directory: Path, inbox: Inbox
) -> None:
    """Also where a mail program has moved a letter from `new` to `cur`, as one that was read."""
    folder = MailFolder(directory)
    assert folder.letters() == []
    with client(inbox) as connection:
        connection.send_message(letter("first"))
        assert [str(each["Subject"]) for each in folder.letters(to="anna@example.hu")] == ["first"]

        [path] = (directory / "new").iterdir()
        path.rename(directory / "cur" / f"{path.name}:2,S")
        (directory / "cur" / f"{path.name}:2,S").write_bytes(b"")
        connection.send_message(letter("second", to="bela@example.hu"))

    assert [str(each["Subject"]) for each in folder.letters()] == ["first", "second"]
    assert [str(each["Subject"]) for each in folder.letters(to="bela@example.hu")] == ["second"]


def test_only_the_envelope_says_who_a_letter_is_for(inbox: Inbox) -> None:
    """Whatever the letter itself has."""
    forged = letter("forged")
    forged["X-RcptTo"] = "bela@example.hu"
    with client(inbox) as connection:
        connection.send_message(forged, to_addrs=["anna@example.hu"])

    assert inbox.letters(to="bela@example.hu") == []


def test_no_letters_before_the_first_start(directory: Path) -> None:
    assert read_letters(directory) == []
    with pytest.raises(RuntimeError, match="not been started"):
        _ = Inbox(directory).url


def test_a_test_may_take_the_place_of_delivery(directory: Path) -> None:
    inbox = Inbox(directory, handler=Refusal())
    inbox.start()
    try:
        with client(inbox) as connection, pytest.raises(smtplib.SMTPDataError, match="No"):
            connection.send_message(letter("a"))
    finally:
        inbox.stop()
    assert inbox.letters() == []


def test_letters_are_private(directory: Path, inbox: Inbox) -> None:
    with client(inbox) as connection:
        connection.send_message(letter("a"))
    assert directory.stat().st_mode & 0o077 == 0


def test_it_cannot_be_started_twice_and_gives_no_foreigner_its_port(directory: Path, inbox: Inbox) -> None:
    with pytest.raises(RuntimeError, match="already running"):
        inbox.start()

    inbox.stop()
    with socket.create_server(("127.0.0.1", urlsplit(inbox.url).port or 0)), pytest.raises(OSError, match="in use"):
        inbox.start()
    inbox.start()
    assert Inbox(directory).letters() == []


def test_an_accepted_connection_does_not_wait_for_acknowledgements(inbox: Inbox) -> None:
    """What is written in two parts would take 40 ms more (uvicorn #3149)."""
    with client(inbox):
        options = [
            session.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            for session in gc.get_objects()
            if isinstance(session, SMTP) and session.transport is not None
        ]
    assert options
    assert all(options)
