"""The embedded environment that `dev` runs: `demo` shows a life in it, `inbox` and `fast-forward` work on it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from registration.explanations import step_in_words
from registration.times import shown
from starter.cli.choices import COMMAND_LINE, AsJson, Lang, Reference, choices_of
from starter.cli.conflicts import not_together
from starter.cli.errors import CliError
from starter.cli.input import duration_of
from starter.cli.installation import needs_embedded, run
from starter.cli.outcomes import InboxLetter, InboxLine, ReceivedLetters, TimePassed
from starter.cli.output import columns, console_of, print_json, show, show_rows
from starter.cli.problems import CliProblem
from starter.translation import translated

if TYPE_CHECKING:
    from email.message import EmailMessage

    from registration.descriptions import Description
    from starter.gateway import Engine

app = typer.Typer()
PANEL: Final = "Embedded environment"

_PACKED: Final = Path(__file__).resolve().parents[1] / "dev" / "examples"
"""Where the wheel has them."""
_EXAMPLES: Final = _PACKED if _PACKED.is_dir() else Path(__file__).resolve().parents[2] / "examples"
_SKIP_SECONDS: Final = 120
"""Two years take a second; what takes longer waits for a worker that is not there."""


@app.command(rich_help_panel=PANEL)
def demo(
    context: typer.Context,
    examples: Annotated[
        Path,
        typer.Option(metavar="FOLDER", help="Where online.json, in-person.json and so on are.", show_default=False),
    ] = _EXAMPLES,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Take three registrations through their lives, on servers of its own and in skipped time (10 seconds).

    Nothing of an environment that runs here is used or touched. Exit status 0 means that every step happened.
    """
    from starter.cli.demo import play

    play(examples, choices_of(context))


@app.command(rich_help_panel=PANEL)
def inbox(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(metavar="NUMBER", help="Show this letter in full.")] = None,
    to: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Only letters to this address.")] = None,
    last: Annotated[bool, typer.Option("--last", help="Show the newest of these letters in full.")] = False,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """List the letters that have arrived in the embedded environment, or show one."""
    choices = choices_of(context)
    not_together("--last", last, "NUMBER", number is not None)
    needs_embedded(choices)
    from settings.mail_address import mailbox_key
    from starter.dev.environment import mails_folder
    from starter.dev.letters import read_letters

    letters = read_letters(mails_folder(choices.folder))
    lines = [_line(count, letter) for count, letter in enumerate(letters, 1)]
    wanted = [line for line in lines if to is None or mailbox_key(line.to) == mailbox_key(to)]
    if number is None and not last:
        show_rows(choices, ReceivedLetters(tuple(wanted)), columns(InboxLine), wanted)
        return
    line = _chosen(number, lines, wanted)
    _show_letter(line, letters[line.number - 1], as_json=choices.as_json)


@app.command(rich_help_panel=PANEL)
def fast_forward(
    context: typer.Context,
    reference: Reference,
    duration: Annotated[str | None, typer.Argument(metavar="DURATION", help="30d, 12h, 45m or 90s.")] = None,
    to_next_step: Annotated[
        bool, typer.Option("--to-next-step", help="To the next thing that happens by itself: a letter, a deadline.")
    ] = False,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Let the time of one registration pass, with everything that happens meanwhile."""
    choices = choices_of(context)
    if (duration is None) is not to_next_step:
        raise CliError(CliProblem.ONE_WAY_TO_GO)
    if needs_embedded(choices).temporal_ui is None:  # a server of the user's own does not skip time
        raise CliError(CliProblem.NOT_EMBEDDED)
    from starter.dev.time_skipping import LONGEST_SKIP, TimeNotSkipped

    period = None if duration is None else duration_of(duration, longest=LONGEST_SKIP)
    try:
        passed = run(choices, lambda engine: _forwarded(engine, reference, period))
    except TimeNotSkipped:
        raise CliError(CliProblem.TIME_NOT_SKIPPED) from None
    show(choices, passed, instead={"next_step": translated(step_in_words(passed.next_step), choices.language)})


async def _forwarded(engine: "Engine", reference: str, period: timedelta | None) -> TimePassed:
    from registration.dependencies import Dependency
    from registration.errors import Unavailable
    from starter.dev.agreement import agreed
    from starter.dev.time_skipping import Clocks
    from starter.gateway import AuditorGateway

    clocks, audit = Clocks(engine.client), AuditorGateway(engine, COMMAND_LINE)
    registration_id = await engine.registration_id(reference)
    try:
        async with asyncio.timeout(_SKIP_SECONDS):
            if period is None:
                moment = (await audit.describe(registration_id)).next_step_at
                if moment is None:
                    raise CliError(CliProblem.NOTHING_BY_ITSELF)
            else:
                moment = await clocks.time(registration_id) + period
            await clocks.forward_to(registration_id, moment)
            found = await agreed(audit, registration_id, lambda running: not _is_overdue(running, moment))
            return TimePassed(
                registration_id=registration_id,
                now=max(moment, found.as_of),
                status=found.status,
                deadline=found.deadline,
                next_step=found.next_step,
                next_step_at=found.next_step_at,
            )
    except TimeoutError:
        raise Unavailable(Dependency.WORKER) from None


def _is_overdue(running: "Description", moment: datetime) -> bool:
    return running.next_step_at is not None and running.next_step_at <= moment


def _line(number: int, letter: "EmailMessage") -> InboxLine:
    return InboxLine(number, letter["Date"].datetime, str(letter["To"]), str(letter["Subject"]))


def _chosen(number: int | None, lines: Sequence[InboxLine], wanted: Sequence[InboxLine]) -> InboxLine:
    """The letter of that number among the wanted ones, or the newest of them. Raises `CliError`."""
    if number is None:
        if not wanted:
            raise CliError(CliProblem.NO_LETTER_YET)
        return wanted[-1]
    if not 1 <= number <= len(lines):
        raise CliError(CliProblem.NO_SUCH_LETTER, count=str(len(lines)))
    if lines[number - 1] not in wanted:
        raise CliError(CliProblem.NO_LETTER_TO)
    return lines[number - 1]


def _show_letter(line: InboxLine, letter: "EmailMessage", *, as_json: bool) -> None:
    from starter.dev.letters import text_of

    text = text_of(letter)
    if as_json:
        print_json(InboxLetter(**vars(line), text=text))
        return
    console = console_of()
    console.print(f"Date: {shown(line.date)}", soft_wrap=True)
    for name in ("From", "To", "Subject"):
        console.print(f"{name}: {letter[name]}", soft_wrap=True)
    console.print()
    console.print(text, soft_wrap=True)
