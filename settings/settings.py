"""Settings from the environment (`UGYFELKAPU_*`); Temporal's own come from Temporal's environment configuration."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args

from pydantic import AfterValidator, DirectoryPath, Field, FilePath, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from settings import addresses, mail
from settings.keys import parse_key, parse_keys, parse_search_keys
from settings.mail_address import emails
from settings.processes import Process
from settings.secret_files import given, is_file_given
from settings.security_txt import read_security_txt
from settings.setting_rules import BrokenRule, SettingRule, SettingsError, one_line

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_RULES: Final = {
    "missing": SettingRule.REQUIRED,
    "int_parsing": SettingRule.WHOLE_NUMBER,
    "float_parsing": SettingRule.NUMBER,
    "finite_number": SettingRule.NUMBER,
    "path_not_directory": SettingRule.FOLDER,
    "path_not_file": SettingRule.FILE,
}
"""What pydantic finds wrong by itself, by its own names."""


def _secret(check: Callable[[str], object]) -> AfterValidator:
    def checked(value: SecretStr) -> SecretStr:
        check(value.get_secret_value())
        return value

    return AfterValidator(checked)


def _text(check: Callable[[str], object]) -> AfterValidator:
    def checked(value: str) -> str:
        check(value)
        return value

    return AfterValidator(checked)


_KeyRing = Annotated[SecretStr, _secret(parse_keys)]


class Settings(BaseSettings):
    """Everything that an installation decides. Keys are `id:base64` of 32 bytes each, separated by commas.

    `settings.processes` says who reads what. A secret may be in a file instead (`settings.secret_files`).
    """

    model_config = SettingsConfigDict(
        env_prefix="UGYFELKAPU_", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    database_url: Annotated[SecretStr, _secret(addresses.postgres_address)]
    """`postgresql://…`"""
    database_connections: int = Field(default=10, ge=2)
    """At most so many connections for each process."""
    smtp_url: Annotated[SecretStr, _secret(mail.parse)] | None = None
    """`smtp://host:port`, `smtp+starttls://user:password@host:port` or `smtps://…`. The worker needs it."""
    mail_from: Annotated[str, _text(mail.checked_sender)] = "ugyfelkapu@example.hu"
    """The sender of every letter."""
    smtp_timeout_seconds: float = Field(default=20, gt=0, allow_inf_nan=False)
    smtp_connections: int = Field(default=8, ge=1)
    smtp_idle_seconds: float = Field(default=60, gt=0, allow_inf_nan=False)
    """A connection that rested longer is not used again: servers and firewalls forget it."""
    smtp_ca_file: Annotated[str, _text(addresses.certificates)] | None = None
    """Certificate authorities (PEM) that vouch for the mail server, instead of the system's; none: the system's."""
    letters_per_second: float = Field(default=200, gt=0, allow_inf_nan=False)
    """For all workers of the queue together; must be the same on each of them: Temporal takes the latest."""
    portal_url: Annotated[str, _text(addresses.web_address)] = "https://ugyfelkapu.example.hu"
    """The address that letters name, and that citizens' browsers know the pages by."""
    master_keys: _KeyRing
    """Wrap the registrations' keys; the first is the one in use."""
    code_keys: _KeyRing | None = None
    """Derive one-time codes; the first is the one in use. All but the pages for staff need them."""
    index_key: Annotated[SecretStr, _secret(parse_key)]
    """Makes the keyed hashes of limits, idempotency keys, imports, used signatures; base64 of 32 bytes; never changes.

    Also those by which persons are found, unless `search_keys` is given.
    """
    search_keys: Annotated[SecretStr, _secret(parse_search_keys)] | None = None
    """Make the indexes by which persons are found: `id:base64` or `id:base64:folding`; the first makes, all find."""
    admin_address: Annotated[str, AfterValidator(addresses.admin)] | None = None
    """`port` on this machine alone, or `host:port`, of `/livez`, `/readyz` and `/metrics`; none by default."""
    signature_trust_roots: DirectoryPath | None = None
    """The folder of the certificate authorities (PEM) whose signatures open a registration; none: no such channel."""
    signature_revocation_lists: DirectoryPath | None = None
    """The folder of their revocation lists (DER or PEM); none: revocation is not checked."""
    build_id: str | None = None
    """Names this build in the worker deployment `ugyfelkapu`; without it workers are not versioned."""
    hashing_threads: int = Field(default=2, ge=1)
    """Password hashes computed at once; about one for each core."""
    api_address: Annotated[str, _text(addresses.listening)] = "127.0.0.1:8000"
    """`host:port` of the HTTP API."""
    pages_address: Annotated[str, _text(addresses.listening)] = "127.0.0.1:8080"
    """`host:port` of the pages for citizens."""
    staff_url: Annotated[str, _text(addresses.site_origin)] | None = None
    """The address that the browsers of staff know their pages by. The pages for staff need it."""
    staff_address: Annotated[str, _text(addresses.listening)] = "127.0.0.1:8081"
    """`host:port` of the pages for staff."""
    staff_keys: _KeyRing | None = None
    """Seal the sessions of staff; the first seals, all open. The pages for staff need them."""
    staff_issuer: Annotated[str, _text(addresses.issuer)] | None = None
    """The OpenID provider that staff sign in at: the claim `iss` of its id tokens. The pages for staff need it."""
    staff_client_id: str | None = None
    """What that provider calls the pages for staff. They need it."""
    staff_client_key: FilePath | None = None
    """The private key (PEM or JWK) by which they prove to it who they are (`private_key_jwt`)."""
    staff_client_secret: SecretStr | None = None
    """Instead of the key, a secret."""
    temporal_ui_url: Annotated[str, _text(addresses.web_address)] | None = None
    """The namespace in Temporal's web UI (`https://…/namespaces/ugyfelkapu`), for auditors' links; none: no links."""
    trusted_proxies: Annotated[str, _text(addresses.networks)] | None = None
    """The networks of the proxies whose `X-Forwarded-For` the pages believe, or `none`.

    The pages need it where `portal_url` is https: else all clients would have one address, the proxy's, and one of them
    could use up what is allowed to all.
    """
    security_txt: Annotated[str, _text(read_security_txt)] | None = None
    """The file (RFC 9116) that the pages give out at `/.well-known/security.txt`; none: there is no such address.

    One that has expired is not given out, and stops no process.
    """
    data_controller: Annotated[str, _text(one_line)] | None = None
    """Who is responsible for personal data (GDPR article 13): name, address, contact, data protection officer."""
    privacy_notice_url: Annotated[str, _text(addresses.web_address)] | None = None
    """That controller's own full privacy notice, which the page about privacy links to; none: no link."""
    token_issuer: str | None = None
    """Who signs the callers' tokens: the claim `iss`. The API needs it."""
    token_audience: str = "ugyfelkapu"  # noqa: S105  a name
    """The name of this API: the claim `aud` of callers' tokens, and the issuer of log-in assertions."""
    token_keys: Annotated[str, _text(addresses.token_keys)] | None = None
    """The issuer's public keys: the https address of a JWKS, or a file with PEM or a JWKS. The API needs it."""
    assertion_keys: _KeyRing | None = None
    """Sign log-in assertions: Ed25519 seeds; the first signs, all verify. The API needs them."""

    checkpoint_folder: DirectoryPath | None = None
    """Where the daily checkpoints of the record go, outside the database; none: there are none."""
    checkpoint_keys: _KeyRing | None = None
    """Sign checkpoints: Ed25519 seeds; the first signs, all verify. Needed where checkpoints are made."""
    checkpoint_public_keys: _KeyRing | None = None
    """Verify checkpoints where no seed is: the public keys (`ugyfelkapu secrets` derives them), which are no secret."""
    auditors: Annotated[str, _text(emails)] = ""
    """E-mail addresses, separated by commas, that each checkpoint is mailed to."""
    archive_folder: DirectoryPath | None = None
    """Where the histories of finished runs go before Temporal's retention removes them; none: they are not kept."""


def _is_secret(annotation: Any) -> bool:  # noqa: ANN401  an annotation is of any type
    return annotation is SecretStr or any(map(_is_secret, get_args(annotation)))


SECRETS: Final = tuple(name for name, field in Settings.model_fields.items() if _is_secret(field.annotation))
"""Those that may be in a file."""


def auditors_of(settings: Settings) -> tuple[str, ...]:
    """The addresses that each checkpoint is mailed to."""
    return emails(settings.auditors)


def site_origin_of(settings: Settings) -> str:
    """The origin of the pages for citizens, as browsers write it. Raises `SettingsError`."""
    return _origin_of(settings, "portal_url")


def staff_origin_of(settings: Settings) -> str:
    """The origin of the pages for staff, which is not that of the others. Raises `SettingsError`."""
    required(settings, "staff_url")
    found = _origin_of(settings, "staff_url")
    if found == _origin_of(settings, "portal_url"):
        raise SettingsError("staff_url", BrokenRule(SettingRule.OWN_SITE))
    return found


def trusted_proxies_of(settings: Settings, origin: str) -> addresses.Networks:
    """The networks of the proxies in front of the pages at an origin. Raises `SettingsError` where they are needed."""
    if settings.trusted_proxies is None and origin.startswith("https:"):
        raise SettingsError("trusted_proxies", BrokenRule(SettingRule.PROXIES_NEEDED))
    return addresses.networks(settings.trusted_proxies or addresses.NO_NETWORKS)


def _origin_of(settings: Settings, name: str) -> str:
    try:
        return addresses.site_origin(getattr(settings, name))
    except BrokenRule as broken:
        raise SettingsError(name, broken) from None


def required(settings: Settings, name: str) -> str:
    """A setting that only some processes need. Raises `SettingsError` where it is not given."""
    value = getattr(settings, name)
    if not value:
        raise SettingsError(name, BrokenRule(SettingRule.REQUIRED))
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def load_settings(overrides: Mapping[str, str] | None = None, process: Process | None = None) -> Settings:
    """What a process reads of the settings, all else as if it were not given; without a process it is everything.

    `overrides` are by field name. Raises `SettingsError` with one sentence.
    """
    known = dict(overrides or {})
    files = {name for name in SECRETS if name not in known and is_file_given(name)}
    known |= {name: text for name in files if (text := given(name))}
    try:
        settings = Settings(**known)  # type: ignore[arg-type]  # pydantic parses the text
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0])
        raise SettingsError(f"{name}_file" if name in files else name, _broken(first)) from None
    if process:
        foreign = Settings.model_fields.keys() - process.reads
        settings = settings.model_copy(update={name: Settings.model_fields[name].get_default() for name in foreign})
    for name in sorted(process.needs if process else ()):
        required(settings, name)
    if settings.checkpoint_folder and not (settings.checkpoint_keys or settings.checkpoint_public_keys):
        raise SettingsError("checkpoint_public_keys", BrokenRule(SettingRule.VERIFYING_KEYS))
    return settings


def _broken(found: "ErrorDetails") -> BrokenRule:
    facts = found.get("ctx", {})
    match found["type"]:
        case "value_error" if isinstance(broken := facts.get("error"), BrokenRule):
            return broken
        case "greater_than":
            return BrokenRule(SettingRule.ABOVE, least=f"{facts['gt']:g}")
        case "greater_than_equal":
            return BrokenRule(SettingRule.AT_LEAST, least=f"{facts['ge']:g}")
        case kind:
            return BrokenRule(_RULES.get(kind, SettingRule.NOT_ACCEPTED))
