"""`ugyfelkapu dev`: starts everything in order, says where it is, and stops everything in order."""

import asyncio
import logging
import re
import signal
import sys
from contextlib import AsyncExitStack, ExitStack, suppress
from typing import TYPE_CHECKING, Final

from registration.sentences import N_, Sentence
from starter.cli.choices import Choices
from starter.cli.errors import CliError
from starter.cli.outcomes import DevAddresses
from starter.cli.output import console_of, show
from starter.cli.sentences import CliProblem
from starter.dev.lock import FolderInUse, folder_lock
from starter.translation import translated

_PASSWORD_PARAMETER: Final = re.compile(r"([?&](?:ssl)?password=)[^&]*", re.IGNORECASE)
"""libpq takes passwords as parameters, too."""

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
            raise CliError(CliProblem.FOLDER_UNUSABLE, reason=trouble.strerror or type(trouble).__name__) from None
        stack.enter_context(suppress(asyncio.CancelledError))
        try:
            asyncio.run(_serve(choices))
        except RuntimeError as failed:
            raise CliError(CliProblem.SERVER_FAILED, reason=str(failed)) from None


async def _serve(choices: Choices) -> None:
    _stop_once(asyncio.current_task())
    try:
        from settings.telemetry import log_as_json, log_to_stderr
        from starter.api.server import running_api
        from starter.dev.environment import embedded_servers
        from starter.dev.preparation import prepare_with_offices
        from starter.gateway import open_engine
        from worker import running_workers
    except ModuleNotFoundError:
        raise CliError(CliProblem.EXTRA_MISSING) from None

    log_to_stderr()
    console = console_of(stderr=True)
    async with AsyncExitStack() as stack:
        with console.status("PostgreSQL, Temporal, SMTP, API …"):
            addresses = await stack.enter_async_context(embedded_servers(choices.folder, ui=True))
            settings, client = addresses.settings(choices.folder), await addresses.connect()
            await prepare_with_offices(settings, client)
            await stack.enter_async_context(running_workers(client, settings))
            engine = await stack.enter_async_context(open_engine(settings, client, "dev"))
            api = await stack.enter_async_context(running_api(settings, engine, _api_address(settings)))
        log_as_json()
        _announce(choices, addresses, api)
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


def _api_address(settings: "Settings") -> str:
    """The address that is set; else the usual one, or a free port where somebody else has that."""
    from starter.dev.ports import listening_socket

    if "api_address" not in settings.model_fields_set:
        host, _, port = settings.api_address.rpartition(":")
        try:
            listening_socket(int(port)).close()
        except OSError:
            return f"{host}:0"
    return settings.api_address


def without_password(address: str) -> str:
    """A server's address as a terminal may show it; `dev env` has it whole, for programs."""
    beginning, at, rest = address.rpartition("@")
    scheme, _, user_and_password = beginning.partition("://")
    user, colon, _ = user_and_password.partition(":")
    shown = f"{scheme}://{user}:***@{rest}" if at and colon else address
    return _PASSWORD_PARAMETER.sub(r"\1***", shown)


def _announce(choices: Choices, addresses: "Addresses", api: str) -> None:
    where = DevAddresses(
        api=api,
        temporal=addresses.temporal,
        temporal_ui=addresses.temporal_ui,
        database_url=without_password(addresses.database),
        smtp=without_password(addresses.smtp),
        inbox="ugyfelkapu inbox",
        data=str(choices.folder.resolve()),
    )
    show(choices, where)
    if choices.as_json:
        return
    stop = translated(Sentence(N_("Ctrl-C: stop")), choices.language)
    console_of().print(f"\nugyfelkapu register examples/online.json\n{stop}")
    sys.stdout.flush()
