"""A portal that calls the API of the stack, and the mail catcher that its clients' letters arrive in."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import httpx

from starter.dev.letters import NoCode, code_in
from starter.dev.samples import CLIENT_ADDRESS, PASSWORD, form
from starter.dev.tokens import token

API: Final = "http://127.0.0.1:8000"
_MAIL: Final = "http://127.0.0.1:8025"
_ANSWER_SECONDS: Final = 60
_LETTER_SECONDS: Final = 180
_POLL_SECONDS: Final = 0.5


@dataclass
class Client:
    """Somebody whom the portal has registered; `password` is the one that holds."""

    registration_id: str
    user_name: str
    email: str
    password: str = field(default=PASSWORD, repr=False)


@dataclass(frozen=True)
class Portal:
    """Every call must succeed; AssertionError has the answer that came instead."""

    http: httpx.Client

    def register(self, name: str) -> Client:
        """Registers somebody online; a user name and an address are made of the name."""
        filled = form(user_name=f"stack.{name}", email=f"{name}@example.org")
        started = self._sent("POST", "/v1/registrations", 202, {"form": filled})
        return Client(started["registration_id"], filled["user_name"], filled["email"])

    def redeem(self, client: Client) -> str:
        """Redeems the code of the client's letter; returns the status."""
        body = {"purpose": "PASSWORD", "user_name": client.user_name, "code": code(client.email)}
        redeemed = self._sent("POST", "/v1/code-redemptions", 200, body | {"password": client.password})
        return str(redeemed["status"])

    def log_in(self, client: Client) -> dict[str, Any]:
        """The session."""
        return self._sent("POST", "/v1/sessions", 200, {"user_name": client.user_name, "password": client.password})

    def change_password(self, client: Client, password: str) -> None:
        """An act that its workflow decides."""
        path = f"/v1/registrations/{client.registration_id}/password"
        self._sent("PUT", path, 200, {"present_password": client.password, "password": password})
        client.password = password

    def _sent(self, method: str, path: str, status: int, body: Mapping[str, Any]) -> dict[str, Any]:
        answer = self.http.request(method, path, json={"client_address": CLIENT_ADDRESS, **body})
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json()
        return found


@contextmanager
def portal_with_token(folder: Path) -> Iterator[Portal]:
    """A portal with a token of the issuer whose key is in `folder`."""
    headers = {"Authorization": f"Bearer {token(folder, 'portal', caller='portal-1')}", "Accept-Language": "en"}
    with httpx.Client(base_url=API, headers=headers, timeout=_ANSWER_SECONDS) as http:
        yield Portal(http)


def code(address: str) -> str:
    """Waits for a letter with a code. AssertionError where none comes within three minutes."""
    for letter in letters(address):
        with suppress(NoCode):
            return code_in(letter)
    raise AssertionError(f"the letters to {address} have no code")


def letters(address: str) -> list[EmailMessage]:
    """The letters to an address, the newest first; waits for one. AssertionError after three minutes."""
    end = time.monotonic() + _LETTER_SECONDS
    while not (found := _arrived(address)):
        assert time.monotonic() < end, f"no letter to {address} within {_LETTER_SECONDS} seconds"
        time.sleep(_POLL_SECONDS)
    return found


def _arrived(address: str) -> list[EmailMessage]:
    listed = httpx.get(f"{_MAIL}/api/v1/messages", timeout=_ANSWER_SECONDS).raise_for_status().json()["messages"]
    ids = [letter["ID"] for letter in listed if address in [to["Address"] for to in letter["To"]]]
    raw = [httpx.get(f"{_MAIL}/api/v1/message/{each}/raw", timeout=_ANSWER_SECONDS).raise_for_status() for each in ids]
    return [message_from_bytes(each.content, EmailMessage, policy=policy.default) for each in raw]
