"""`ugyfelkapu audit accesses`: who looked, who acted, who was refused; of one account, or at one office on a day."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from registration.access_lines import AccessLine, AccessList
from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.times import span_of
from starter.cli.accesses import Day, day_of, show_accesses
from starter.cli.choices import COMMAND_LINE, AsJson, Auditor, Lang, choices_of
from starter.cli.conflicts import one_document_on_stdout
from starter.cli.files import write_csv
from starter.cli.installation import run

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starter.gateway import Engine


def accesses(
    context: typer.Context,
    reference: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="The registration's id, user name or receipt number.")
    ] = None,
    *,
    office: Annotated[
        str | None, typer.Option(help="Instead of an ID: an office's code; '-' for those who act for none.")
    ] = None,
    day: Day = None,
    csv_file: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="Write CSV for spreadsheets; '-' is standard output.")
    ] = None,
    auditor: Auditor = COMMAND_LINE,
    _json: AsJson = False,
    _lang: Lang = None,
) -> None:
    """List who looked at a registration, acted on it or was refused, or who did at an office on a day."""
    choices = choices_of(context)
    if (reference is None) is (office is None) or (reference is not None and day is not None):
        raise InvalidInput(field="ID", rule=InputRule.ONE_LIST)
    one_document_on_stdout(as_json=choices.as_json, csv=csv_file)
    chosen = day_of(day)

    async def read(engine: "Engine") -> list[AccessLine]:
        from starter.gateway import AuditorGateway

        audit = AuditorGateway(engine, auditor)

        if reference is not None:
            return await _whole(partial(audit.accesses_about, reference))
        since, until = span_of(chosen)
        days = sorted({since.date(), chosen, until.date()})  # of the chains, which are UTC's
        chains = [await _whole(partial(audit.accesses_at, office or "", each)) for each in days]
        return [entry for chain in chains for entry in chain if since <= entry.at < until]

    entries = run(choices, read)
    if reference is not None:
        entries.sort(key=lambda entry: entry.at)
    if csv_file:
        write_csv(csv_file, AccessLine, entries)
    if choices.as_json or not csv_file:
        show_accesses(choices, AccessList(tuple(entries), None))


async def _whole(page: "Callable[[str | None], Awaitable[AccessList]]") -> list[AccessLine]:
    """All pages of a list."""
    part = await page(None)
    entries = list(part.entries)
    while part.next:
        part = await page(part.next)
        entries += part.entries
    return entries
