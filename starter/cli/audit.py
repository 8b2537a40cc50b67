"""What an auditor reads: the life of a registration, why it stands where it stands, and the counts of all."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from registration.timeline_lines import COLUMNS, TimelineLine, named
from registration.times import time_of
from starter.cli import audit_record
from starter.cli.choices import AsJson, Choices, Lang, Reference, choices_of
from starter.cli.conflicts import one_document_on_stdout
from starter.cli.errors import CliError
from starter.cli.files import write, write_csv
from starter.cli.input import STDIN
from starter.cli.installation import run
from starter.cli.output import console_of, print_json, show, show_rows, word
from starter.cli.sentences import CliProblem
from starter.translation import catalogue, translated

if TYPE_CHECKING:
    from registration.timeline import Run
    from starter.gateway import Replayed

app = typer.Typer(help=__doc__, no_args_is_help=True)
audit_record.add_to(app)

Csv = Annotated[
    str | None, typer.Option("--csv", metavar="FILE", help="Write CSV for spreadsheets; '-' is standard output.")
]
Month = Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Registrations opened in this month (Budapest).")]

_LIFE: Final = ("number", "when", "happened", "who", "office", "status", "deadline")
_RUNS: Final = ("run", "started", "closed", "outcome", "history_events", "source")


@app.command()
def timeline(
    context: typer.Context,
    reference: Reference,
    csv_file: Csv = None,
    html: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write one HTML page with a picture, to read and print.")
    ] = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Show the whole life of a registration: when, who, what, why, and what was ahead."""
    from starter.gateway import AuditorGateway

    choices = choices_of(context)
    one_document_on_stdout(as_json=choices.as_json, csv=csv_file, html=html)
    life = run(choices, lambda engine: AuditorGateway(engine).timeline(reference))
    rows = [vars(TimelineLine.of(entry, catalogue(choices.language))) for entry in life.entries]
    if html:
        from starter.pages.timeline import timeline_page

        write("--html", html, timeline_page(life, choices.language))
    if csv_file:
        write_csv(csv_file, COLUMNS, rows)
    if choices.as_json:
        print_json(life)
    elif html and STDIN not in {html, csv_file}:
        show(choices, {"page": html})
    elif not (html or csv_file):
        show_rows(choices, _LIFE, [row | {"happened": _with_reason(row)} for row in rows])
        show_rows(choices, _RUNS, [_run_row(found) for found in life.runs])


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
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Explain a moment: which status, since when, by which event, rule and actor, and what was ahead."""
    from starter.gateway import AuditorGateway

    choices, moment = choices_of(context), time_of("--at", at, by_a_person=True)
    found = run(choices, lambda engine: AuditorGateway(engine).explain(reference, moment))
    if choices.as_json:
        print_json(found, choices.language)
        return
    language, why = choices.language, found.why
    show(
        choices,
        {
            "as_of": found.as_of,
            "status": found.status,
            "since": found.since,
            "happened": f"{found.sequence}. {translated(found.what, language)}",
            "rule": ", ".join(why.rules),
            "reason": translated(why.sentence, language),
            "policy": [f"v{why.policy_version}", *(f"{name} = {days}" for name, days in why.values.items())],
            "who": named(found.actor),
            "office": found.actor.office,
            "deadline": found.deadline,
            "password_valid_until": found.password_valid_until,
            "next_step": translated(found.next_words, language),
            "next_step_at": found.next_step_at,
        },
    )


@app.command()
def replay(context: typer.Context, reference: Reference, _json: AsJson = False, _lang: Lang = None) -> None:
    """Replay all histories against the present code: proof that the decisions follow from the rules."""
    from starter.gateway import AuditorGateway

    logging.getLogger("temporalio").addHandler(logging.NullHandler())  # what fails is told below, in one sentence
    choices = choices_of(context)
    with console_of(stderr=True).status("…"):
        outcomes = run(choices, lambda engine: AuditorGateway(engine).replay(reference))
    if choices.as_json:
        print_json([_outcome(outcome) for outcome in outcomes], choices.language)
    else:
        rows = [_run_row(outcome.run) | {"replay": _told(outcome, choices)} for outcome in outcomes]
        show_rows(choices, ("run", "source", "history_events", "replay"), rows)
    differing = sum(not outcome.holds for outcome in outcomes)
    if differing or not outcomes:
        raise CliError(CliProblem.REPLAY_DIFFERS, count=str(differing), all=str(len(outcomes)))


@app.command()
def statistics(
    context: typer.Context,
    since: Month = None,
    until: Month = None,
    csv_file: Csv = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """Count registrations by status, channel, office and month; lapse rate, time to activation, lost letters."""
    from starter.gateway import AuditorGateway

    choices = choices_of(context)
    one_document_on_stdout(as_json=choices.as_json, csv=csv_file)
    with console_of(stderr=True).status("…"):
        found = run(choices, lambda engine: AuditorGateway(engine).statistics(since, until))
    if csv_file:
        columns = ("month", "channel", "office", "status", "registrations")
        write_csv(csv_file, columns, [vars(count) for count in found.counts])
    if choices.as_json:
        print_json(found.summary() | {"counts": found.counts})
    elif not csv_file:
        show(choices, {name: _listed(choices, value) for name, value in found.summary().items()})


def _with_reason(row: Mapping[str, Any]) -> list[str]:
    rule = f"{row['rule']}: " if row["rule"] else ""
    return [row["happened"], rule + row["reason"]] if row["reason"] else [row["happened"]]


def _run_row(found: "Run") -> dict[str, Any]:
    return {
        "run": found.run_id,
        "started": found.started,
        "closed": found.closed,
        "outcome": found.outcome,
        "history_events": found.events or None,
        "source": found.source,
    }


def _outcome(outcome: "Replayed") -> dict[str, Any]:
    return {"holds": outcome.holds, "run": outcome.run, "mismatch": outcome.mismatch, "sentence": outcome.sentence}


def _told(outcome: "Replayed", choices: Choices) -> str:
    return translated(outcome.sentence, choices.language) if outcome.sentence else "✓"


def _listed(choices: Choices, value: object) -> object:
    if isinstance(value, Mapping):
        return [f"{word(choices, name)}: {number:,}" for name, number in value.items()]
    return f"{value:,.3f}" if isinstance(value, float) else value
