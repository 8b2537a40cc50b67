"""Addresses of servers and files, and our own, as settings name them. Each function raises `BrokenRule`."""

import ipaddress
import re
import ssl
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

import idna

from settings.operator_files import read_file
from settings.setting_rules import BrokenRule, SettingRule

_LOOPBACK: Final = {"127.0.0.1", "::1", "localhost"}
_HIGHEST_PORT: Final = 65_535
_LIBPQ_ONLY: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(
        (
            *("fallback_application_name", "hostaddr", "keepalives_count", "keepalives_idle", "keepalives_interval"),
            *("oauth_client_id", "oauth_client_secret", "oauth_issuer", "oauth_scope", "replication", "requirepeer"),
            *("require_auth", "scram_client_key", "scram_server_key", "servicefile", "sslcrldir", "sslkeylogfile"),
            "tcp_user_timeout",
        ),
        frozenset(),
    ),
    "channel_binding": frozenset({"disable", "prefer"}),
    "gssdelegation": frozenset({"0"}),
    "gssencmode": frozenset({"disable", "prefer"}),
    "keepalives": frozenset({"0"}),
    "load_balance_hosts": frozenset({"disable"}),
    "max_protocol_version": frozenset({"3.0", "3.2", "latest"}),
    "min_protocol_version": frozenset({"3.0"}),
    "sslcertmode": frozenset({"allow"}),
    "sslcompression": frozenset({"0"}),
    "sslsni": frozenset({"1"}),
}
"""Parameters of libpq (PostgreSQL 18, "Parameter Key Words") that asyncpg does not know, each with the values that ask
for what happens anyway."""

_HOST: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.%]+\]|[^:\[\]]*)(?::(?P<port>[0-9]{1,5}))?")


_MOST_BYTES: Final = 10_000_000
"""All authorities that a system trusts have some hundred thousand."""

_SITE_HOST: Final = re.compile(r"[a-z0-9.-]+|[0-9a-f:.]+")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")

Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
NO_NETWORKS: Final = "none"


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


def admin(address: str) -> str:
    """`host:port`; a port alone is one that only this machine reaches, because it asks for no token."""
    try:
        found = listening(f"127.0.0.1:{address}" if address.isdecimal() else address)
    except BrokenRule:
        raise BrokenRule(SettingRule.ADMIN) from None
    if not found.host:
        raise BrokenRule(SettingRule.ADMIN)
    return f"[{found.host}]:{found.port}" if ":" in found.host else f"{found.host}:{found.port}"


class PostgresAddress(NamedTuple):
    """The address as the driver reads it, and libpq's `connect_timeout` in seconds, which the driver takes apart."""

    url: str
    connect_timeout: float | None


def postgres_address(url: str) -> PostgresAddress:
    """The address of PostgreSQL; several hosts are separated by commas.

    Parameters that only libpq knows the driver would pass to the server as parameters of the session, which the server
    refuses. One that asks for what the driver does anyway is left out; any other is refused by name.
    """
    parts = _split(url, SettingRule.DATABASE_URL)
    hosts = parts.netloc.rpartition("@")[2].split(",")
    if parts.scheme not in {"postgresql", "postgres"} or not all(_is_server(host) for host in hosts):
        raise BrokenRule(SettingRule.DATABASE_URL)
    connect_timeout, kept = None, []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name == "connect_timeout":
            connect_timeout = _connect_timeout(value)
        elif name not in _LIBPQ_ONLY:
            kept.append((name, value))
        elif value not in _LIBPQ_ONLY[name]:
            raise BrokenRule(SettingRule.DATABASE_PARAMETER, name=name)
    query = f"?{urlencode(kept, quote_via=quote)}" if kept else ""
    return PostgresAddress(url.partition("?")[0] + query, connect_timeout)


def _connect_timeout(seconds: str) -> float | None:
    """As libpq: whole seconds; 0 or less is none."""
    try:
        return max(int(seconds), 0) or None
    except ValueError:
        raise BrokenRule(SettingRule.DATABASE_PARAMETER, name="connect_timeout") from None


def web_address(url: str) -> str:
    """The address itself."""
    parts = _split(url, SettingRule.WEB_ADDRESS)
    try:
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no port, or one above 65535
        is_whole = False
    if not is_whole:
        raise BrokenRule(SettingRule.WEB_ADDRESS)
    return url


def temporal_address(address: str) -> str:
    """The address of Temporal's frontend, itself; without a port it is 80 to Temporal's library."""
    parts = _split(f"//{address}", SettingRule.TEMPORAL_ADDRESS)
    try:
        is_whole = parts.netloc == address and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no port, or one above 65535
        is_whole = False
    if not is_whole or re.search(r"[\s@]", address):
        raise BrokenRule(SettingRule.TEMPORAL_ADDRESS)
    return address


def site_origin(url: str) -> str:
    """The origin of a site as browsers write it (RFC 6454, section 6.2); over plain http on loopback alone."""
    parts = _split(url, SettingRule.SITE_ADDRESS)
    try:
        port, host = parts.port, _ascii_host(parts.hostname or "")
    except ValueError:  # idna's errors are of this kind, too
        raise BrokenRule(SettingRule.SITE_ADDRESS) from None
    is_whole = parts.path in {"", "/"} and not (parts.query or parts.fragment or "@" in parts.netloc)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not (is_whole and is_safe and _SITE_HOST.fullmatch(host)):
        raise BrokenRule(SettingRule.SITE_ADDRESS)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + ("" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}")


def _ascii_host(host: str) -> str:
    return host if host.isascii() else idna.encode(host, uts46=True, transitional=False).decode()


def networks(text: str) -> Networks:
    """Networks, separated by commas; none of them where the text says `none`.

    An IPv4 network is written as one: addresses are compared after their mapping into IPv6 is undone.
    """
    if text == NO_NETWORKS:
        return ()
    try:
        found = tuple(ipaddress.ip_network(part.strip()) for part in text.split(","))
    except ValueError:
        raise BrokenRule(SettingRule.NETWORKS) from None
    for network in found:
        is_mapped = isinstance(network, ipaddress.IPv6Network) and network.overlaps(_MAPPED)
        if network.prefixlen == 0 or is_mapped:
            raise BrokenRule(SettingRule.NETWORKS)
    return found


def token_keys(location: str) -> str:
    """A web address or a file, itself. Over plain http an attacker in between could exchange the keys."""
    parts = _split(location, SettingRule.TOKEN_KEYS)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise BrokenRule(SettingRule.TOKEN_KEYS)
    return location


def issuer(url: str) -> str:
    """The address of an OpenID provider, itself; over plain http on loopback alone (OpenID Connect Discovery, 4)."""
    parts = _split(url, SettingRule.ISSUER)
    if not _is_safe(parts) or parts.query or parts.fragment:
        raise BrokenRule(SettingRule.ISSUER)
    return url


def is_safe_web(url: str) -> bool:
    """Whether it is an https address, or one over plain http on loopback."""
    try:
        return _is_safe(urlsplit(url))
    except ValueError:
        return False


def origin(url: str) -> str:
    """Scheme, host and port of a web address, as a policy for contents names them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _is_safe(parts: SplitResult) -> bool:
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )


def is_web(location: str) -> bool:
    """Whether it is a web address, not a file."""
    return urlsplit(location).scheme in {"https", "http"}


def certificates(file: str) -> str:
    """A file of certificates, itself."""
    try:
        read_file(Path(file), _MOST_BYTES)
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
