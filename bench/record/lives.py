"""A life that the rules decided; others differ from it in their ids, so in their hashes too."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from uuid_utils import compat as uuids

from audit.verification.letters import letters_of
from registration import messages as m
from registration.canonical import digest
from registration.deadlines import note_undelivered
from registration.letters import LetterFailure, LetterName
from registration.messages import Actor, ActorKind, Evidence, Message, UndeliveredLetter
from registration.opening import open_registration
from registration.operations import Operation
from registration.record import GENESIS, Event, Snapshot
from registration.rules import decide
from registration.state import State
from registration.statuses import Channel, Purpose
from store.documents import dump

EVENTS_EACH: Final = 10

CITIZEN: Final = Actor(ActorKind.CITIZEN, "applicant")
CLERK: Final = Actor(ActorKind.CLERK, "clerk-of-the-pattern", "office-of-the-pattern")

UNKNOWN_MAILBOX: Final = 550
"""The reply of a mail server (RFC 5321)."""

_STEP: Final = timedelta(minutes=10)


class Pattern:
    """An opening online, four requests for a code, three passwords: an account of two years.

    A clerk verifies the identity and discloses the data. In a life that `loses_a_letter` the last code does not arrive,
    which is on record in place of the fourth request. `ids` are those that another life has to replace.
    """

    def __init__(self, opened_at: datetime, *, loses_a_letter: bool = False) -> None:
        """The whole of it takes an hour and a half."""
        self.opened_at = opened_at
        self.credentials, self.requests = _ids(3), _ids(3 if loses_a_letter else 4)
        self.evidence = tuple(Evidence(one, letter * 64) for one, letter in zip(_ids(2), "cd", strict=True))
        self.acts = dict(zip(_ids(2), (Operation.DESK_VERIFY_IDENTITY, Operation.DESK_DISCLOSE), strict=True))
        self.state = State(_id(), Channel.ONLINE, _id(), CITIZEN)
        self.events: list[Event] = []
        self.letters: list[tuple[LetterName, datetime]] = []
        self.lost: LetterName | None = None
        self._happened(open_registration(self.state, opened_at).event)
        for message in self._messages(*self.acts):
            self._happened(self._decided(message))
        self._bodies = [self._split(event.canonical(), event.previous_hash) for event in self.events]
        self.brought = {
            message.request_id: (type(message).__name__, self._split(dump(message).decode()))
            for message in self._messages(*self.acts)
            if message and message.request_id in self.credentials
        }

    @property
    def snapshot(self) -> Snapshot:
        """How it ends."""
        return self.state.snapshot

    @property
    def ids(self) -> tuple[str, ...]:
        """What another life has others of, its clerk and office too."""
        seen = (name for each in self.evidence for name in (each.id, each.commitment))
        named = (self.state.registration_id, self.state.email_id, CLERK.id, str(CLERK.office))
        return (*named, *self.requests, *self.credentials, *self.acts, *seen)

    @property
    def moved_by(self) -> list[str]:
        """Who began the present status, as JSON."""
        return self._split(dump(self.snapshot.by).decode())

    def chain(self, ids: Mapping[str, str]) -> Iterable[tuple[Event, str, str, str]]:
        """Each event with its previous hash, its hash and its body in a life that has these ids."""
        head = GENESIS
        for event, parts in zip(self.events, self._bodies, strict=True):
            body = joined(parts, {**ids, event.previous_hash: head})
            previous, head = head, digest(body)
            yield event, previous, head, body

    def _messages(self, verified: str, disclosed: str) -> tuple[Message | None, ...]:
        first, second, third = self.credentials
        asked = [m.RequestCode(one, CITIZEN) for one in self.requests]
        return (
            *asked[:2],
            m.RedeemCode(first, CITIZEN, Purpose.PASSWORD, 1),
            m.VerifyIdentity(verified, CLERK, self.evidence[0]),
            m.ChangePassword(second, CITIZEN),
            asked[2],
            asked[3] if asked[3:] else None,
            m.Disclose(disclosed, CLERK, self.evidence[1]),
            m.ChangePassword(third, CITIZEN),
        )

    def _decided(self, message: Message | None) -> Event:
        at = self.opened_at + _STEP * self.snapshot.sequence
        if message:
            return decide(self.state, message, at).event
        self.lost, _ = self.letters[-1]
        undelivered = UndeliveredLetter(self.lost, LetterFailure.REFUSED, at, UNKNOWN_MAILBOX)
        return note_undelivered(self.state, undelivered, at).event

    def _happened(self, event: Event) -> None:
        self.letters += [(LetterName(event.sequence, kind), event.at) for kind in letters_of(self.snapshot, event)]
        self.events.append(event)
        self.state = self.state.after(event)

    def _split(self, text: str, *others: str) -> list[str]:
        return re.split(f"({'|'.join((*self.ids, *others))})", text)


def joined(parts: Iterable[str], ids: Mapping[str, str]) -> str:
    """A text of the pattern in a life that has these ids."""
    return "".join(ids.get(part, part) for part in parts)


def _id() -> str:
    return str(uuids.uuid7())


def _ids(count: int) -> tuple[str, ...]:
    return tuple(_id() for _ in range(count))
