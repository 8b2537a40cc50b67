"""What an auditor reads: the life of a registration, why it has its status, and the counts of all."""

import logging
from typing import Annotated, Final

import typer

from registration.explanation_answers import ExplanationAnswer
from registration.statistics import RegistrationCount
from registration.timeline import Run
from registration.timeline_lines import TimelineAnswer, TimelineLine
from registration.times import time_of
from starter.cli import audit_record
from starter.cli.choices import COMMAND_LINE, AsJson, Auditor, Lang, Reference, choices_of
from starter.cli.conflicts import one_document_on_stdout
from starter.cli.errors import CliError
from starter.cli.files import write, write_csv
from starter.cli.input import STDIN
from starter.cli.installation import run
from starter.cli.outcomes import PageWritten
from starter.cli.output import (
    Column,
    columns,
    console_of,
    print_json,
    show,
    show_rows,
    show_table,
    title_of,
)
from starter.cli.problems import CliProblem
from starter.translation import catalogue

app = typer.Typer(help=__doc__, no_args_is_help=True)
audit_record.add_to(app)

Csv = Annotated[
    str | None, typer.Option("--csv", metavar="FILE", help="Write CSV for spreadsheets; '-' is standard output.")
]
Month = Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Registrations opened in this month (Budapest).")]


def _with_reason(line: TimelineLine) -> list[str]:
    return (
        [line.happened, f"{line.rule}: {line.reason}" if line.rule else line.reason] if line.reason else [line.happened]
    )


def _actor(line: TimelineLine | ExplanationAnswer) -> str | None:
    return f"{line.actor_kind} {line.actor_id}" if line.actor_id else None


_LIFE: Final = (
    *columns(TimelineLine, "sequence", "at"),
    Column("happened", title_of(TimelineLine, "happened"), _with_reason),
    Column("actor", title_of(TimelineLine, "actor_id"), _actor),
    *columns(TimelineLine, "office", "status", "deadline"),
)
_REPLAYED: Final = ("run_id", "source", "events")
_RUNS: Final = columns(Run, "run_id", "started", "closed", "outcome", "events", "source")


@app.command()
def timeline(
    context: typer.Context,
    reference: Reference,
    csv_file: Csv = None,
    html: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write one HTML page with a picture, to read and print.")
    ] = None,
    auditor: Auditor = COMMAND_LINE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Show the whole life of a registration: when, who, what, why, and what was ahead."""
    from starter.gateway import AuditorGateway

    choices = choices_of(context)
    one_document_on_stdout(as_json=choices.as_json, csv=csv_file, html=html)
    life = run(choices, lambda engine: AuditorGateway(engine, auditor).timeline(reference))
    found = TimelineAnswer.of(life, catalogue(choices.language))
    if html:
        from starter.pages.timeline import timeline_page

        write("--html", html, timeline_page(life, choices.language))
    if csv_file:
        write_csv(csv_file, TimelineLine, found.entries)
    if choices.as_json:
        print_json(found)
    elif html and STDIN not in {html, csv_file}:
        show(choices, PageWritten(html))
    elif not (html or csv_file):
        show_table(choices, _LIFE, found.entries)
        show_table(choices, _RUNS, found.runs)


@app.command()
def explain(
    context: typer.Context,
    reference: Reference,
    at: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="YYYY-MM-DD (the end of that day) or YYYY-MM-DDTHH:MM; Budapest's unless an offset is given, as Z.",
        ),
    ],
    auditor: Auditor = COMMAND_LINE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Explain a moment: which status, since when, by which event, rule and actor, and what was ahead."""
    from starter.gateway import AuditorGateway

    choices, moment = choices_of(context), time_of("--at", at, by_a_person=True)
    explained = run(choices, lambda engine: AuditorGateway(engine, auditor).explain(reference, moment))
    found = ExplanationAnswer.of(explained, catalogue(choices.language))
    periods = [f"{name} = {days}" for name, days in found.policy_values.items()]
    show(
        choices,
        found,
        without=("registration_id", "because", "sequence", "policy_values", "actor_kind", "last_event"),
        instead={
            "happened": f"{found.sequence}. {found.happened}",
            "rules": ", ".join(found.rules),
            "policy_version": [f"v{found.policy_version}", *periods],
            "actor_id": _actor(found),
        },
    )


@app.command()
def replay(
    context: typer.Context,
    reference: Reference,
    auditor: Auditor = COMMAND_LINE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Replay all histories against the present code: proof that the decisions follow from the rules."""
    from starter.gateway import AuditorGateway, ReplayedRun, ReplayReport

    logging.getLogger("temporalio").addHandler(logging.NullHandler())  # a failure is printed below, in one sentence
    choices = choices_of(context)
    with console_of(stderr=True).status("…"):
        outcomes = run(choices, lambda engine: AuditorGateway(engine, auditor).replay(reference))
    report = ReplayReport.of(outcomes, catalogue(choices.language))
    over = [each.within("run") for each in columns(Run, *_REPLAYED)]
    sentence = Column("sentence", title_of(ReplayedRun, "sentence"), lambda row: row.sentence or "✓")
    show_rows(choices, report, [*over, sentence], report.runs)
    differing = sum(not outcome.holds for outcome in outcomes)
    if not report.holds:
        raise CliError(CliProblem.REPLAY_DIFFERS, count=str(differing), all=str(len(outcomes)))


@app.command()
def statistics(
    context: typer.Context,
    since: Month = None,
    until: Month = None,
    csv_file: Csv = None,
    auditor: Auditor = COMMAND_LINE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Count registrations by status, channel, office and month; lapse rate, time to activation, lost letters."""
    from starter.gateway import AuditorGateway

    choices = choices_of(context)
    one_document_on_stdout(as_json=choices.as_json, csv=csv_file)
    with console_of(stderr=True).status("…"):
        found = run(choices, lambda engine: AuditorGateway(engine, auditor).statistics(since, until))
    if csv_file:
        write_csv(csv_file, RegistrationCount, found.counts)
    if choices.as_json or not csv_file:
        exact = {name: f"{value:,.3f}" for name, value in vars(found).items() if isinstance(value, float)}
        show(choices, found, without=("counts",), instead=exact)
