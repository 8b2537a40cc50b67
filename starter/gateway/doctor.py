"""Examines an installation: what a process checks at its start, what it depends on, and all of the night page."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

import asyncpg
from temporalio.client import Client

from registration.answers import AS_OF, answer, label
from registration.dependencies import Dependency
from registration.errors import Unavailable
from registration.health_advice import advice
from registration.sentences import Catalogue, Sentence, in_words
from registration.system_health import (
    CERTIFICATES_WITHIN,
    LISTS_WITHIN,
    SECURITY_TXT_WITHIN,
    HealthCheck,
    HealthCheckName,
    HealthReason,
    HealthState,
    complete,
    ending,
    off,
    unusable,
    well,
)
from settings.setting_rules import SettingsError
from settings.settings import Settings
from settings.start_problems import CannotStart
from settings.trust_ends import certificate_ends, revocation_list_ends, security_txt_ends
from starter.gateway.engine import now
from starter.gateway.openid import OpenIdProvider
from starter.gateway.openid_client import OpenIdClient
from starter.gateway.token_keys import TokenKeys
from store.clock import check_clock
from store.database import opened_pool
from store.key_checks import KeyChecks
from store.keys import checkpoint_folder, key_ring, keys_of
from store.open_store import check_schema
from store.revisions import revision_of
from store.statistics import StatisticsStore
from store.trouble import naming_database_trouble
from store.writer import Writer
from temporal.client import check_namespace, connect
from temporal.health_board import HealthBoard, Look
from temporal.preparation import missing_attributes
from temporal.system_health import SystemHealthChecks

_WITHIN_SECONDS: Final = 12
"""For all checks, side by side: a connection without an answer gives up after 10."""

_CONNECTIONS: Final = 4

_OWN_DEPENDENCY: Final = {
    HealthCheckName.DATABASE: Dependency.DATABASE,
    HealthCheckName.TEMPORAL: Dependency.TEMPORAL,
    HealthCheckName.TOKEN_KEYS: Dependency.TOKEN_KEYS,
    HealthCheckName.SIGN_IN: Dependency.SIGN_IN,
    HealthCheckName.CERTIFICATES: Dependency.TRUST,
    HealthCheckName.REVOCATION_LISTS: Dependency.TRUST,
}
"""What a check is about: that this does not answer is what it finds. Whatever else is away leaves it unknown."""

MailReached = Callable[[], Awaitable[str | None]]
"""Reaches the mail server; if it cannot be used, the kind of failure, which quotes nothing."""

Probe = Callable[[], Awaitable[HealthCheck]]


@answer
@dataclass(frozen=True)
class Diagnosis:
    """A check, and what to do about it."""

    found: HealthCheck = field(metadata=label("check", "What was checked, and what was found."))
    advice: str | None = field(metadata=label("what to do", "What to do; null where nothing is to be done."))


@answer
@dataclass(frozen=True)
class InstallationHealth:
    """Everything that was checked; `is_well`: nothing needs attention, and nothing is unknown."""

    as_of: datetime = field(metadata=AS_OF)
    is_well: bool = field(metadata=label("in order", "Whether nothing needs attention, and nothing is unknown."))
    diagnoses: tuple[Diagnosis, ...] = field(metadata=label("diagnoses", "One for each thing that was checked."))


def of_wrong_settings(trouble: CannotStart | SettingsError, catalogue: Catalogue) -> InstallationHealth:
    """Where settings cannot be used, nothing else can be checked."""
    found = unusable(HealthCheckName.SETTINGS, now())
    return InstallationHealth(
        now(), is_well=False, diagnoses=(Diagnosis(found, in_words(trouble.sentence, catalogue)),)
    )


async def examined(
    settings: Settings, temporal: Mapping[str, str], mail: MailReached, catalogue: Catalogue
) -> InstallationHealth:
    """Looks at everything, side by side, within some 20 seconds; changes nothing but a row without meaning.

    `temporal` is the environment of its connection. Raises `CannotStart` or `SettingsError` where that cannot be used.
    """
    client = await connect(temporal, lazy=True)
    async with AsyncExitStack() as stack:
        examination = _Examination(settings, temporal, client, mail, await _opened(settings, stack))
        board = HealthBoard(now())
        stack.callback(board.close)
        checks = await board.look(examination.looks, within_seconds=_WITHIN_SECONDS)
    sentences = {found.check: examination.sentences.get(found.check) or advice(found) for found in checks}
    return InstallationHealth(
        now(),
        is_well=all(found.state in {HealthState.WELL, HealthState.OFF} for found in checks),
        diagnoses=tuple(Diagnosis(found, _words(sentences[found.check], catalogue)) for found in checks),
    )


def _words(sentence: Sentence | None, catalogue: Catalogue) -> str | None:
    return in_words(sentence, catalogue) if sentence else None


async def _opened(
    settings: Settings, stack: AsyncExitStack
) -> "asyncpg.Pool[asyncpg.Record] | CannotStart | Unavailable":
    """Connections to the database, or why there are none."""
    try:
        with naming_database_trouble():
            opened = opened_pool(settings.database_url.get_secret_value(), most=_CONNECTIONS)
            return await stack.enter_async_context(opened)
    except (CannotStart, Unavailable) as trouble:
        return trouble


class _Examination:
    """The checks of one call; `sentences` say of some what is wrong and what to do."""

    def __init__(
        self,
        settings: Settings,
        temporal: Mapping[str, str],
        client: Client,
        mail: MailReached,
        pool: "asyncpg.Pool[asyncpg.Record] | CannotStart | Unavailable",
    ) -> None:
        self.sentences: dict[HealthCheckName, Sentence] = {}
        self._settings = settings
        self._temporal = temporal
        self._client = client
        self._mail = mail
        self._opened = pool

    @property
    def looks(self) -> Mapping[HealthCheckName, Look]:
        """In the order in which they are shown."""
        probes: dict[HealthCheckName, Probe] = {
            HealthCheckName.SETTINGS: self._known_settings,
            HealthCheckName.DATABASE: self._database,
            HealthCheckName.CLOCK: self._clock,
            HealthCheckName.SCHEMA: self._schema,
            HealthCheckName.KEYS: self._keys,
            HealthCheckName.TEMPORAL: self._namespace,
            HealthCheckName.SEARCH_ATTRIBUTES: self._search_attributes,
            HealthCheckName.MAIL_SERVER: self._mail_server,
            HealthCheckName.TOKEN_KEYS: self._token_keys,
            HealthCheckName.SIGN_IN: self._sign_in,
            HealthCheckName.CERTIFICATES: self._certificates,
            HealthCheckName.REVOCATION_LISTS: self._revocation_lists,
            HealthCheckName.SECURITY_TXT: self._security_txt,
            **SystemHealthChecks(self._client, checkpoint_folder(self._settings), self._undelivered_between).all,
        }
        return {check: partial(self._named, check, probe) for check, probe in probes.items()}

    async def _named(self, check: HealthCheckName, probe: Probe) -> HealthCheck:
        """What a probe finds; why a process could not start has a sentence of its own."""
        try:
            return await probe()
        except (CannotStart, SettingsError) as trouble:
            self.sentences[check] = trouble.sentence
        except Unavailable as trouble:
            if trouble.dependency is not _OWN_DEPENDENCY.get(check):
                raise
            self.sentences[check] = trouble.for_operators
        return unusable(check, now())

    @property
    def _pool(self) -> "asyncpg.Pool[asyncpg.Record]":
        """Raises `Unavailable` where there is none."""
        if isinstance(self._opened, CannotStart | Unavailable):
            raise Unavailable(Dependency.DATABASE)
        return self._opened

    async def _known_settings(self) -> HealthCheck:
        return well(HealthCheckName.SETTINGS, now())

    async def _database(self) -> HealthCheck:
        if isinstance(self._opened, CannotStart | Unavailable):
            raise self._opened
        with naming_database_trouble():
            if await revision_of(self._opened):
                await Writer(self._opened, key_ring(self._settings)).prove_writable(now())
        return well(HealthCheckName.DATABASE, now())

    async def _clock(self) -> HealthCheck:
        async with self._pool.acquire() as connection:
            await check_clock(connection)
        return well(HealthCheckName.CLOCK, now())

    async def _schema(self) -> HealthCheck:
        await check_schema(self._pool)
        return well(HealthCheckName.SCHEMA, now())

    async def _keys(self) -> HealthCheck:
        await check_schema(self._pool)
        checks = await KeyChecks.read(self._pool)
        checks.compare(keys_of(self._settings))
        if not await Writer(self._pool, key_ring(self._settings)).has_seal_key():
            return HealthCheck(HealthCheckName.KEYS, HealthState.ALERT, now(), reason=HealthReason.MISSING)
        return well(HealthCheckName.KEYS, now())

    async def _namespace(self) -> HealthCheck:
        await check_namespace(self._client)
        return well(HealthCheckName.TEMPORAL, now())

    async def _search_attributes(self) -> HealthCheck:
        return complete(HealthCheckName.SEARCH_ATTRIBUTES, sorted(await missing_attributes(self._client)), now())

    async def _mail_server(self) -> HealthCheck:
        if self._settings.smtp_url is None:
            return off(HealthCheckName.MAIL_SERVER, now())
        reason = await self._mail()
        if reason is None:
            return well(HealthCheckName.MAIL_SERVER, now())
        return unusable(HealthCheckName.MAIL_SERVER, now(), name=reason)

    async def _token_keys(self) -> HealthCheck:
        if self._settings.token_keys is None:
            return off(HealthCheckName.TOKEN_KEYS, now())
        keys = TokenKeys(self._settings.token_keys)
        await keys.load()
        if not await keys.known():
            raise Unavailable(Dependency.TOKEN_KEYS)
        return well(HealthCheckName.TOKEN_KEYS, now())

    async def _sign_in(self) -> HealthCheck:
        if self._settings.staff_issuer is None:
            return off(HealthCheckName.SIGN_IN, now())
        if not await OpenIdProvider(OpenIdClient.of(self._settings)).can_be_used():
            raise Unavailable(Dependency.SIGN_IN)
        return well(HealthCheckName.SIGN_IN, now())

    async def _certificates(self) -> HealthCheck:
        ends = await asyncio.to_thread(certificate_ends, self._settings, self._temporal)
        return ending(HealthCheckName.CERTIFICATES, ends, CERTIFICATES_WITHIN, now())

    async def _revocation_lists(self) -> HealthCheck:
        ends = await asyncio.to_thread(revocation_list_ends, self._settings)
        return ending(HealthCheckName.REVOCATION_LISTS, ends, LISTS_WITHIN, now())

    async def _security_txt(self) -> HealthCheck:
        ends = await asyncio.to_thread(security_txt_ends, self._settings)
        return ending(HealthCheckName.SECURITY_TXT, ends, SECURITY_TXT_WITHIN, now())

    async def _undelivered_between(self, since: datetime, until: datetime) -> int:
        return await StatisticsStore(self._pool).undelivered_between(since, until)
