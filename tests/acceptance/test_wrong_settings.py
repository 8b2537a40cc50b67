"""A wrong setting ends every process at once, in one sentence, before any server is asked for anything."""

import base64
from pathlib import Path

import pytest

from starter.cli import app
from tests.acceptance.command_line import CommandLine, Outcome

KEY = base64.b64encode(bytes(32)).decode()
UNREACHABLE = "postgresql://127.0.0.1:1/nobody"
RIGHT = {
    "UGYFELKAPU_DATABASE_URL": UNREACHABLE,
    "UGYFELKAPU_SMTP_URL": "smtp://127.0.0.1:1",
    "UGYFELKAPU_MASTER_KEYS": f"m1:{KEY}",
    "UGYFELKAPU_CODE_KEYS": f"c1:{KEY}",
    "UGYFELKAPU_INDEX_KEY": KEY,
    "TEMPORAL_ADDRESS": "127.0.0.1:1",
}
OF_THE_PAGES = {"UGYFELKAPU_TRUSTED_PROXIES": "none"}
OF_THE_STAFF = {
    "UGYFELKAPU_STAFF_URL": "https://munka.example.hu",
    "UGYFELKAPU_STAFF_KEYS": f"s1:{KEY}",
    "UGYFELKAPU_STAFF_ISSUER": "https://login.example.hu",
    "UGYFELKAPU_STAFF_CLIENT_ID": "ugyfelkapu",
    "UGYFELKAPU_STAFF_CLIENT_SECRET": "titok",
}
OF_THE_API = {
    "UGYFELKAPU_TOKEN_ISSUER": "https://issuer.example",
    "UGYFELKAPU_TOKEN_KEYS": "https://issuer.example/jwks",
    "UGYFELKAPU_ASSERTION_KEYS": f"a1:{KEY}",
}


@pytest.mark.parametrize(
    ("command", "variable", "value", "hungarian", "english"),
    [
        ("migrate", "DATABASE_URL", "postgresql://127.0.0.1:abc/x", "port 1–65535", "port of 1 to 65535"),
        ("migrate", "DATABASE_URL", "postgresql://127.0.0.1:99999/x", "port 1–65535", "port of 1 to 65535"),
        ("migrate", "DATABASE_URL", f"{UNREACHABLE}?sslmode=x", "postgresql://", "postgresql://"),
        ("worker", "DATABASE_URL", f"{UNREACHABLE}?keepalives=1", "keepalives", "keepalives"),
        (
            "describe nobody",
            "DATABASE_URL",
            f"{UNREACHABLE}?tcp_user_timeout=9",
            "tcp_user_timeout",
            "tcp_user_timeout",
        ),
        ("worker", "DATABASE_URL", "mysql://x", "postgresql://", "postgresql://"),
        ("describe nobody", "DATABASE_URL", f"{UNREACHABLE}?sslmode=x", "postgresql://", "postgresql://"),
        ("worker", "SMTP_URL", "http://x", "smtp://", "smtp://"),
        ("worker", "MAIL_FROM", "ügyfélkapu@példa.hu", "ékezet nélküli", "in ASCII"),
        ("worker", "ADMIN_ADDRESS", "127.0.0.1:abc", "gép:port", "host:port"),
        ("worker", "ADMIN_ADDRESS", ":9464", "csak ez a gép ér el", "only this machine reaches"),
        ("worker", "INDEX_KEY", "", "meg kell adni", "must be given"),
        ("worker", "MASTER_KEYS", "m1", "id:base64", "id:base64"),
        ("api", "TOKEN_KEYS", "/nonexistent", "JWKS", "JWKS"),
        ("api", "TOKEN_ISSUER", "", "meg kell adni", "must be given"),
        ("api", "API_ADDRESS", "8000", "gép:port", "host:port"),
        ("pages", "PAGES_ADDRESS", "8080", "gép:port", "host:port"),
        ("pages", "PORTAL_URL", "http://example.hu", "csak ezen a gépen", "on this machine only"),
        ("pages", "TRUSTED_PROXIES", "10.0.0.1/8", "10.0.0.0/8", "networks such as 10.0.0.0/8"),
        ("pages --site staff", "STAFF_URL", "", "meg kell adni", "must be given"),
        ("pages --site staff", "STAFF_URL", "https://ugyfelkapu.example.hu", "más cím kell", "must be another address"),
        ("pages --site staff", "STAFF_KEYS", "", "meg kell adni", "must be given"),
        ("pages --site staff", "STAFF_ISSUER", "", "meg kell adni", "must be given"),
        ("pages --site staff", "STAFF_ISSUER", "http://login.example.hu", "https-címe", "https address"),
        ("pages --site staff", "STAFF_CLIENT_ID", "", "meg kell adni", "must be given"),
        ("pages --site staff", "STAFF_CLIENT_KEY", "/nonexistent", "létező fájl", "a file that exists"),
        ("pages --site staff", "STAFF_CLIENT_KEY", __file__, "de nem mindkettőt", "but not both"),
        ("pages --site staff", "STAFF_ADDRESS", "8081", "gép:port", "host:port"),
        ("pages", "TRUSTED_PROXIES", "", "az előttük álló proxyk", "the proxies in front of them"),
    ],
)
def test_it_is_named_with_its_rule_in_the_language_asked_for(  # noqa: PLR0913, PLR0917  one column each
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    command: str,
    variable: str,
    value: str,
    hungarian: str,
    english: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (RIGHT | OF_THE_API | OF_THE_PAGES | OF_THE_STAFF | {f"UGYFELKAPU_{variable}": value}).items():
        monkeypatch.setenv(name, text)
    for language, words in (("hu", hungarian), ("en", english)):
        monkeypatch.setenv("UGYFELKAPU_LANG", language)
        status = app._run(command.split())
        said = capsys.readouterr()
        Outcome(status, said.out, said.err).refused(2, words)
        assert said.err.splitlines()[-1].startswith(f"UGYFELKAPU_{variable}: ")


@pytest.mark.parametrize("command", ["worker", "api", "pages", "pages --site staff", "migrate", "describe nobody"])
def test_what_is_right_fails_for_the_servers_that_are_away(tmp_path: Path, command: str) -> None:
    """So the refusals above are those of the settings."""
    ended = CommandLine(tmp_path, RIGHT | OF_THE_API | OF_THE_PAGES | OF_THE_STAFF, starts_python=True)(
        *command.split(), UGYFELKAPU_LANG="en"
    )
    ended.refused(1, "does not answer")
