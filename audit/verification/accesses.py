"""A day of an office in the access record, recomputed from its bodies."""

from collections.abc import Iterator

from pydantic import ValidationError

from audit.verification.findings import Finding, FindingKind, hole
from registration.access import AccessEntry
from registration.canonical import digest
from registration.record import GENESIS
from registration.sentences import N_, Sentence
from store.access_record import AuditedDay, Row
from store.documents import load


def name_of(day: AuditedDay) -> str:
    """What a finding calls the chain."""
    return f"{day.office} {day.day}"


def broken_day(day: AuditedDay) -> Iterator[Finding]:
    """What is wrong with the chain of a day."""
    about, previous, expected = name_of(day), GENESIS, 1
    for row in day.entries:
        for missing in hole(expected, row["sequence"]):
            yield _missing(about, missing)
        yield from _broken_entry(day, row, previous if row["sequence"] == expected else None)
        previous, expected = row["hash"], row["sequence"] + 1
    if day.end is None:
        sentence = Sentence(N_("the entries exist, but the end of their chain does not"))
        yield Finding(about, None, FindingKind.ACCESS_ENTRY_ALTERED, sentence)
        return
    for missing in hole(expected, day.end["entries"] + 1):
        yield _missing(about, missing)
    if expected == day.end["entries"] + 1 and previous != day.end["head"]:
        sentence = Sentence(N_("the end of the chain has another hash than the last entry"))
        yield Finding(about, expected - 1, FindingKind.ACCESS_ENTRY_ALTERED, sentence)
    if expected > day.end["entries"] + 1:
        sentence = Sentence(N_("there are more entries than the end of the chain counts"))
        yield Finding(about, expected - 1, FindingKind.ACCESS_ENTRY_ALTERED, sentence)


def _broken_entry(day: AuditedDay, row: Row, previous: str | None) -> Iterator[Finding]:
    sentences: list[Sentence] = []
    if digest(row["body"]) != row["hash"]:
        sentences.append(Sentence(N_("the entry's body is not the one that was hashed")))
    try:
        entry = load(AccessEntry, row["body"])
    except ValidationError:
        sentences.append(Sentence(N_("the entry's body is no entry")))
    else:
        if entry.canonical() != row["body"]:
            sentences.append(Sentence(N_("the entry's body is not in its canonical form")))
        if _columns(entry) != _stored(day, row):
            sentences.append(Sentence(N_("columns differ from the entry's body")))
        if previous is not None and entry.previous_hash != previous:
            sentences.append(Sentence(N_("the entry does not follow the one before it")))
    for sentence in sentences:
        yield Finding(name_of(day), row["sequence"], FindingKind.ACCESS_ENTRY_ALTERED, sentence)


def _columns(entry: AccessEntry) -> tuple[object, ...]:
    access = entry.access
    place = (entry.office, entry.day.isoformat(), entry.sequence)
    return (*place, access.registration_id, access.request_id, entry.previous_hash)


def _stored(day: AuditedDay, row: Row) -> tuple[object, ...]:
    named = row["registration_id"]
    place = (day.office, day.day, row["sequence"])
    return (*place, str(named) if named else None, row["request_id"], row["previous_hash"])


def _missing(about: str, sequence: int) -> Finding:
    return Finding(about, sequence, FindingKind.ACCESS_ENTRY_MISSING, Sentence(N_("an entry is missing in the chain")))
