"""`ugyfelkapu audit checkpoint | keys | verify | proof`: the provable record; `accesses` and `acts` too."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registration.answers import plain
from settings.operator_files import problem_of
from starter.cli.audit_accesses import accesses
from starter.cli.audit_acts import acts
from starter.cli.choices import COMMAND_LINE, AsJson, Auditor, Choices, Lang, Reference, choices_of
from starter.cli.errors import REFUSED, CliError
from starter.cli.installation import run
from starter.cli.output import console_of, json_text, print_json, progress_bar, show
from starter.cli.problems import CliProblem
from starter.translation import catalogue

if TYPE_CHECKING:
    from starter.gateway import CheckpointKeys, Engine, FindingLine, VerificationReport


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    for command in (checkpoint, keys, verify, proof, accesses, acts):
        app.command()(command)


def checkpoint(context: typer.Context, _json: AsJson = False, _lang: Lang = None) -> None:
    """Make a checkpoint of the whole record now: signed, written to the folder, mailed to the auditors."""
    from starter.gateway import AuditorGateway

    choices = choices_of(context)
    with console_of(stderr=True).status("…"):
        made = run(choices, lambda engine: AuditorGateway(engine, COMMAND_LINE).checkpoints.make())
    show(choices, made)


def keys(context: typer.Context, auditor: Auditor = COMMAND_LINE, _json: AsJson = False, _lang: Lang = None) -> None:
    """Print the public keys (Ed25519) that verify checkpoints and proofs; keep a copy outside this system."""
    from starter.gateway import AuditorGateway

    choices = choices_of(context)

    async def known(engine: "Engine") -> "CheckpointKeys":
        return await AuditorGateway(engine, auditor).checkpoints.keys()

    found = run(choices, known)
    if choices.as_json:
        print_json(found)
        return
    for key in found.keys:
        sys.stdout.write(f"{key.key_id}: {key.hex}\n{key.pem}")


def proof(
    context: typer.Context,
    reference: Reference,
    *,
    events: Annotated[bool, typer.Option("--events", help="Add the events that the proven hash commits to.")] = False,
    auditor: Auditor = COMMAND_LINE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Print the proof (JSON) that the last checkpoint holds a registration's chain; docs/verify_proof.py checks it."""
    from starter.gateway import AuditorGateway

    print_json(
        run(
            choices_of(context),
            lambda engine: AuditorGateway(engine, auditor).checkpoints.proof(reference, with_events=events),
        )
    )


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
    auditor: Auditor = COMMAND_LINE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Recompute the record and name every difference; exit status 0 where it is whole, 1 where something was found.

    Chains, read model, evidence, credentials, access record, checkpoints, Temporal's histories.
    """
    choices = choices_of(context)
    if everything is (reference is not None) or (reference is not None and (against or checkpoints)):
        raise CliError(CliProblem.ONE_WAY_TO_VERIFY)

    async def verified(engine: "Engine") -> int:
        from starter.gateway import AuditorGateway

        verification = AuditorGateway(engine, auditor).verification
        printing, words = _Printing(choices), catalogue(choices.language)
        if reference is not None:
            report = await verification.one(reference, with_temporal=not without_temporal, catalogue=words)
            for finding in report.findings:
                printing.finding(finding)
        else:
            with _progress(choices, await verification.count()) as advance:
                run_of_all = verification.everything(
                    advance, with_temporal=not without_temporal, against=against, folder=checkpoints, catalogue=words
                )
                async for finding in run_of_all.findings:
                    printing.finding(finding)
            report = run_of_all.report
        printing.end(report)
        return 0 if report.whole else REFUSED

    try:
        status = run(choices, verified)
    except OSError as trouble:
        raise CliError(CliProblem.FILE_UNREADABLE, field="--against", reason=problem_of(trouble)) from None
    if status:
        raise typer.Exit(status)


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

    def end(self, report: "VerificationReport") -> None:
        """Of the report, its findings are printed already."""
        if not self._choices.as_json:
            show(self._choices, report, instead={"findings": self._written})
            return
        rest = {name: value for name, value in plain(report).items() if name != "findings"}
        beginning = "\n  ]," if self._written else '{\n  "findings": [],'
        sys.stdout.write(beginning + json_text(rest, indent=2).removeprefix("{") + "\n")
        sys.stdout.flush()


@contextmanager
def _progress(choices: Choices, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where that is a terminal."""
    with progress_bar(choices) as progress:
        task = progress.add_task("", total=total)
        yield lambda done: progress.update(task, completed=done)
