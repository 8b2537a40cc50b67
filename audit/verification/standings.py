"""Who acted although the access record has him as disabled, or for an office that it did not know yet."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import ValidationError

from audit.verification.accesses import name_of
from audit.verification.findings import Finding, FindingKind
from registration.access import NO_OFFICE, PREPARATION, AccessEntry, AccessOutcome
from registration.administration import GONE, Administered, Content
from registration.messages import AT_THE_DESK, STAFF
from registration.sentences import N_, Sentence
from registration.times import is_shown
from store.access_record import AuditedDay, Row
from store.documents import load

_APART: Final = timedelta(minutes=10)
"""Clocks of two processes differ by two minutes at most when they start; an act takes a while from check to entry."""

_ACTOR: Final = re.compile(r'\{"access":\{"actor":\{"id":"([^"\\]+)","kind":"([A-Z]+)"(?:,"office":"([^"\\]+)")?[,}]')
"""Most entries need no closer look: they are not read for it."""

_ENDLESS: Final = datetime.max.replace(tzinfo=UTC)


class Standings:
    """What the access record says of staff and offices, chain by chain as `days` has them; operators' come first."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._disabled: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
        self._offices: dict[str, datetime] = {}
        self._since: datetime | None = None
        self._early: list[AuditedDay] = []

    def take(self, entry: AccessEntry, content: Content) -> None:
        """The next entry of an operator, or of `migrate`, that has a content."""
        if not is_shown(entry.at):
            return
        if entry.access.operation == PREPARATION.operation:
            self._since = min(self._since or entry.at, entry.at)
        if content.about is Administered.OFFICE:
            self._offices.setdefault(content.key, entry.at)
        if content.about is Administered.STAFF:
            spans = self._disabled[content.key]
            if content.digest != GONE and (not spans or spans[-1][1] != _ENDLESS):
                spans.append((entry.at, _ENDLESS))
            elif content.digest == GONE and spans and spans[-1][1] == _ENDLESS:
                spans[-1] = (spans[-1][0], entry.at)

    def acts(self, day: AuditedDay) -> Iterator[Finding]:
        """What was done in a chain by who could not; entries of operators before theirs have been taken wait."""
        if day.office < NO_OFFICE:
            self._early.append(day)
            return
        for row in day.entries:
            yield from self._act(day, row)

    def rest(self) -> Iterator[Finding]:
        """The same of the offices whose codes come before the chains of operators."""
        for day in self._early:
            for row in day.entries:
                yield from self._act(day, row)

    def _act(self, day: AuditedDay, row: Row) -> Iterator[Finding]:
        found = _ACTOR.match(row["body"])
        if found is None or found[2] not in STAFF or not self._is_suspect(day, found[1], found[2], found[3]):
            return
        try:
            entry = load(AccessEntry, row["body"])
        except ValidationError:
            return  # named where the chain is looked at
        actor = entry.access.actor
        took_effect = entry.access.outcome is not AccessOutcome.REFUSED and is_shown(entry.at)
        if not took_effect or self._since is None or entry.at < self._since:
            return
        if any(begin + _APART < entry.at < end - _APART for begin, end in self._disabled.get(actor.id, ())):
            sentence = Sentence(N_("who acted was disabled, as the access record says"))
            yield Finding(name_of(day), row["sequence"], FindingKind.STAFF_DIFFERS, sentence)
        known = self._offices.get(actor.office or "")
        if actor.kind in AT_THE_DESK and (known is None or entry.at < known - _APART):
            sentence = Sentence(N_("the office that was acted for is none that the access record had"))
            yield Finding(name_of(day), row["sequence"], FindingKind.OFFICE_DIFFERS, sentence)

    def _is_suspect(self, day: AuditedDay, staff_id: str, kind: str, office: str | None) -> bool:
        if staff_id in self._disabled:
            return True
        known = self._offices.get(office or "")
        return kind in AT_THE_DESK and (known is None or day.day <= (known + _APART).date().isoformat())
