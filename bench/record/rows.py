"""The rows of one registration: all that a life leaves in the tables, sealed as the programs seal it."""

import base64
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from uuid_utils import compat as uuids

from bench.record.lives import CITIZEN, CLERK, UNKNOWN_MAILBOX, Pattern, joined
from bench.record.people import address, person
from registration.access import Access, AccessEntry, AccessOutcome
from registration.canonical import digest
from registration.forms import EvidenceForm
from registration.identity_documents import DocumentKind
from registration.letters import LetterFailure, LetterOutcome
from registration.limits import Act, limits_of
from registration.log_ins import BrowserFamily, PastLogIn
from registration.record import GENESIS
from registration.statuses import Channel
from store.documents import dump
from store.evidence import sealed_evidence
from store.log_in_rows import LogInFacts, SessionFacts
from store.log_ins import log_in_entry
from store.rows import CredentialState, Opening, StoredAnswer
from store.sealing import KeyRing, part, seal
from store.seals import seal_of
from store.sessions import sealed_session, token_hash

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    table: tuple(columns.split())
    for table, columns in {
        "registrations": "id channel office opening user_name_index submitted_at recorded_at status since because"
        " moved_by deadline password_valid_until identity_verified email_id codes_issued sequence head"
        " receipt_number seal",
        "data_keys": "registration_id master_key_id wrapped",
        "persons": "registration_id sealed identity_index",
        "emails": "id registration_id sealed address_index",
        "events": "registration_id sequence at kind previous_hash hash body",
        "codes": "registration_id purpose sequence key_id nonce valid_until live",
        "letters": "registration_id sequence kind days message_id outcome failure smtp_reply at seal",
        "client_requests": "id registration_id kind submitted_at",
        "credentials": "id registration_id state sealed kind message seal networks submitted_at",
        "evidence": "id registration_id commitment sealed written_at",
        "log_ins": "id registration_id sealed at",
        "known_browsers": "registration_id mark credential_id used_at",
        "log_in_notices": "registration_id id sealed due_at try_at settled_at",
        "sessions": "id_hash registration_id sealed ends_at",
        "attempts": "limit_name subject tries ends_at request_id",
        "idempotency_keys": "key fingerprint request_id begun_at locked_at answer seal",
        "access_entries": "office day sequence registration_id request_id previous_hash hash body",
    }.items()
}
"""The tables in the order in which they are written, and their columns."""

CHAIN_COLUMNS: Final = ("office", "day", "entries", "head")

Rows = dict[str, list[tuple[Any, ...]]]

_SEEN: Final = EvidenceForm(DocumentKind.PASSPORT, "BA1234567", consent=True)
_OPENING: Final = dump(Opening(CITIZEN)).decode()
_CHANNEL: Final = Channel.ONLINE
_ONE_IN: Final = 10
"""So many registrations have a session, an open window of tries, or an answer that is kept."""
_ENDED: Final = 5
"""Of those, one in so many has ended and waits to be deleted."""
_WITHIN: Final = timedelta(hours=20)
_NETWORKS: Final = 50_000
_CLERKS: Final = 1_000
_LOOKED_BACK: Final = timedelta(days=25)
_NOTICE_DAYS: Final = timedelta(days=2)


class LifeRows:
    """Makes the rows of registrations at some offices, whose chains of the access record it continues."""

    def __init__(self, keys: KeyRing, seal_key: bytes, password_hash: str, offices: list[str], now: datetime) -> None:
        """All log in with the same password; sessions, tries and answers are of the day around `now`."""
        self._keys = keys
        self._seal_key = seal_key
        self._hash = password_hash.encode()
        self._offices = offices
        self._now = now
        self._chains: dict[tuple[str, Any], tuple[int, str]] = {}

    @property
    def chains(self) -> list[tuple[Any, ...]]:
        """The rows of the ends of the chains."""
        return [(*place, *end) for place, end in self._chains.items()]

    def of(self, pattern: Pattern, number: int) -> Rows:
        """The rows of the registration with a number, by table."""
        one, email, credentials = _id(), _id(), [_id() for _ in pattern.credentials]
        key, wrapped = self._keys.new_key(one)
        who, mail = person(number), address(number)
        evidence = [sealed_evidence(_SEEN, key, one) for _ in pattern.evidence]
        ids = {pattern.state.registration_id: one, pattern.state.email_id: email}
        ids |= {CLERK.id: f"clerk-{number % _CLERKS}", str(CLERK.office): self._offices[number % len(self._offices)]}
        ids |= dict(zip(pattern.credentials, credentials, strict=True))
        ids |= {asked: _id() for asked in (*pattern.requests, *pattern.acts)}
        for old, (new, _) in zip(pattern.evidence, evidence, strict=True):
            ids |= {old.id: new.id, old.commitment: new.commitment}
        events = [
            (one, event.sequence, event.at, event.kind, previous, head, body)
            for event, previous, head, body in pattern.chain(ids)
        ]
        rows: Rows = {table: [] for table in COLUMNS}
        rows["registrations"] = [self._registration(pattern, ids, number, head=events[-1][5])]
        rows["data_keys"] = [(one, wrapped.master_key_id, wrapped.wrapped)]
        identity = self._keys.identity_index(who.birth_name, who.birth_date, who.mothers_birth_name)
        rows["persons"] = [(one, seal(key, dump(who), one), identity)]
        rows["emails"] = [(email, one, seal(key, mail.encode(), email), self._keys.address_index(mail))]
        rows["events"] = events
        rows["codes"] = list(self._codes(pattern, one))
        rows["letters"] = list(self._letters(pattern, one))
        rows["client_requests"] = [(ids[asked], one, "RequestCode", pattern.opened_at) for asked in pattern.requests]
        rows["credentials"] = list(self._credentials(pattern, ids, key, number))
        rows["evidence"] = [(seen.id, one, seen.commitment, sealed, pattern.opened_at) for seen, sealed in evidence]
        rows["access_entries"] = [self._access(pattern, ids, act) for act in pattern.acts]
        facts = LogInFacts(key, email, frozenset(), by_new_code=False, last_notice=None)
        self._log_ins(rows, facts, ids, pattern, number)
        if number % _ONE_IN == 0:
            self._passing(rows, key, one, credentials[-1], number)
        return rows

    def _registration(self, pattern: Pattern, ids: Mapping[str, str], number: int, head: str) -> tuple[Any, ...]:
        one, snapshot, opened = ids[pattern.state.registration_id], pattern.snapshot, pattern.opened_at
        user_name = self._keys.user_name_index(person(number).user_name)
        row: dict[str, Any] = {"id": one, "channel": _CHANNEL, "office": None, "opening": _OPENING}
        row |= {"submitted_at": opened, "receipt_number": number + 1}
        return (
            *(one, _CHANNEL, None, _OPENING, user_name, opened, opened + timedelta(microseconds=number)),
            *(snapshot.status, snapshot.since, snapshot.because, joined(pattern.moved_by, ids), snapshot.deadline),
            *(snapshot.password_valid_until, snapshot.identity_verified, ids[pattern.state.email_id]),
            *(snapshot.codes_issued, snapshot.sequence, head, number + 1),
            seal_of(self._seal_key, "registrations", row),
        )

    def _codes(self, pattern: Pattern, one: str) -> Iterator[tuple[Any, ...]]:
        for code in {code.sequence: code for event in pattern.events for code in event.codes}.values():
            yield one, code.purpose, code.sequence, self._keys.code_kid, os.urandom(16), code.valid_until, False

    def _letters(self, pattern: Pattern, one: str) -> Iterator[tuple[Any, ...]]:
        for letter, ordered_at in pattern.letters:
            row: dict[str, Any] = {"registration_id": one, **vars(letter)}
            row |= {
                "message_id": f"<{letter.letter_id}.{one}@bench>",
                "outcome": LetterOutcome.SENT,
                "failure": None,
                "smtp_reply": None,
            }
            if letter == pattern.lost:
                lost = (LetterOutcome.UNDELIVERED, LetterFailure.REFUSED, UNKNOWN_MAILBOX)
                row |= dict(zip(("outcome", "failure", "smtp_reply"), lost, strict=True))
            row["at"] = ordered_at + timedelta(seconds=2)
            row["seal"] = seal_of(self._seal_key, "letters", row)
            yield tuple(row[column] for column in COLUMNS["letters"])

    def _credentials(
        self, pattern: Pattern, ids: Mapping[str, str], key: bytes, number: int
    ) -> Iterator[tuple[Any, ...]]:
        one = ids[pattern.state.registration_id]
        for old, (kind, parts) in pattern.brought.items():
            row = {"id": ids[old], "registration_id": one, "kind": kind, "message": joined(parts, ids)}
            is_last = old == pattern.credentials[-1]
            state = CredentialState.ADOPTED if is_last else CredentialState.REPLACED
            sealed = seal(key, self._hash, part(one, ids[old])) if is_last else None
            networks = [self._keys.blind("known-network", f"{one} {_network(number)}")] if is_last else None
            seal_of_it = seal_of(self._seal_key, "credentials", row)
            yield row["id"], one, state, sealed, kind, row["message"], seal_of_it, networks, pattern.opened_at

    def _access(self, pattern: Pattern, ids: Mapping[str, str], act: str) -> tuple[Any, ...]:
        """The entry that a clerk's act begins with, at the end of its chain."""
        clerk = replace(CLERK, id=ids[CLERK.id], office=ids[str(CLERK.office)])
        office, one = str(clerk.office), ids[pattern.state.registration_id]
        at = next(event.at for event in pattern.events if event.request_id == act)
        count, head = self._chains.get((office, at.date()), (0, GENESIS))
        access = Access(clerk, pattern.acts[act], AccessOutcome.BEGUN, one, ids[act])
        body = AccessEntry(office, at.date(), count + 1, at, access, head).canonical()
        self._chains[office, at.date()] = (count + 1, digest(body))
        return office, at.date(), count + 1, one, ids[act], head, digest(body), body

    def _log_ins(self, rows: Rows, facts: LogInFacts, ids: Mapping[str, str], pattern: Pattern, number: int) -> None:
        """The first by a browser, which is known from then on, another one through a portal in the last weeks.

        A notice of another browser is kept for some days only.
        """
        one, credential = ids[pattern.state.registration_id], ids[pattern.credentials[-1]]
        lately = self._now - _LOOKED_BACK * ((number * 7919 % 10_000) / 10_000)
        network = ".".join(_network(number).split(".")[:2]) + ".*.*"
        first = PastLogIn(pattern.events[-1].at + timedelta(minutes=1), network, BrowserFamily.FIREFOX)
        by_browser = log_in_entry(one, facts, first, str(number))
        rows["log_ins"].append((by_browser.log_in_id, one, by_browser.sealed, by_browser.at))
        rows["known_browsers"].append((one, by_browser.mark, credential, by_browser.at))
        second = PastLogIn(lately, network, portal="portal-1")
        by_portal = log_in_entry(one, facts, second)
        rows["log_ins"].append((by_portal.log_in_id, one, by_portal.sealed, by_portal.at))
        if lately > self._now - _NOTICE_DAYS:
            knowing = replace(facts, marks=frozenset({by_browser.mark or b""}))
            other = log_in_entry(one, knowing, replace(first, at=lately), "another browser")
            rows["log_in_notices"].append((one, other.notice_id, other.notice, lately, lately, lately))

    def _passing(self, rows: Rows, key: bytes, one: str, credential: str, number: int) -> None:
        """What is deleted after minutes or days; some of it has ended."""
        since = self._now - _WITHIN * ((number * 104_729 % 10_000) / 10_000)
        has_ended = number // _ONE_IN % _ENDED == 0
        ends = self._now - timedelta(days=2) if has_ended else since + timedelta(days=2)
        token = base64.urlsafe_b64encode(os.urandom(32)).decode()
        facts = SessionFacts(_id(), credential, ("pwd",), since, since)
        rows["sessions"].append((token_hash(token), one, sealed_session(key, token, one, facts), ends))
        limit = limits_of(Act.LOG_IN)[0]
        rows["attempts"].append((limit.name, self._keys.blind(limit.name, f"{_network(number)} {one}"), 1, ends, None))
        answer = dump(StoredAnswer(200, "{}")).decode()
        row: dict[str, Any] = {"key": self._keys.blind("idempotency-key", token), "request_id": _id(), "answer": answer}
        row |= {"fingerprint": self._keys.blind("request", token), "locked_at": None}
        row |= {"begun_at": self._now - timedelta(days=2) if has_ended else since}
        row["seal"] = seal_of(self._seal_key, "idempotency_keys", row)
        rows["idempotency_keys"].append(tuple(row[column] for column in COLUMNS["idempotency_keys"]))


def _network(number: int) -> str:
    """One of as many client addresses as several registrations share, of those reserved for measuring (RFC 2544)."""
    shared = number % _NETWORKS
    return f"198.{18 + shared // 65_536}.{shared // 256 % 256}.{shared % 256}"


def _id() -> str:
    return str(uuids.uuid7())
