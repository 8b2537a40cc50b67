"""Settings from the environment (`UGYFELKAPU_*`); Temporal's own come from Temporal's environment configuration."""

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from pydantic import DirectoryPath, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_KEY_BYTES: Final = 32


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and the rule, never its value."""


class Settings(BaseSettings):
    """Everything that an installation decides. Keys are `id:base64` of 32 bytes each, separated by commas."""

    model_config = SettingsConfigDict(env_prefix="UGYFELKAPU_", extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr
    """`postgresql://…`"""
    database_connections: int = Field(default=10, ge=2)
    """At most so many connections for each process."""
    smtp_url: SecretStr
    """`smtp://host:port`, `smtp+starttls://user:password@host:port` or `smtps://…`."""
    mail_from: str = "ugyfelkapu@example.hu"
    """The sender of every letter."""
    smtp_timeout_seconds: float = Field(default=20, gt=0)
    smtp_connections: int = Field(default=8, ge=1)
    letters_per_second: float = Field(default=200, gt=0)
    """For all workers of the queue together; must be the same on each of them (TEMPORAL.md)."""
    portal_url: str = "https://ugyfelkapu.example.hu"
    """The address that letters name."""
    master_keys: SecretStr
    """Wrap the registrations' keys; the first is the one in use."""
    code_keys: SecretStr
    """Derive one-time codes; the first is the one in use."""
    index_key: SecretStr
    """Makes the blind index of user names; base64 of 32 bytes; can't be changed later."""
    metrics_address: str | None = None
    """`host:port` of the worker's `/metrics`; none by default."""
    health_address: str | None = None
    """`host:port` of the worker's `/healthz`; none by default."""
    signature_trust_roots: DirectoryPath | None = None
    """The folder of the certificate authorities (PEM) whose signatures open a registration; none: no such channel."""
    signature_revocation_lists: DirectoryPath | None = None
    """The folder of their revocation lists (DER or PEM); none: revocation is not checked."""
    build_id: str | None = None
    """Names this build in the worker deployment `ugyfelkapu`; without it workers are not versioned."""
    hashing_threads: int = Field(default=2, ge=1)
    """Password hashes computed at once; about one for each core."""
    api_address: str = "127.0.0.1:8000"
    """`host:port` of the HTTP API."""
    token_issuer: str | None = None
    """Who signs the callers' tokens: the claim `iss`. The API needs it."""
    token_audience: str = "ugyfelkapu"  # noqa: S105  a name
    """The name of this API: the claim `aud` of callers' tokens, and the issuer of log-in assertions."""
    token_keys: str | None = None
    """The issuer's public keys: the https address of a JWKS, or a file with PEM or a JWKS. The API needs it."""
    assertion_keys: SecretStr | None = None
    """Sign log-in assertions: Ed25519 seeds; the first signs, all verify. The API needs them."""

    checkpoint_folder: DirectoryPath | None = None
    """Where the daily checkpoints of the record go, outside the database; none: there are none."""
    checkpoint_keys: SecretStr | None = None
    """Sign checkpoints: Ed25519 seeds; the first signs, all verify. Needed where checkpoints are made."""
    auditors: str = ""
    """E-mail addresses, separated by commas, that each checkpoint is mailed to."""
    archive_folder: DirectoryPath | None = None
    """Where the histories of finished runs go before Temporal's retention removes them; none: they are not kept."""

    @field_validator("master_keys", "code_keys", "assertion_keys", "checkpoint_keys")
    @classmethod
    def _ring(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parse_keys(value)
        return value

    @field_validator("auditors")
    @classmethod
    def _addresses(cls, value: str) -> str:
        if any(auditor.count("@") != 1 or not auditor.isprintable() for auditor in _listed(value)):
            raise ValueError("must be e-mail addresses, separated by commas")
        return value

    @field_validator("index_key")
    @classmethod
    def _key(cls, value: SecretStr) -> SecretStr:
        parse_key(value.get_secret_value())
        return value


def auditors_of(settings: Settings) -> tuple[str, ...]:
    """The addresses that each checkpoint is mailed to."""
    return _listed(settings.auditors)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def required(settings: Settings, name: str) -> str:
    """A setting that only some processes need. Raises `SettingsError` where it is not given."""
    value = getattr(settings, name)
    if not value:
        raise SettingsError(f"UGYFELKAPU_{name.upper()}: must be given")
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def load_settings(overrides: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; `overrides` are by field name. Raises `SettingsError` with one sentence."""
    try:
        return Settings(**dict(overrides or {}))  # type: ignore[arg-type]  # pydantic parses the text
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        name = "UGYFELKAPU_" + str(first["loc"][0]).upper()
        raise SettingsError(f"{name}: {first['msg']}") from None


def parse_keys(ring: SecretStr | str) -> dict[str, bytes]:
    """The keys of a ring by id, in order. Raises `ValueError` that names the rule, never the key."""
    keys: dict[str, bytes] = {}
    for entry in (ring if isinstance(ring, str) else ring.get_secret_value()).split(","):
        kid, separator, key = entry.strip().partition(":")
        if not separator or not kid or kid in keys:
            raise ValueError("must be id:base64 pairs with different ids, separated by commas")
        keys[kid] = parse_key(key)
    return keys


def parse_key(text: str) -> bytes:
    """A key. Raises `ValueError` unless it is base64 of 32 bytes."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise ValueError(f"must be base64 of {_KEY_BYTES} bytes")
    return key
