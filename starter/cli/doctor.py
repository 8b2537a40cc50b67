"""`ugyfelkapu doctor` says what is wrong with an installation, and what to do."""

import asyncio
from itertools import groupby
from typing import TYPE_CHECKING, Final

import typer

from registration.system_health import HealthState
from settings.setting_rules import SettingsError
from settings.settings import Settings
from settings.start_problems import CannotStart
from settings.telemetry import log_to_stderr
from starter.cli.choices import AsJson, Choices, Lang, choices_of
from starter.cli.errors import REFUSED
from starter.cli.installation import installation
from starter.cli.output import console_of, print_json, word
from starter.translation import catalogue, translated

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starter.gateway.doctor import Diagnosis, InstallationHealth

app = typer.Typer()

_MAIL_SECONDS: Final = 10
"""Letters wait longer for a slow server."""

_SIGNS: Final = {HealthState.ALERT: "!", HealthState.UNKNOWN: "?", HealthState.WELL: "+", HealthState.OFF: "-"}
_ORDER: Final = tuple(_SIGNS)
"""What needs attention comes first."""


@app.command(rich_help_panel="Service")
def doctor(context: typer.Context, _json: AsJson = False, _lang: Lang = None) -> None:
    """Check this installation and say what is wrong and what to do; exit status 0 where nothing is, else 1.

    Settings, connections, clocks, schema, keys, search attributes, workers, schedules, deadlines, checkpoint and
    archive, ends of certificates. It takes some seconds, and prints no secret and no personal data.
    """
    choices = choices_of(context)
    log_to_stderr()
    found = _examined(choices)
    if choices.as_json:
        print_json(found)
    else:
        ordered = sorted(found.diagnoses, key=lambda diagnosis: _ORDER.index(diagnosis.found.state))
        for advice, together in groupby(ordered, lambda diagnosis: diagnosis.advice):
            _show(choices, together, advice)
    if not found.is_well:
        raise typer.Exit(REFUSED)


def _examined(choices: Choices) -> "InstallationHealth":
    from starter.gateway.doctor import examined, of_wrong_settings

    words = catalogue(choices.language)
    try:
        found = installation(choices)
        return asyncio.run(examined(found.settings, found.temporal, lambda: _mail(found.settings), words))
    except (CannotStart, SettingsError) as trouble:
        return of_wrong_settings(trouble, words)


def _show(choices: Choices, together: "Iterable[Diagnosis]", advice: str | None) -> None:
    """A line for each that says what was found, and beneath them what to do; a terminal breaks it, not we."""
    console = console_of()
    for found in (diagnosis.found for diagnosis in together):
        known = [fact for fact in (found.count, found.at, found.name) if fact is not None]
        said = translated(found.reason or found.state, choices.language)
        facts = ", ".join([said, *(word(choices, fact) for fact in known)])
        line = f"{_SIGNS[found.state]} {translated(found.check, choices.language)}: {facts}"
        console.print(line, soft_wrap=True)
    if advice:
        console.print(f"    {advice}", soft_wrap=True)


async def _mail(settings: Settings) -> str | None:
    """Why the mail server cannot be used; `None` where it can."""
    from activities.letters.smtp_failures import MailTrouble, MailUnavailable
    from activities.letters.transport import transport_of

    transport = transport_of(settings)
    try:
        async with asyncio.timeout(_MAIL_SECONDS):
            await transport.reach()
    except MailUnavailable as trouble:
        return trouble.reason
    except TimeoutError:
        return MailTrouble.TIME_OUT
    finally:
        await transport.close()
    return None
