"""`ugyfelkapu audit acts`: which accounts staff acted on, by office, time and act."""

from typing import TYPE_CHECKING, Annotated

import typer

from registration.staff_acts import ACTS, ActsQuery, StaffAct, StaffActList
from starter.cli.choices import COMMAND_LINE, AsJson, Auditor, Lang, choices_of
from starter.cli.conflicts import one_document_on_stdout
from starter.cli.files import write_csv
from starter.cli.installation import run
from starter.cli.output import Column, columns, show_rows, title_of

if TYPE_CHECKING:
    from starter.gateway import Engine

_SHOWN = (
    *columns(StaffAct, "at", "act", "registration_id"),
    Column("actor", title_of(StaffAct, "actor_id"), lambda act: f"{act.actor_kind} {act.actor_id}"),
    *columns(StaffAct, "office", "status", "request_id"),
)


def acts(
    context: typer.Context,
    *,
    office: Annotated[
        str | None, typer.Option(help="An office's code; '-' for those who act for none; any office if not given.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="YYYY-MM-DD (from the start of that day) or YYYY-MM-DDTHH:MM.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="YYYY-MM-DD (to the end of that day) or YYYY-MM-DDTHH:MM.")
    ] = None,
    operation: Annotated[
        list[str] | None, typer.Option(metavar="ACT", help=f"Repeatable; all if not given: {', '.join(ACTS)}.")
    ] = None,
    auditor: Auditor = COMMAND_LINE,
    csv_file: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="Write CSV for spreadsheets; '-' is standard output.")
    ] = None,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """List what staff did: which accounts, when, who, for which office; times are Budapest's unless an offset is given.

    Such as the accounts that office 1051 reactivated in March: --office 1051 --since 2027-03-01 --until 2027-03-31
    --operation reactivate
    """
    choices = choices_of(context)
    one_document_on_stdout(as_json=choices.as_json, csv=csv_file)
    query = ActsQuery.parse(office=office, since=since, until=until, operations=operation or (), by_a_person=True)

    async def read(engine: "Engine") -> list[StaffAct]:
        from starter.gateway import AuditorGateway

        auditing = AuditorGateway(engine, auditor)
        page = await auditing.acts(query)
        found = list(page.acts)
        while page.next:
            page = await auditing.acts(query, page.next)
            found += page.acts
        return found

    found = run(choices, read)
    if csv_file:
        write_csv(csv_file, StaffAct, found)
    if choices.as_json or not csv_file:
        show_rows(choices, StaffActList(tuple(found), None), _SHOWN, found)
