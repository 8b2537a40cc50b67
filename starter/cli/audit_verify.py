"""`ugyfelkapu audit verify`: whether the record is whole, that of one registration or all of it."""

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from registration.answers import plain
from registration.sentences import Sentence
from registration.times import shown as shown_time
from settings.operator_files import problem_of
from starter.cli.choices import COMMAND_LINE, AsJson, Auditor, Choices, Lang, choices_of
from starter.cli.errors import REFUSED, CliError
from starter.cli.installation import installation, run
from starter.cli.output import console_of, json_text, progress_bar, show
from starter.cli.problems import CliProblem
from starter.translation import catalogue, translated

if TYPE_CHECKING:
    from datetime import datetime

    from starter.gateway import Engine, FindingLine, VerificationReport, VerificationRun

_MOST_PROCESSES: Final = 64
"""Each has a connection to PostgreSQL, which has a hundred by default, and some hundred megabytes of memory."""


@dataclass(frozen=True)
class _Whole:
    """The options of a verification of everything."""

    without_temporal: bool
    against: Path | None
    checkpoints: Path | None
    processes: int | None
    resume: Path | None


def verify(
    context: typer.Context,
    reference: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="One registration: its id, receipt number or user name.")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="The whole record, in one pass.")] = False,
    without_temporal: Annotated[
        bool, typer.Option("--without-temporal", help="Leave Temporal's histories out: faster by far.")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --all: a checkpoint's document that you have kept, from your mail."),
    ] = None,
    checkpoints: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            file_okay=False,
            exists=True,
            help="With --all: your own copy of the checkpoints, instead of the installation's.",
        ),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            min=1,
            max=_MOST_PROCESSES,
            help="With --all: how many processes share the registrations; if not given, one for each processor that "
            "this command may use, at most 16.",
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With --all: keep the progress in this file, and continue from it after an interruption; removed at "
            "the end.",
        ),
    ] = None,
    auditor: Auditor = COMMAND_LINE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Recompute the record and name every difference; exit status 0 where it is whole, 1 where something was found.

    Chains, read model, evidence, credentials, access record, checkpoints, Temporal's histories.
    """
    choices = choices_of(context)
    of_all = bool(against or checkpoints or processes or resume)
    if everything is (reference is not None) or (reference is not None and of_all):
        raise CliError(CliProblem.ONE_WAY_TO_VERIFY)
    if reference is None:
        whole = _Whole(without_temporal, against, checkpoints, processes, resume)
        report = _verified_whole(choices, auditor, whole)
    else:
        report = _verified_one(choices, auditor, reference, with_temporal=not without_temporal)
    if not report.whole:
        raise typer.Exit(REFUSED)


def _verified_one(choices: Choices, auditor: str, reference: str, *, with_temporal: bool) -> "VerificationReport":
    from starter.gateway import AuditorGateway

    words, printing = catalogue(choices.language), _Printing(choices)
    report = run(
        choices,
        lambda engine: AuditorGateway(engine, auditor).verification.one(
            reference, with_temporal=with_temporal, catalogue=words
        ),
    )
    for finding in report.findings:
        printing.finding(finding)
    printing.end(report)
    return report


def _verified_whole(choices: Choices, auditor: str, whole: _Whole) -> "VerificationReport":
    from starter.gateway import ProgressUnreadable, ProgressUnusable, ProgressUnwritable, VerifierEnded

    begun: list[VerificationRun] = []

    async def verified(engine: "Engine") -> "VerificationReport":
        if task := asyncio.current_task():
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await _printed(choices, engine, auditor, whole, begun)

    try:
        return run(choices, verified)
    except ProgressUnusable as trouble:
        raise CliError(CliProblem.PROGRESS_UNUSABLE, reason=trouble.problem) from None
    except ProgressUnreadable as trouble:
        raise CliError(CliProblem.FILE_UNREADABLE, field="--resume", reason=_cause(trouble)) from None
    except ProgressUnwritable as trouble:
        raise CliError(CliProblem.FILE_UNWRITABLE, field="--resume", reason=_cause(trouble)) from None
    except VerifierEnded:
        raise CliError(CliProblem.VERIFIER_ENDED) from None
    except (KeyboardInterrupt, asyncio.CancelledError):
        count = f"{begun[0].registrations:,}" if begun else "0"
        if whole.resume is None:
            raise CliError(CliProblem.VERIFICATION_INTERRUPTED, count=count) from None
        raise CliError(CliProblem.VERIFICATION_KEPT, count=count, file=str(whole.resume)) from None


async def _printed(
    choices: Choices, engine: "Engine", auditor: str, whole: _Whole, begun: "list[VerificationRun]"
) -> "VerificationReport":
    """Prints each finding as it comes, and the report."""
    from starter.gateway import AuditorGateway, FurtherProcesses, usual_processes

    verification, found = AuditorGateway(engine, auditor).verification, installation(choices)
    printing = _Printing(choices)
    with _progress(choices, await verification.count()) as advance:
        try:
            verifying = verification.everything(
                advance,
                with_temporal=not whole.without_temporal,
                against=whole.against,
                folder=whole.checkpoints,
                processes=FurtherProcesses(whole.processes or usual_processes(), found.settings, found.temporal),
                resume=whole.resume,
                catalogue=catalogue(choices.language),
            )
        except OSError as trouble:
            raise CliError(CliProblem.FILE_UNREADABLE, field="--against", reason=problem_of(trouble)) from None
        begun.append(verifying)
        async with aclosing(verifying.findings) as findings:
            async for finding in findings:
                printing.finding(finding)
    if verifying.continued_from:
        begun_at = shown_time(verifying.continued_from)
        _tell(choices, CliProblem.VERIFICATION_CONTINUED.with_facts(file=str(whole.resume), begun=begun_at))
    if verifying.not_kept:
        _tell(choices, CliProblem.FINDINGS_NOT_KEPT.with_facts(count=f"{verifying.not_kept:,}"))
    printing.end(verifying.report, besides=verifying.not_kept, continued_from=verifying.continued_from)
    verifying.end()
    return verifying.report


def _tell(choices: Choices, sentence: Sentence) -> None:
    console_of(stderr=True).print(translated(sentence, choices.language))


def _cause(trouble: Exception) -> str:
    return problem_of(trouble.__cause__) if isinstance(trouble.__cause__, Exception) else type(trouble).__name__


class _Printing:
    """Prints findings as they come, however many there are; last what was looked at. JSON is one document."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._written = 0

    def finding(self, found: "FindingLine") -> None:
        if self._choices.as_json:
            before = "," if self._written else '{\n  "findings": ['
            sys.stdout.write(f"{before}\n    {json_text(plain(found))}")
        else:
            place = f" #{found.sequence}" if found.sequence else ""
            sys.stdout.write(f"{found.about}{place}  {found.kind}  {found.sentence}\n")
        self._written += 1

    def end(self, report: "VerificationReport", *, besides: int = 0, continued_from: "datetime | None" = None) -> None:
        """Of the report, its findings are printed already, but for those that are counted `besides`.

        As JSON it also says when the run began that this one continues.
        """
        if not self._choices.as_json:
            show(self._choices, report, instead={"findings": self._written + besides})
            return
        rest = {name: value for name, value in plain(report).items() if name != "findings"}
        if continued_from:
            rest["continued_from"] = continued_from.isoformat()
        beginning = "\n  ]," if self._written else '{\n  "findings": [],'
        sys.stdout.write(beginning + json_text(rest, indent=2).removeprefix("{") + "\n")
        sys.stdout.flush()


@contextmanager
def _progress(choices: Choices, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where that is a terminal."""
    with progress_bar(choices) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.update(task, completed=done)
