"""`ugyfelkapu demo`: shows the rehearsal as it happens, as three chapters and a closing table."""

import time
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from rich import box
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from registration import sentences
from registration.sentences import N_, Sentence
from registration.statuses import Language, Status
from registration.times import shown
from settings.operator_files import problem_of
from starter.cli.choices import Choices
from starter.cli.errors import CliError
from starter.cli.output import console_of, decimal, print_json
from starter.cli.problems import CliProblem
from starter.dev.letters import text_of
from starter.translation import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import JustifyMethod

    from starter.dev.rehearsal_stage import LifeEnd


_COLOURS: Final = {
    Status.AWAITING_ACTIVATION: "yellow",
    Status.TEMPORARY: "cyan",
    Status.ACTIVE: "green",
    Status.PASSWORD_EXPIRED: "magenta",
    Status.INACTIVE: "red",
    Status.AWAITING_REACTIVATION: "yellow",
    Status.LAPSED: "red",
}
_WIDTH: Final = 80
"""Columns of a letter's text with its frame."""
_TIME_WIDTH: Final = 21
"""Of a time in summer, whose zone has four letters."""
_FIRST_NUMBER: Final = 4
"""The first of the columns that count."""


_COLUMNS: Final = (N_("registration"), "PostgreSQL", "", "Temporal", N_("events"), N_("letters"))
_ENDS: Final = Sentence(N_("At the end: PostgreSQL, asked in SQL, and Temporal, asked by its query"))
_DONE: Final = N_("Every step happened, every letter arrived, every date was exact; {seconds} s.")


def play(examples: Path, choices: Choices) -> None:
    """Plays the rehearsal before the terminal, or before whatever reads the output. Raises `CliError`."""
    import asyncio

    try:
        from starter.dev.rehearsal import rehearse
        from starter.dev.rehearsal_stage import RehearsalFailed
    except ModuleNotFoundError:
        raise CliError(CliProblem.EXTRA_MISSING) from None

    began = time.monotonic()
    with Narrator(choices) as narrator:
        try:
            endings = asyncio.run(rehearse(examples.resolve(), narrator, choices.language))
        except RehearsalFailed as failed:
            raise CliError(CliProblem.REHEARSAL_FAILED, reason=str(failed)) from None
        except OSError as trouble:
            raise CliError(
                CliProblem.FILE_UNREADABLE,
                field=Path(trouble.filename or "--examples").name,
                reason=problem_of(trouble),
            ) from None
    if choices.as_json:
        print_json(endings)
    else:
        _show_endings(endings, choices.language, time.monotonic() - began)


def _show_endings(endings: "Sequence[LifeEnd]", language: Language, seconds: float) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for place, column in enumerate(_COLUMNS):
        justify: JustifyMethod = "right" if place >= _FIRST_NUMBER else "left"
        table.add_column(translated(Sentence(column), language), justify=justify, no_wrap=True)
    for ending in endings:
        agree = "=" if ending.stored is ending.running.status else "≠"
        stored, running = _styled(ending.stored, language), _styled(ending.running.status, language)
        name = translated(Sentence(ending.name), language)
        table.add_row(name, stored, agree, running, str(ending.events), str(ending.letters))
    console = console_of()
    console.print("\n" + translated(_ENDS, language), style="bold")
    console.print(table)
    console.print(translated(Sentence(_DONE, {"seconds": decimal(seconds, language)}), language))


class Narrator:
    """The rehearsal's watcher: a line for each step, and on a terminal what is being done right now."""

    def __init__(self, choices: Choices) -> None:
        """Prints to standard output; nothing where JSON is asked for."""
        self._language = choices.language
        self._widest = max(len(_word(status, self._language)) for status in _COLOURS)
        self._console = console_of()
        self._console.quiet = choices.as_json
        self._status = self._console.status("…")

    def __enter__(self) -> Self:
        """Starts showing progress, where there is a terminal."""
        self._status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stops showing progress."""
        self._status.stop()

    def chapter(self, title: sentences.Text) -> None:
        """A life begins."""
        self._console.print()
        self._console.print(translated(title, self._language), style="bold")

    def working(self, on: sentences.Text) -> None:
        """What is being done at the moment."""
        self._status.update(Text(translated(on, self._language)))

    def step(self, at: datetime, status: Status, text: sentences.Text) -> None:
        """A line with the date in the registration's own time."""
        line = Table.grid(padding=(0, 2, 0, 0))
        for is_text in (False, False, True):
            line.add_column(no_wrap=not is_text, overflow="fold")
        styled = _styled(status, self._language, width=self._widest)
        line.add_row(shown(at, to_the_second=False).ljust(_TIME_WIDTH), styled, translated(text, self._language))
        self._console.print(Padding(line, (0, 0, 0, 2)))

    def letter(self, letter: EmailMessage, *, whole: bool) -> None:
        """The letter's subject, and its text where that is asked for."""
        line = Text(f"✉ {letter['To']}: {letter['Subject']}", style="blue")
        self._console.print(Padding(line, (0, 0, 0, 24)))
        if whole:
            lines = "\n".join(text_of(letter).splitlines()).strip()
            text = "\n\n".join(" ".join(paragraph.split("\n")) for paragraph in lines.split("\n\n"))
            self._console.print(Panel(Text(text), width=_WIDTH, border_style="blue"))


def _styled(status: Status, language: Language, *, width: int = 0) -> Text:
    return Text(_word(status, language).ljust(width), style=_COLOURS.get(status, ""))


def _word(status: Status, language: Language) -> str:
    return translated(status, language) if language is Language.HU else status
