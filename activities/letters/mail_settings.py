"""Where letters are handed over: one web-like address of a mail server."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from activities.letters.address import address_of

_DEFAULT_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class MailSettings:
    """How to reach the mail server.

    `url`: `smtp://host:port` (plain, without log-in), `smtp+starttls://user:password@host:port` or
    `smtps://user:password@host:port`; user and password are percent-encoded. `sender`: `Name <address>` or an address.
    `timeout_seconds` is the longest wait for each reply. A server that filters for long once it has the whole letter
    needs more: a letter whose acceptance was not heard is sent again. `connections` is the most that are open at once.
    `verify_certificates` is false for a test's self-signed one only. ValueError, which quotes no secret.
    """

    url: str = field(repr=False)
    sender: str
    timeout_seconds: float = 20
    connections: int = 8
    verify_certificates: bool = True

    def __post_init__(self) -> None:
        """Find mistakes when the worker starts, not with the first letter."""
        address_of(self.sender)
        parse(self.url)
        if self.timeout_seconds <= 0 or self.connections < 1:
            raise ValueError("timeout_seconds and connections must be positive")


@dataclass(frozen=True)
class MailServer:
    """A mail server's parts, as `parse` found them."""

    host: str
    port: int
    starttls: bool
    tls: bool
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


def parse(url: str) -> MailServer:
    """The parts of `MailSettings.url`. ValueError, which quotes nothing of it."""
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise ValueError("mail url: want smtp://, smtp+starttls:// or smtps://, host and port") from None
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("mail url: a host and nothing after the port; percent-encode user and password")
    if parts.username is not None and parts.scheme == "smtp":
        raise ValueError("mail url: smtp:// would send the password in clear; use smtp+starttls:// or smtps://")
    return MailServer(
        host=parts.hostname,
        port=port,
        starttls=parts.scheme == "smtp+starttls",
        tls=parts.scheme == "smtps",
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.username is None else unquote(parts.password or ""),
    )
