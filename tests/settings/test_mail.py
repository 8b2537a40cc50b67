"""The mail server's address is checked when the worker starts, and its secrets show nowhere."""

import pytest

from settings.mail import MailServer, MailSettings, parse

SENDER = "levelek@ugyfelkapu.example"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail:2525", MailServer("mail", 2525, starttls=False, tls=False)),
        ("smtp://[::1]", MailServer("::1", 25, starttls=False, tls=False)),
        (
            "smtp+starttls://a%40b:p%2Fw%C3%B6%23@mail",
            MailServer("mail", 587, starttls=True, tls=False, user="a@b", password="p/wö#"),
        ),
        ("smtps://u:p@mail", MailServer("mail", 465, starttls=False, tls=True, user="u", password="p")),
        ("smtps://mail", MailServer("mail", 465, starttls=False, tls=True)),
    ],
)
def test_a_url_names_the_server(url: str, server: MailServer) -> None:
    assert parse(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail:25",
        "http://mail",
        "smtp://",
        "smtp://mail/titok",
        "smtps://u:titok#x@mail",
        "smtps://u:titok/x@mail",
        "smtps://u:titok?x@mail",
        "smtps://u@mail:titok",
        "smtp://u:titok@mail",
        "smtp://mail:0",
        "smtp://mail:65536",
    ],
)
def test_a_wrong_url_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(ValueError, match="smtp") as refusal:
        MailSettings(url=url, sender=SENDER)
    assert "titok" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_representations_show_no_password() -> None:
    settings = MailSettings(url="smtps://u:titok@mail", sender=SENDER)
    assert "titok" not in repr(settings) + repr(parse(settings.url))


def test_impossible_numbers_are_refused() -> None:
    for numbers in ({"timeout_seconds": 0.0}, {"connections": 0}, {"idle_seconds": 0.0}):
        with pytest.raises(ValueError, match="positive"):
            MailSettings(url="smtp://mail", sender=SENDER, **numbers)
