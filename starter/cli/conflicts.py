"""Options that take each other's meaning: what cannot be done as it was typed is refused, never done in part."""

import typer
from typer.core import TyperOption

from starter.cli.errors import CliError
from starter.cli.input import STDIN
from starter.cli.problems import CliProblem

_TYPED = "COMMANDLINE"
"""The source of a value that was typed; a variable of the environment or a default may well be left unused."""


def not_together(option: str, is_given: object, other: str, is_other_given: object) -> None:
    """Refuses two options of which one makes the other meaningless. Raises `CliError`."""
    if is_given and is_other_given:
        raise CliError(CliProblem.NOT_TOGETHER, option=option, other=other)


def one_document_on_stdout(*, as_json: bool, **files: str | None) -> None:
    """Standard output takes one of several files, by the option that names it, or JSON. Raises `CliError`."""
    printed = [f"--{option} {STDIN}" for option, file in files.items() if file == STDIN]
    if as_json:
        printed.append("--json")
    if len(printed) > 1:
        raise CliError(CliProblem.NOT_TOGETHER, option=printed[0], other=printed[1])


def nothing_before_a_subcommand(context: typer.Context, *allowed: str) -> None:
    """Refuses a group's own options where a subcommand follows, which has its own. Raises `CliError`.

    `allowed` are the parameters that mean the same for all subcommands.
    """
    for parameter in context.command.params:
        if is_typed(context, parameter.name) and parameter.name not in allowed and isinstance(parameter, TyperOption):
            command = context.invoked_subcommand or "–"
            raise CliError(CliProblem.OPTION_TOO_EARLY, option=parameter.opts[0], command=command)


def is_typed(context: typer.Context, name: str | None) -> bool:
    """Whether a parameter was typed, rather than set by a variable or left alone."""
    source = context.get_parameter_source(name) if name else None
    return source is not None and source.name == _TYPED
