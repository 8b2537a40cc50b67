"""The options that commands of an operator share: a command gets them as one `Operations`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import typer

from starter.cli.choices import AsJson, Choices, Lang, Operator, choices_of, required_operator
from starter.cli.installation import run
from starter.cli.shared_options import Command, with_options_of

if TYPE_CHECKING:
    from starter.gateway import Engine, OperationsGateway

_Outcome = TypeVar("_Outcome")


@dataclass(frozen=True)
class Operations:
    """Who acts."""

    choices: Choices
    operator: str

    def act(self, operation: "Callable[[OperationsGateway], Awaitable[_Outcome]]") -> _Outcome:
        """Does one operation. Raises what it raises."""
        return self.act_with(lambda operations, _: operation(operations))

    def act_with(self, operation: "Callable[[OperationsGateway, Engine], Awaitable[_Outcome]]") -> _Outcome:
        """The same, where the gateway itself is needed too."""
        from starter.gateway import OperationsGateway

        async def acting(engine: "Engine") -> _Outcome:
            return await operation(OperationsGateway(engine, self.operator), engine)

        return run(self.choices, acting)


def as_operator(command: Command) -> Command:
    """The command with the options that say who acts; its first argument is the `Operations`."""
    return with_options_of(_operations, command)


def _operations(
    context: typer.Context, *, operator: Operator = None, _json: AsJson = False, _lang: Lang = None
) -> Operations:
    return Operations(choices_of(context), required_operator(operator))
