"""Options that several commands have, said once."""

from collections.abc import Callable
from functools import wraps
from inspect import Signature, signature
from typing import Any

Command = Callable[..., None]


def with_options_of(made_by: Callable[..., object], command: Command) -> Command:
    """Typer reads a command's options from its signature: it gets those of `made_by`, for `made_by` to take up.

    What `made_by` makes of them, and of Typer's context, is the command's first argument.
    """
    context, *shared = signature(made_by).parameters.values()
    _, *own = signature(command).parameters.values()

    @wraps(command)
    def with_options(**typed: Any) -> None:  # noqa: ANN401  as Typer parsed them
        made = made_by(**{each.name: typed.pop(each.name) for each in (context, *shared)})
        command(made, **typed)

    vars(with_options)["__signature__"] = Signature([context, *own, *shared])
    return with_options
