"""Counts over all registrations, as tables and plots: by status, channel, office and month, and what went wrong."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from babel.dates import format_timedelta
from babel.numbers import format_percent
from starlette.requests import Request
from starlette.responses import Response

from registration.errors import InvalidInput
from registration.letters import LetterKind
from registration.operations import Operation
from registration.sentences import N_, Vocabulary
from registration.statistics import RegistrationCount, Statistics
from registration.statuses import Channel, Language, Status
from starter.gateway import StaffSession
from starter.pages.plot import WIDTH, bars_of, columns_of
from starter.pages.staff.audit_parts import (
    ROOT,
    address,
    asked,
    audit_view,
    auditor_of,
    csv_download,
    labels_of,
    refused_audit_view,
)
from starter.pages.staff.routes import StaffRoute

_PATH: Final = f"{ROOT}/statisztika"
_ROUNDED_FROM: Final = 2
"""Of a larger unit: 36 hours are not a day."""


async def show(request: Request, session: StaffSession) -> Response:
    """Of the registrations that were opened in a span of months; of all, if none is given."""
    form = asked(request)
    try:
        found = await auditor_of(request, session).statistics(form["since"] or None, form["until"] or None)
    except InvalidInput as refusal:
        return await refused_audit_view(request, "statistics.html", form, refusal, at="since", found=None)
    return audit_view(
        request,
        "statistics.html",
        form=form,
        found=found,
        csv=address(f"{_PATH}.csv", **form.values),
        width=WIDTH,
        **_in_words(found, request.state.language),
    )


async def download(request: Request, session: StaffSession) -> Response:
    """The counts that they are sums of."""
    form = asked(request)
    found = await auditor_of(request, session).statistics(form["since"] or None, form["until"] or None)
    return csv_download(RegistrationCount, found.counts, "statisztika.csv")


def _in_words(found: Statistics, language: Language) -> dict[str, Any]:
    """The counts by their labels, the plots of them, and shares and times as people write them."""
    tables = [
        (N_("By status"), N_("Status"), _labelled(found.by_status, Status, language)),
        (N_("By channel"), N_("Channel"), _labelled(found.by_channel, Channel, language)),
        (N_("By office"), N_("Office code"), list(found.by_office.items())),
        (N_("Undelivered letters"), N_("Letter"), _labelled(found.undelivered_letters, LetterKind, language)),
    ]
    median = found.median_seconds_to_activation
    return {
        "tables": [(title, head, counts, bars_of(counts)) for title, head, counts in tables],
        "by_month": list(found.by_month.items()),
        "columns": columns_of(list(found.by_month.items())),
        "lapse_rate": None if found.lapse_rate is None else format_percent(found.lapse_rate, "0.0%", locale=language),
        "median": None
        if median is None
        else format_timedelta(timedelta(seconds=median), threshold=_ROUNDED_FROM, locale=language),
    }


def _labelled(counts: Mapping[str, int], vocabulary: Iterable[Vocabulary], language: Language) -> list[tuple[str, int]]:
    label = labels_of(vocabulary, language)
    return [(label(name), number) for name, number in counts.items()]


ROUTES: Final = (
    StaffRoute(_PATH, show, operation=Operation.AUDIT_STATISTICS, menu=N_("Statistics")),
    StaffRoute(f"{_PATH}.csv", download, operation=Operation.AUDIT_STATISTICS),
)
