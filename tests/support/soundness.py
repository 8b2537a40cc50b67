"""Is a registration sound? One answer for every test that breaks something: store, chain, workflow, letters agree."""

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from registration.descriptions import Description, PresentStatus
from registration.letters import LetterKind
from registration.messages import Answer
from registration.record import GENESIS, Event, EventKind, Snapshot, fold
from starter.dev.installation import World
from starter.dev.letters import code_in
from store.documents import load

AGREE_SECONDS = 20.0
_ADOPTING = {kind for kind in EventKind if kind.row.sets_password}
_SET = {"ADOPTED", "REPLACED"}


@dataclass(frozen=True)
class Row:
    """An event as it is in PostgreSQL."""

    sequence: int
    previous_hash: str
    hash: str
    body: str


@dataclass(frozen=True)
class Observed:
    """What store, workflow and mailbox say of one registration."""

    rows: tuple[Row, ...]
    stored: Snapshot
    described: Description
    live_codes: tuple[str, ...]
    """The purposes of the live codes."""
    credentials: dict[str, str]
    """States by request id."""
    noted: dict[str, str]
    """Outcomes of letters by Message-ID."""
    letters: tuple[EmailMessage, ...]


async def observe(
    world: World, registration_id: str, address: str, *, letters: Sequence[EmailMessage] | None = None
) -> Observed:
    """Looks at store, workflow and mailbox once; `letters` spares a look into a large mailbox."""
    codes = await world.sql("select purpose from codes where registration_id = $1 and live", registration_id)
    credentials = await world.sql("select id, state from credentials where registration_id = $1", registration_id)
    noted = await world.sql("select message_id, outcome from letters where registration_id = $1", registration_id)
    return Observed(
        rows=await _events(world, registration_id),
        stored=await world.audit.snapshot(registration_id),
        described=await world.audit.describe(registration_id),
        live_codes=tuple(row["purpose"] for row in codes),
        credentials={str(row["id"]): row["state"] for row in credentials},
        noted={row["message_id"]: row["outcome"] for row in noted},
        letters=tuple(world.letters(address) if letters is None else letters),
    )


async def assert_chained(world: World, registration_id: str) -> None:
    """Each event has the hash of its body and names the one before it."""
    assert _chain(await _events(world, registration_id)) == []


async def _events(world: World, registration_id: str) -> tuple[Row, ...]:
    rows = await world.sql(
        "select sequence, previous_hash, hash, body from events where registration_id = $1 order by sequence",
        registration_id,
    )
    return tuple(Row(*row) for row in rows)


async def assert_sound(  # noqa: PLR0913  what is looked at, and how long
    world: World,
    registration_id: str,
    address: str,
    *,
    acknowledged: Iterable[Answer | PresentStatus] = (),
    letters: Sequence[EmailMessage] | None = None,
    within_seconds: float = AGREE_SECONDS,
) -> Observed:
    """Waits until everything under way is done, then looks once for faults."""
    async with asyncio.timeout(within_seconds):
        while await _is_busy(world, registration_id):  # noqa: ASYNC110  no event says so
            await asyncio.sleep(0.1)
    observed = await observe(world, registration_id, address, letters=letters)
    found = faults(observed, acknowledged)
    assert found == [], found
    return observed


async def _is_busy(world: World, registration_id: str) -> bool:
    """Whether the workflow is at work, or an activity of it: an event to be recorded, a letter to be sent."""
    description = await world.handle(registration_id).describe()
    raw = description.raw_description
    return bool(raw.pending_activities) or raw.HasField("pending_workflow_task")


def faults(observed: Observed, acknowledged: Iterable[Answer | PresentStatus] = ()) -> list[str]:
    """What is wrong, in words; nothing where all of it agrees."""
    events = [load(Event, row.body) for row in observed.rows]
    return [
        *_chain(observed.rows),
        *_agreement(events, observed),
        *_codes(observed),
        *_credentials(events, observed),
        *_letters(events, observed),
        *_acknowledgements(events, acknowledged),
    ]


def _chain(rows: tuple[Row, ...]) -> list[str]:
    found = []
    before = GENESIS
    for number, row in enumerate(rows, start=1):
        if row.sequence != number:
            found.append(f"event {row.sequence} is where {number} belongs")
        if hashlib.sha256(row.body.encode()).hexdigest() != row.hash:
            found.append(f"event {row.sequence} has another hash than its body")
        if not row.previous_hash == before == json.loads(row.body)["previous_hash"]:
            found.append(f"event {row.sequence} does not follow the one before")
        before = row.hash
    return found


def _agreement(events: list[Event], observed: Observed) -> list[str]:
    folded, described, stored = fold(events), observed.described, observed.stored
    found = [f"the read model is not the fold of the events: {stored} / {folded}"] if stored != folded else []
    return found + [
        f"the workflow has another {name}: {getattr(described, name)} / {getattr(folded, name)}"
        for name in ("status", "sequence", "head", "since", "deadline", "password_valid_until")
        if getattr(described, name) != getattr(folded, name)
    ]


def _codes(observed: Observed) -> list[str]:
    return [f"{count} live codes for {use}" for use, count in Counter(observed.live_codes).items() if count > 1]


def _credentials(events: list[Event], observed: Observed) -> list[str]:
    """A password is set exactly where the record says so."""
    recorded = {event.request_id for event in events if event.kind in _ADOPTING}
    stored = {request for request, state in observed.credentials.items() if state in _SET}
    found = [f"recorded but not adopted: {request}" for request in recorded - stored]
    found += [f"adopted but not recorded: {request}" for request in stored - recorded]
    found += [f"no outcome: {request}" for request, state in observed.credentials.items() if state == "PENDING"]
    return found


def _letters(events: list[Event], observed: Observed) -> list[str]:
    """A repeated letter is the same letter; one whose sending was noted arrived; nothing else arrived."""
    found = []
    arrived: dict[str, str] = {}
    codes: dict[str, str] = {}
    for letter in observed.letters:
        identity, text = str(letter["Message-ID"]), _content(letter)
        if arrived.setdefault(identity, text) != text:
            found.append(f"two different letters {identity}")
        sequence, _, kind = identity.removeprefix("<").partition(".")[0].partition("-")
        if not 1 <= int(sequence) <= len(events):
            found.append(f"no event ordered the letter {identity}")
        elif purpose := LetterKind(kind.partition("-")[0].upper()).row.purpose:
            named = [code.sequence for code in events[int(sequence) - 1].codes if code.purpose is purpose]
            issue = f"code {named} for {purpose}"
            if codes.setdefault(issue, code_in(letter)) != code_in(letter):
                found.append(f"{issue} was sent with two values")
    if len(set(codes.values())) != len(codes):
        found.append("two issued codes have one value")
    found += [f"noted as sent, never arrived: {identity}" for identity in _sent(observed) - arrived.keys()]
    found += [f"arrived, never noted: {identity}" for identity in arrived.keys() - _sent(observed)]
    return found


def _content(letter: EmailMessage) -> str:
    """The letter without the envelope that the inbox writes above it."""
    headers = [f"{name}: {text}" for name, text in letter.items() if not name.startswith("X-RcptTo")]
    body = letter.get_body(("plain",))
    return "\n".join([*headers, body.get_content() if body else ""])


def _sent(observed: Observed) -> set[str]:
    return {identity for identity, outcome in observed.noted.items() if outcome == "SENT"}


def _acknowledgements(events: list[Event], acknowledged: Iterable[Answer | PresentStatus]) -> list[str]:
    known = {(event.status, event.deadline, event.password_valid_until) for event in events}
    return [
        f"acknowledged but not recorded: {answer}"
        for answer in acknowledged
        if (answer.status, answer.deadline, answer.password_valid_until) not in known
    ]
