"""What goes over the wire: headers, parts, and addresses that must not."""

from collections.abc import Callable
from email import message_from_bytes, message_from_string, policy
from email.message import EmailMessage

import pytest

from activities.letters.message import UnusableAddress, message_id, on_the_wire
from settings.mail_address import address_of, compared_address, mailbox_key, usable

TO = "anna@example.hu"

UNUSABLE = [
    '"x\r\nRCPT TO:<masik@example.hu>"@example.hu',
    '"x\nRCPT TO:<masik@example.hu>"@example.hu',
    "anna@example.hu\r\nBcc: masik@example.hu",
    "anna\x00@example.hu",
    "anna\x7f@example.hu",
    "anna\x85@example.hu",
    "anna\u2028@example.hu",
    "\ud800@example.hu",
    '"anna kovács"@example.hu',
    "anna @example.hu",
    " anna@example.hu",
    "anna@example.hu,masik@example.hu",
    "anna@example.hu> SIZE=1",
    "Anna <anna@example.hu>",
    "anna@example.hu (Anna)",
    "=?utf-8?q?anna?=@example.hu",
    "anna@example..hu",
    "anna",
    "@example.hu",
    "anna@",
    "",
    "a" * 250 + "@x.hu",
]


def test_a_message_has_what_a_letter_of_a_machine_needs(letter: Callable[[str], EmailMessage]) -> None:
    message = message_from_bytes(letter(TO).as_bytes(), policy=policy.default)

    assert message["From"] == "Ügyfélkapu <levelek@ugyfelkapu.example>"
    assert message["To"] == TO
    assert message["Subject"] == "Egyszeri kód"
    assert message["Message-ID"] == "<1-code_password.0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b@ugyfelkapu.example>"
    assert message["Date"] == "Sun, 22 Nov 2026 18:05:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "hu"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message.get_content_type() == "multipart/alternative"


def test_a_message_holds_the_text_before_the_html(letter: Callable[[str], EmailMessage]) -> None:
    message = message_from_bytes(letter(TO).as_bytes(), policy=policy.default)
    text, html = (part for part in message.iter_parts() if isinstance(part, EmailMessage))

    assert (text.get_content_type(), text.get_content_charset()) == ("text/plain", "utf-8")
    assert (html.get_content_type(), html.get_content_charset()) == ("text/html", "utf-8")
    assert _lines(text) == "Tisztelt Ügyfelünk!\n\n.\n"
    assert _lines(html) == "<p>Tisztelt Ügyfelünk!</p>\n"


def _lines(part: EmailMessage) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_same_letter_is_the_same_bytes_in_ascii(letter: Callable[[str], EmailMessage]) -> None:
    assert letter(TO).as_bytes() == letter(TO).as_bytes()
    assert letter(TO).as_bytes().isascii()


@pytest.mark.parametrize("address", [TO, "árvíztűrő@tükörfúrógép.hu", "a.b+c=d@example.hu", "o'neil@a.b.example.hu"])
def test_a_usable_address_is_used_as_it_is(address: str, letter: Callable[[str], EmailMessage]) -> None:
    assert usable(address) == address
    wire = on_the_wire(letter(address), utf8=not address.isascii())
    assert message_from_string(wire.decode(), policy=policy.SMTPUTF8)["To"].addresses[0].addr_spec == address


IDN = [
    ("info@őrség.hu", "info@xn--rsg-cma13c.hu"),
    ("Info.1@ŐRSÉG.hu", "Info.1@xn--rsg-cma13c.hu"),
    ("info@xn--rsg-cma13c.hu", "info@xn--rsg-cma13c.hu"),
    ("info@XN--RSG-CMA13C.HU", "info@xn--rsg-cma13c.hu"),
    ("x@straße.de", "x@xn--strae-oqa.de"),
    ("x@strasse.de", "x@strasse.de"),
    ("x@mail.bücher.example", "x@mail.xn--bcher-kva.example"),
    ("x@例え。テスト", "x@xn--r8jz45g.xn--zckzah"),
    ("x@faß.at", "x@xn--fa-hia.at"),
    ("x@Example.HU", "x@Example.HU"),
]


@pytest.mark.parametrize(("typed", "sent"), IDN)
def test_a_domain_goes_out_in_a_labels_where_the_local_part_is_ascii(
    typed: str, sent: str, letter: Callable[[str], EmailMessage]
) -> None:
    assert usable(typed) == sent
    assert f"\r\nTo: {sent}\r\n".encode() in on_the_wire(letter(typed), utf8=False)
    assert compared_address(f" {typed}\n") == compared_address(sent) == sent
    assert mailbox_key(typed) == mailbox_key(sent.upper())


def test_a_sharp_s_is_no_double_s() -> None:
    """Two domains with two owners: the standard library's codec would send the one's letters to the other."""
    assert mailbox_key("x@straße.de") != mailbox_key("x@strasse.de")


def test_what_is_no_domain_is_left_as_it_is() -> None:
    for typed in ("x@-ő.hu", "x@xn--a.hu", "őr ség.hu", "x@ő\ud800.hu", ""):
        assert compared_address(typed) == typed


@pytest.mark.parametrize("address", UNUSABLE, ids=ascii)
def test_an_unusable_address_is_refused_and_not_quoted(address: str, letter: Callable[[str], EmailMessage]) -> None:
    with pytest.raises(UnusableAddress) as refusal:
        letter(address)
    assert str(refusal.value) == "unusable address"
    assert refusal.value.__cause__ is None


def test_a_sender_is_an_ascii_address_with_or_without_a_name() -> None:
    assert address_of("Ügyfélkapu <levelek@example.hu>") == address_of("levelek@example.hu") == "levelek@example.hu"
    for sender in ("", "Ügyfélkapu", "levél@example.hu", "levelek@őrség.hu", "X\r\nBcc: a@b.hu <levelek@example.hu>"):
        with pytest.raises(UnusableAddress):
            address_of(sender)


def test_a_long_message_id_stays_on_one_line(letter: Callable[[str], EmailMessage]) -> None:
    """The standard library would begin a new line before it where that just fits, and a reader get it with a space."""
    message = letter(TO)
    for length in range(1, 100):
        name = message_id("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "1-active", f"{'x' * length}.hu")
        message.replace_header("Message-ID", name)
        assert f"\r\nMessage-ID: {name}\r\n".encode() in message.as_bytes()
