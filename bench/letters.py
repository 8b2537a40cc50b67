"""What a letter costs its worker: processor time of rendering, composing and serializing, beside a registration's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from statistics import median
from time import process_time
from typing import Any, Final

from activities.letters.facts import LetterFacts
from activities.letters.message import compose, message_id, on_the_wire
from activities.letters.render import RenderedLetter, compile_templates, render
from bench import load
from bench.system import System
from registration.letters import LetterKind
from registration.statuses import Language, Status

_LETTERS: Final = 300
"""Of each stage; they take turns, so that a busy machine slows all equally."""

_SENDER: Final = "Ügyfélkapu <ugyfelkapu@example.hu>"
_DATE: Final = datetime(2026, 12, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class LetterCosts:
    """Medians of processor time, in milliseconds; bytes on the wire."""

    rendered_ms: float
    composed_ms: float
    serialized_ms: float
    by_standard_library_ms: float
    """Composing and serializing the same content with `email` as it comes."""
    bytes: int
    registration_ms: float
    """Of the whole process, from the start of a written registration to its letter received."""

    @property
    def letter_ms(self) -> float:
        """A letter, from facts to bytes."""
        return self.rendered_ms + self.composed_ms + self.serialized_ms


async def measure_letters(system: System, count: int, most: int) -> LetterCosts:
    """Code letters in Hungarian; then `count` registrations are started, `most` at once."""
    compile_templates()
    spent: dict[str, list[float]] = {}
    wire = b""

    def timed(stage: str, work: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401  each stage has its own
        began = process_time()
        done = work(*arguments)
        spent.setdefault(stage, []).append((process_time() - began) * 1000)
        return done

    for number in range(_LETTERS):
        facts = _facts(number)
        rendered = timed("rendered", render, facts)
        message = timed("composed", _composed, rendered, number)
        wire = timed("serialized", lambda composed: on_the_wire(composed, utf8=False), message)
        timed("standard", _by_standard_library, rendered, number)
    before = process_time()
    await load.launch_written(system, count, most)
    registration_ms = (process_time() - before) * 1000 / count
    return LetterCosts(
        rendered_ms=median(spent["rendered"]),
        composed_ms=median(spent["composed"]),
        serialized_ms=median(spent["serialized"]),
        by_standard_library_ms=median(spent["standard"]),
        bytes=len(wire),
        registration_ms=registration_ms,
    )


def _facts(number: int) -> LetterFacts:
    return LetterFacts(
        kind=LetterKind.CODE_PASSWORD,
        language=Language.HU,
        status=Status.AWAITING_ACTIVATION,
        family_name="Szabó",
        given_name=f"Katalin {number}",
        portal_url="https://ugyfelkapu.example.hu",
        date=_DATE,
        code="ABCD-EFGH-JKMN-PQRS",
    )


def _composed(rendered: RenderedLetter, number: int) -> EmailMessage:
    identity = message_id(str(number), "letter", "example.hu")
    return compose(
        rendered, sender=_SENDER, to="client@example.hu", message_id=identity, language=Language.HU, date=_DATE
    )


def _by_standard_library(rendered: RenderedLetter, number: int) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = _SENDER, "client@example.hu", rendered.subject
    message["Date"], message["Message-ID"] = _DATE, f"<{number}@example.hu>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()
