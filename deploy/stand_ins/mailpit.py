"""In the place of Mailpit: takes every letter on port 1025; two of its answers on port 8025, as its API documents them.

`GET /api/v1/messages` lists the letters, the newest first; `GET /api/v1/message/ID/raw` is one as it came.
"""

import json
from email import message_from_bytes
from email.policy import default
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

letters: list[Envelope] = []


class MailCatcher:
    """Keeps each letter in memory."""

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        """Takes it."""
        letters.append(envelope)
        return "250 Ok"


class MailCatcherApi(BaseHTTPRequestHandler):
    """A letter's ID is its place, from 0."""

    def do_GET(self) -> None:
        """The two paths, else 404."""
        match self.path.partition("?")[0].removeprefix("/api/v1/").split("/"):
            case ["messages"]:
                listed = [summary(number, letter) for number, letter in enumerate(letters)]
                self._answer(json.dumps({"messages": listed[::-1]}).encode())
            case ["message", number, "raw"] if number.isdecimal() and int(number) < len(letters):
                self._answer(letters[int(number)].content)
            case _:
                self.send_error(HTTPStatus.NOT_FOUND)

    def _answer(self, body: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.end_headers()
        self.wfile.write(body)


def summary(number: int, letter: Envelope) -> dict[str, object]:
    """A line of the list."""
    subject = message_from_bytes(letter.content, policy=default)["Subject"]
    return {"ID": str(number), "Subject": subject, "To": [{"Name": "", "Address": to} for to in letter.rcpt_tos]}


Controller(MailCatcher(), hostname="", port=1025).start()
ThreadingHTTPServer(("", 8025), MailCatcherApi).serve_forever()
