"""Where letters are handed over: one web-like address of a mail server."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from settings.mail_address import UnusableAddress, address_of
from settings.setting_rules import BrokenRule, SettingRule

_DEFAULT_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True)
class MailSettings:
    """How to reach the mail server.

    `url`: `smtp://host:port` (plain, without log-in), `smtp+starttls://user:password@host:port` or
    `smtps://user:password@host:port`; user and password are percent-encoded. `sender`: `Name <address>` or an address.
    `timeout_seconds` is the longest wait for each reply. A server that filters for long once it has the whole letter
    needs more: a letter whose acceptance was not heard is sent again. `connections` is the most that are open at once;
    one that rested for more than `idle_seconds` is not used again. `ca_file` has the certificate authorities (PEM) that
    vouch for the server, instead of the system's. ValueError, which quotes no secret.
    """

    url: str = field(repr=False)
    sender: str
    timeout_seconds: float = 20
    connections: int = 8
    idle_seconds: float = 60
    ca_file: str | None = None

    def __post_init__(self) -> None:
        """Find mistakes when the worker starts, not with the first letter."""
        address_of(self.sender)
        parse(self.url)
        if self.timeout_seconds <= 0 or self.connections < 1 or self.idle_seconds <= 0:
            raise ValueError("timeout_seconds, connections and idle_seconds must be positive")


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
    """The parts of `MailSettings.url`. Raises `BrokenRule`."""
    try:
        parts = urlsplit(url)
        default = _DEFAULT_PORTS[parts.scheme]
        port = default if parts.port is None else parts.port
    except (ValueError, KeyError):
        raise BrokenRule(SettingRule.SMTP_URL) from None
    if not (parts.hostname and port) or parts.path.strip("/") or parts.query or parts.fragment:
        raise BrokenRule(SettingRule.SMTP_URL)
    if parts.username is not None and parts.scheme == "smtp":
        raise BrokenRule(SettingRule.SMTP_IN_CLEAR)
    return MailServer(
        host=parts.hostname,
        port=port,
        starttls=parts.scheme == "smtp+starttls",
        tls=parts.scheme == "smtps",
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.username is None else unquote(parts.password or ""),
    )


def checked_sender(sender: str) -> str:
    """The sender itself. Raises `BrokenRule` where no letter can come from it."""
    try:
        address_of(sender)
    except UnusableAddress:
        raise BrokenRule(SettingRule.SENDER) from None
    return sender
