"""The options that all commands of a citizen share, said once: a command gets them as one `Citizen`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import typer

from starter.cli.choices import HERE, AsJson, Choices, ClientAddress, FromStdin, Lang, choices_of
from starter.cli.input import Secrets
from starter.cli.installation import run
from starter.cli.shared_options import Command, with_options_of

if TYPE_CHECKING:
    from starter.gateway import CitizenGateway, Engine

_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True)
class Citizen:
    """Where the client asks from, and whether what is secret comes from standard input."""

    choices: Choices
    client_address: str
    from_stdin: bool

    @property
    def secrets(self) -> Secrets:
        """Asks for what is secret."""
        return Secrets(from_stdin=self.from_stdin)

    def act(self, operation: "Callable[[CitizenGateway], Awaitable[_Outcome]]") -> _Outcome:
        """Does one operation. Raises what it raises."""
        from starter.gateway import CitizenGateway

        async def acting(engine: "Engine") -> _Outcome:
            return await operation(CitizenGateway(engine))

        return run(self.choices, acting)


def as_citizen(command: Command) -> Command:
    """The command with the options that say where the client asks from; its first argument is the `Citizen`."""
    return with_options_of(_citizen, command)


def _citizen(
    context: typer.Context,
    *,
    from_stdin: FromStdin = False,
    client_address: ClientAddress = HERE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> Citizen:
    return Citizen(choices_of(context), client_address, from_stdin)
