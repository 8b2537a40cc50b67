"""Which installation a command works on: the embedded one of this folder, or the one that the environment names."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from settings.processes import Process
from settings.secret_files import given
from settings.settings import Settings, load_settings
from starter.cli.choices import Choices
from starter.cli.errors import CliError
from starter.cli.problems import CliProblem
from starter.dev.lock import is_in_use

if TYPE_CHECKING:
    from starter.dev.environment import Addresses
    from starter.gateway import Engine

_DATABASE: Final = "database_url"
_TEMPORAL: Final = "TEMPORAL_ADDRESS"
_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True)
class Installation:
    """Settings, and the environment variables of the Temporal connection."""

    settings: Settings
    temporal: dict[str, str]


def embedded(choices: Choices) -> "Addresses | None":
    """The environment that `ugyfelkapu dev` runs on this folder, unless another database or Temporal is named."""
    if not is_in_use(choices.folder):
        return None
    from starter.dev.environment import Addresses

    addresses = Addresses.of_running(choices.folder)
    if addresses is None:
        return None
    is_own = given(_DATABASE) in {None, addresses.database}
    return addresses if is_own and os.environ.get(_TEMPORAL, addresses.temporal) == addresses.temporal else None


def needs_embedded(choices: Choices) -> "Addresses":
    """The same, for commands that work nowhere else. Raises `CliError`."""
    addresses = embedded(choices)
    if addresses is None:
        raise CliError(CliProblem.NOT_EMBEDDED)
    return addresses


def installation(choices: Choices, process: Process | None = None) -> Installation:
    """The installation to work on, with the settings that a process reads. Raises `CliError`, `SettingsError`."""
    addresses = embedded(choices)
    if addresses:
        return Installation(addresses.settings(choices.folder, process), addresses.temporal_environment())
    if choices.needs_folder:
        raise CliError(CliProblem.NO_ENVIRONMENT)
    if given(_DATABASE) is None:
        raise CliError(CliProblem.NO_INSTALLATION)
    return Installation(load_settings(process=process), dict(os.environ))


def run(choices: Choices, operation: "Callable[[Engine], Awaitable[_Outcome]]") -> _Outcome:
    """Opens the gateway, runs one operation on it, and closes it. Raises what the operation raises."""
    from settings.telemetry import log_to_stderr
    from starter.gateway import open_engine
    from temporal.client import connect

    log_to_stderr()

    async def opened() -> _Outcome:
        found = installation(choices)
        # Lazy: log-in answers while Temporal is away (principle 10).
        client = await connect(found.temporal, lazy=True)
        async with open_engine(found.settings, client, "command") as engine:
            return await operation(engine)

    return asyncio.run(opened())
