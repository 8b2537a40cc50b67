"""Runs the pages of a site until the process is stopped."""

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Final

import structlog

from settings.metrics import SITE_METRICS, Metrics
from settings.processes import Process
from settings.settings import (
    Settings,
    required,
    site_origin_of,
    staff_origin_of,
    trusted_proxies_of,
)
from settings.telemetry import log_as_json, logging_runtime
from settings.traces import tracing
from settings.trust_ends import watching_ends
from starter.gateway import (
    AccountDrafts,
    AccountGateway,
    BrowserSessions,
    CitizenGateway,
    Continuations,
    DeskPages,
    Drafts,
    Engine,
    Idempotency,
    LogInHistory,
    PortalGateway,
    ReadinessCheck,
    StaffDoor,
    StaffSessions,
    StaffSignIn,
    open_engine,
)
from starter.gateway.openid import OpenIdProvider
from starter.gateway.openid_client import OpenIdClient
from starter.pages.bare_page import bare_page
from starter.pages.citizen.app import build as build_for_citizens
from starter.pages.citizen.site import CitizenSite
from starter.pages.site import Site
from starter.pages.staff.app import build as build_for_staff
from starter.pages.staff.site import StaffSite
from starter.serving.admin_port import serving_admin_port
from starter.serving.connections import Bounds
from starter.serving.forgetting import forgetting
from starter.serving.server import collect_rarely, serving, stop_signal
from temporal.api_key import following_api_key
from temporal.client import connect
from temporal.task_queues import watching_queues

_log = structlog.get_logger()


@asynccontextmanager
async def running_pages(
    settings: Settings, engine: Engine, address: str, bounds: Bounds | None = None
) -> AsyncIterator[str]:
    """The pages for citizens at `host:port` as long as the context lasts, and their URL.

    Leaving it finishes what is under way. Port 0 is any free one. Citizens know the pages by `portal_url`, which may be
    another address. Raises `SettingsError`.
    """
    site = citizen_site_on(settings, engine)
    async with (
        _observed(settings, engine, site),
        serving(build_for_citizens(site), address, CITIZENS.address, bare_page, bounds) as url,
        forgetting(site.requests, site.sessions, site.drafts, site.log_ins),
    ):
        yield url


@asynccontextmanager
async def running_staff_pages(
    settings: Settings, engine: Engine, address: str, bounds: Bounds | None = None
) -> AsyncIterator[str]:
    """The same for staff, who know them by `staff_url`. Raises `SettingsError`."""
    site = staff_site_on(settings, engine)
    await site.provider.can_be_used()  # so that one which does not answer is in the log from the first second
    async with (
        _observed(settings, engine, site),
        serving(build_for_staff(site), address, STAFF.address, bare_page, bounds) as url,
        forgetting(site.requests, site.sessions, site.sign_in, DeskPages(engine)),
    ):
        yield url


@asynccontextmanager
async def _observed(settings: Settings, engine: Engine, site: Site) -> AsyncIterator[None]:
    """Shows operators how a site is, on an address of its own, if the settings have one."""
    async with (
        following_api_key(engine.client),
        serving_admin_port(settings.admin_address, engine.metrics, site.metrics, site.health.readiness),
        watching_queues(engine.client, engine.metrics),
        watching_ends(settings, os.environ, engine.metrics),
    ):
        yield


def _check_citizen_settings(settings: Settings) -> None:
    """Finds what a site needs before any server is asked for anything. Raises `SettingsError`."""
    trusted_proxies_of(settings, site_origin_of(settings))


def _check_staff_settings(settings: Settings) -> None:
    trusted_proxies_of(settings, staff_origin_of(settings))
    required(settings, "staff_keys")
    OpenIdClient.of(settings)


@dataclass(frozen=True)
class SiteProcess:
    """A process that serves one site: `kind` is what the table of running processes calls it, `address` a setting."""

    process: Process
    kind: str
    address: str
    check_settings: Callable[[Settings], None]
    running: Callable[[Settings, Engine, str], AbstractAsyncContextManager[str]]


CITIZENS: Final = SiteProcess(Process.PAGES, "pages", "pages_address", _check_citizen_settings, running_pages)
STAFF: Final = SiteProcess(
    Process.STAFF_PAGES, "staff-pages", "staff_address", _check_staff_settings, running_staff_pages
)


async def run(site: SiteProcess, settings: Settings, temporal: Mapping[str, str], address: str) -> None:
    """Runs until SIGTERM or Ctrl-C. Raises `SettingsError`, `CannotStart`, `Unavailable`."""
    site.check_settings(settings)
    log_as_json()
    stop = stop_signal()
    async with tracing(f"ugyfelkapu-{site.kind}"):
        # Lazy: log-in answers while Temporal is away (principle 10).
        client = await connect(temporal, runtime=logging_runtime(), lazy=True)
        async with open_engine(settings, client, site.kind) as engine, site.running(settings, engine, address) as url:
            collect_rarely()
            _log.info("listening", url=url)
            await stop.wait()


def citizen_site_on(settings: Settings, engine: Engine) -> CitizenSite:
    """The site on an open gateway. Raises `SettingsError`."""
    origin = site_origin_of(settings)
    return CitizenSite(
        origin=origin,
        trusted_proxies=trusted_proxies_of(settings, origin),
        security_txt=settings.security_txt,
        requests=Idempotency(engine),
        health=ReadinessCheck(engine),
        metrics=Metrics(SITE_METRICS),
        data_controller=settings.data_controller,
        privacy_notice_url=settings.privacy_notice_url,
        citizen=CitizenGateway(engine),
        portal=PortalGateway(engine),
        accounts=AccountGateway(engine),
        drafts=Drafts(engine),
        account_drafts=AccountDrafts(engine),
        continuations=Continuations(engine),
        sessions=BrowserSessions(engine),
        log_ins=LogInHistory(engine),
    )


def staff_site_on(settings: Settings, engine: Engine) -> StaffSite:
    """The same for staff. Raises `SettingsError`."""
    _check_staff_settings(settings)
    origin, sessions = staff_origin_of(settings), StaffSessions(engine)
    provider = OpenIdProvider(OpenIdClient.of(settings))
    return StaffSite(
        origin=origin,
        trusted_proxies=trusted_proxies_of(settings, origin),
        security_txt=settings.security_txt,
        requests=Idempotency(engine),
        health=ReadinessCheck(engine),
        metrics=Metrics(SITE_METRICS),
        engine=engine,
        provider=provider,
        sessions=sessions,
        sign_in=StaffSignIn(engine, provider, sessions, origin),
        door=StaffDoor(engine),
        account_drafts=AccountDrafts(engine),
        continuations=Continuations(engine),
        temporal_ui=settings.temporal_ui_url,
    )
