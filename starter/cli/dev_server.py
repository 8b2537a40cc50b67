"""`ugyfelkapu dev`: starts everything in order, says where it is, and stops everything in order."""

import asyncio
import logging
import re
import signal
import sys
from contextlib import AsyncExitStack, ExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from registration.sentences import N_, Sentence
from settings.operator_files import problem_of
from starter.cli.choices import Choices
from starter.cli.errors import CliError
from starter.cli.outcomes import DevAddresses
from starter.cli.output import console_of, show
from starter.cli.problems import CliProblem
from starter.dev.lock import FolderInUse, folder_lock
from starter.translation import translated

_PASSWORD_PARAMETER: Final = re.compile(r"([?&](?:ssl)?password=)[^&]*", re.IGNORECASE)
"""libpq takes passwords as parameters, too."""

_API: Final = "api_address"
_PAGES: Final = "pages_address"
_STAFF: Final = "staff_address"
_SITES: Final = (_API, _PAGES, _STAFF)
_INBOX_PORT: Final = 8025
"""The usual one of programs that catch mail."""
_PROVIDER_PORT: Final = 8082
"""Behind those of both sites."""
_REACHED_AT: Final = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104  where one listens already
"""Addresses that mean every one of this machine."""

if TYPE_CHECKING:
    from settings.settings import Settings
    from starter.dev.environment import Addresses


def serve(choices: Choices) -> None:
    """Runs the embedded environment until Ctrl-C or SIGTERM. Raises `CliError`."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
    with ExitStack() as stack:
        try:
            stack.enter_context(folder_lock(choices.folder))
        except FolderInUse:
            raise CliError(CliProblem.FOLDER_IN_USE) from None
        except OSError as trouble:
            raise CliError(CliProblem.FOLDER_UNUSABLE, reason=problem_of(trouble)) from None
        stack.enter_context(suppress(asyncio.CancelledError))
        try:
            asyncio.run(_serve(choices))
        except RuntimeError as failed:
            raise CliError(CliProblem.SERVER_FAILED, reason=str(failed)) from None


async def _serve(choices: Choices) -> None:
    _stop_once(asyncio.current_task())
    try:
        from settings.secret_files import given
        from settings.settings import required
        from settings.telemetry import log_as_json, log_to_stderr
        from settings.traces import tracing
        from starter.api.server import running_api
        from starter.dev.environment import embedded_servers, mails_folder
        from starter.dev.inbox_page import running_inbox
        from starter.dev.preparation import prepare_with_offices
        from starter.dev.staff_provider import running_staff_provider
        from starter.gateway import open_engine
        from starter.pages.server import running_pages, running_staff_pages
        from worker import running_workers
    except ModuleNotFoundError:
        raise CliError(CliProblem.EXTRA_MISSING) from None

    log_to_stderr()
    console = console_of(stderr=True)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(tracing("ugyfelkapu-dev"))
        with console.status("PostgreSQL, Temporal, SMTP, API, web …"):
            addresses = await stack.enter_async_context(embedded_servers(choices.folder, ui=True))
            settings, client = addresses.settings(choices.folder), await addresses.connect()
            ports = _Ports(settings)
            addresses = replace(
                addresses,
                portal=_local_url(ports.pages_address),
                staff=_local_url(ports.staff_address),
                staff_issuer=ports.provider_url,
            )
            addresses.announce(choices.folder)
            settings = addresses.settings(choices.folder)
            await prepare_with_offices(settings, client)
            await stack.enter_async_context(running_workers(client, settings))
            engine = await stack.enter_async_context(open_engine(settings, client, "dev"))
            api = await stack.enter_async_context(running_api(settings, engine, ports.api_address))
            await stack.enter_async_context(running_pages(settings, engine, ports.pages_address))
            if settings.staff_issuer == ports.provider_url:
                provider = running_staff_provider(
                    ports.provider, required(settings, "staff_url"), required(settings, "staff_client_secret")
                )
                await stack.enter_async_context(provider)
            await stack.enter_async_context(running_staff_pages(settings, engine, ports.staff_address))
            inbox = None
            if given("smtp_url") is None:
                inbox = await stack.enter_async_context(running_inbox(mails_folder(choices.folder), ports.inbox))
        log_as_json()
        _announce(choices, addresses, settings, api, inbox)
        await asyncio.Event().wait()


def _stop_once(serving: "asyncio.Task[None] | None") -> None:
    """The first signal stops in order; more of them, as an impatient Ctrl-C, change nothing."""
    stopping = asyncio.Event()

    def stop() -> None:
        if serving and not stopping.is_set():
            stopping.set()
            serving.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)


class _Ports:
    """Where everything listens: at the address that is set; else on the usual port, or on a free one.

    The ports are known, and held against other environments, before anything listens: the worker writes letters first.
    """

    def __init__(self, settings: "Settings") -> None:
        from starter.dev.ports import ReservedPorts

        usual = [_parts(type(settings).model_fields[name].default)[1] for name in _SITES]
        wanted = [*usual, _INBOX_PORT, _PROVIDER_PORT]
        self._held = ReservedPorts(len(wanted), wanted=wanted)
        *ports, self.inbox, self.provider = self._held.numbers
        self.api_address, self.pages_address, self.staff_address = (
            _with_port(settings, name, port) for name, port in zip(_SITES, ports, strict=True)
        )

    @property
    def provider_url(self) -> str:
        """The issuer of the embedded provider."""
        return f"http://127.0.0.1:{self.provider}"


def _with_port(settings: "Settings", name: str, port: int) -> str:
    address: str = getattr(settings, name)
    host, set_port = _parts(address)
    return address if name in settings.model_fields_set and set_port else f"{host}:{port}"


def _parts(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)


def _local_url(address: str) -> str:
    """How a browser on this machine reaches what listens at an address."""
    host, port = _parts(address)
    return f"http://{_REACHED_AT.get(host, host)}:{port}"


def without_password(address: str) -> str:
    """A server's address as a terminal may show it; `dev env` has it whole, for programs."""
    beginning, at, rest = address.rpartition("@")
    scheme, _, user_and_password = beginning.partition("://")
    user, colon, _ = user_and_password.partition(":")
    shown = f"{scheme}://{user}:***@{rest}" if at and colon else address
    return _PASSWORD_PARAMETER.sub(r"\1***", shown)


def _announce(choices: Choices, addresses: "Addresses", settings: "Settings", api: str, inbox: str | None) -> None:
    where = DevAddresses(
        pages=settings.portal_url,
        staff=settings.staff_url or "",
        inbox=inbox,
        api=api,
        temporal_ui=addresses.temporal_ui,
        temporal=addresses.temporal,
        database_url=without_password(addresses.database),
        smtp=without_password(addresses.smtp),
        data=str(choices.folder.resolve()),
    )
    show(choices, where)
    if choices.as_json:
        return
    stop = translated(Sentence(N_("Ctrl-C: stop")), choices.language)
    console_of().print(f"\nugyfelkapu register examples/online.json\n{stop}")
    sys.stdout.flush()
