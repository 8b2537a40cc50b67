"""`ugyfelkapu demo`: shows the rehearsal as it happens, as three chapters and a closing table."""

import time
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from rich import box
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from registration.statuses import Status
from starter.cli.errors import CliError
from starter.cli.output import console_of
from starter.cli.sentences import CliProblem

_COLOURS: Final = {
    Status.AWAITING_ACTIVATION: "yellow",
    Status.TEMPORARY: "cyan",
    Status.ACTIVE: "green",
    Status.PASSWORD_EXPIRED: "magenta",
    Status.INACTIVE: "red",
    Status.AWAITING_REACTIVATION: "yellow",
    Status.LAPSED: "red",
}
_WIDEST: Final = max(len(status) for status in _COLOURS)


def play(examples: Path) -> None:
    """Plays the rehearsal before the terminal, or before whatever reads the output. Raises `CliError`."""
    import asyncio

    try:
        from starter.dev.rehearsal import rehearse
        from starter.dev.rehearsal_stage import Ending, RehearsalFailed
    except ModuleNotFoundError:
        raise CliError(CliProblem.EXTRA_MISSING) from None

    began = time.monotonic()
    endings: list[Ending]
    with Narrator() as narrator:
        try:
            endings = asyncio.run(rehearse(examples.resolve(), narrator))
        except RehearsalFailed as failed:
            raise CliError(CliProblem.REHEARSAL_FAILED, reason=str(failed)) from None
        except OSError as trouble:
            raise CliError(
                CliProblem.FILE_UNREADABLE,
                field=Path(trouble.filename or "--examples").name,
                reason=trouble.strerror or type(trouble).__name__,
            ) from None
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for column in ("registration", "PostgreSQL", "", "Temporal", "events", "letters"):
        table.add_column(column, justify="right" if column in {"events", "letters"} else "left", no_wrap=True)
    for ending in endings:
        agree = "=" if ending.stored is ending.running.status else "≠"
        stored, running = _styled(ending.stored), _styled(ending.running.status)
        table.add_row(ending.name, stored, agree, running, str(ending.events), str(ending.letters))
    console = console_of()
    console.print("\nAt the end: PostgreSQL, asked in SQL, and Temporal, asked by its query", style="bold")
    console.print(table)
    console.print(f"Every step happened, every letter arrived, every date was exact; {time.monotonic() - began:.1f} s.")


class Narrator:
    """The rehearsal's watcher: a line for each step, and on a terminal what is being done right now."""

    def __init__(self) -> None:
        """Prints to standard output."""
        self._console = console_of()
        self._status = self._console.status("…")

    def __enter__(self) -> Self:
        """Starts showing progress, where there is a terminal."""
        self._status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stops showing progress."""
        self._status.stop()

    def chapter(self, title: str) -> None:
        """A life begins."""
        self._console.print()
        self._console.print(title, style="bold")

    def working(self, on: str) -> None:
        """What is being done at the moment."""
        self._status.update(Text(on))

    def step(self, at: datetime, status: Status, text: str) -> None:
        """A line with the date in the registration's own time (UTC)."""
        line = Text.assemble(f"  {at:%Y-%m-%d %H:%M}  ", _styled(status, width=_WIDEST), "  ", text)
        self._console.print(line, soft_wrap=True)

    def letter(self, letter: EmailMessage, *, whole: bool) -> None:
        """The letter's subject, and its text where that is asked for."""
        self._console.print(f"                    ✉ {letter['To']}: {letter['Subject']}", style="blue", soft_wrap=True)
        if whole:
            body = letter.get_body(("plain",))
            text = "" if body is None else str(body.get_content()).strip()
            self._console.print(Panel(Text(text), width=80, border_style="blue"))


def _styled(status: Status, *, width: int = 0) -> Text:
    return Text(status.ljust(width), style=_COLOURS.get(status, ""))
