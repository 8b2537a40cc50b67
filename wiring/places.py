"""Where servers, files and we ourselves are to be found, as settings name them. Each raises `BrokenRule`."""

import ipaddress
import re
import ssl
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from wiring.setting_rules import BrokenRule, SettingRule

_LOOPBACK: Final = {"127.0.0.1", "::1", "localhost"}
_HIGHEST_PORT: Final = 65_535
_HOST: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.%]+\]|[^:\[\]]*)(?::(?P<port>[0-9]{1,5}))?")


class Listening(NamedTuple):
    """An address to listen on; without a host it is every one of this machine."""

    host: str
    port: int


def listening(address: str) -> Listening:
    """The parts of `host:port`; port 0 is any free one."""
    found = _HOST.fullmatch(address)
    if found is None or found["port"] is None or int(found["port"]) > _HIGHEST_PORT:
        raise BrokenRule(SettingRule.LISTEN)
    return Listening(found["host"].strip("[]"), int(found["port"]))


def listening_numeric(address: str) -> str:
    """The address itself, whose host is an IP address: Temporal's library looks up no name."""
    try:
        ipaddress.ip_address(listening(address).host)
    except ValueError:
        raise BrokenRule(SettingRule.LISTEN_NUMERIC) from None
    return address


def database_url(url: str) -> str:
    """The address of PostgreSQL itself; several hosts are separated by commas."""
    parts = _split(url, SettingRule.DATABASE_URL)
    hosts = parts.netloc.rpartition("@")[2].split(",")
    if parts.scheme not in {"postgresql", "postgres"} or not all(_is_server(host) for host in hosts):
        raise BrokenRule(SettingRule.DATABASE_URL)
    return url


def web_address(url: str) -> str:
    """The address itself."""
    parts = _split(url, SettingRule.WEB_ADDRESS)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BrokenRule(SettingRule.WEB_ADDRESS)
    return url


def token_keys(location: str) -> str:
    """A web address or a file, itself. Over plain http whoever is on the way could exchange the keys."""
    parts = _split(location, SettingRule.TOKEN_KEYS)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise BrokenRule(SettingRule.TOKEN_KEYS)
    return location


def is_web(location: str) -> bool:
    """Whether it is a web address, not a file."""
    return urlsplit(location).scheme in {"https", "http"}


def certificates(file: str) -> str:
    """A file of certificates, itself."""
    try:
        ssl.create_default_context(cafile=file)
    except (OSError, ValueError):  # SSLError is an OSError
        raise BrokenRule(SettingRule.CERTIFICATES) from None
    return file


def _split(url: str, rule: SettingRule) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise BrokenRule(rule) from None


def _is_server(address: str) -> bool:
    found = _HOST.fullmatch(address)
    return found is not None and (found["port"] is None or 0 < int(found["port"]) <= _HIGHEST_PORT)
