"""What Temporal's web UI shows of a running registration: Markdown without personal data."""

from datetime import datetime

from registration.state import State


def details(state: State) -> str:
    """Status, deadline and the letters that did not arrive."""
    snapshot = state.snapshot
    lines = [
        f"**{snapshot.status}** since {_day(snapshot.since)}: {snapshot.because}",
        f"- deadline: {_day(snapshot.deadline)}",
        f"- password valid until: {_day(snapshot.password_valid_until)}",
        f"- record: event {snapshot.sequence}, head `{snapshot.head}`",
        *(f"- not delivered: {lost.letter.letter_id} ({lost.failure}, {_day(lost.at)})" for lost in state.undelivered),
    ]
    return "\n".join(lines)


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "–"
