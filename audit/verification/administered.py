"""Policies, offices, disabled staff and bulk extensions against the access record, which has a digest of each."""

from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import ValidationError

from audit.verification.findings import Finding, FindingKind
from audit.verification.standings import Standings
from registration.access import NO_OFFICE, AccessEntry
from registration.administration import GONE, Administered, Content
from registration.sentences import N_, Sentence
from store.access_record import AuditedDay
from store.documents import load

_HAS_CONTENT: Final = '"content":{'
"""Most entries have none, and are not parsed."""


class AdministeredContents:
    """What the access record says was put in place, once all of its days have been added."""

    def __init__(self) -> None:
        """Has taken no chain yet."""
        self._entered: dict[tuple[Administered, str], str] = {}
        self._standings = Standings()
        self.checkpoints: dict[int, set[str]] = {}
        """The digests of the documents written under each number, since the folder was begun."""

    def add(self, day: AuditedDay) -> Iterator[Finding]:
        """Takes the next chain, in the order of `AccessRecord.days`; finds acts of those who could not act."""
        for row in day.entries:
            if _HAS_CONTENT in row["body"]:
                try:
                    entry = load(AccessEntry, row["body"])
                except ValidationError:
                    continue  # named when the chain is verified
                content = entry.access.puts
                if content and (day.office == NO_OFFICE or not content.about.row.changes_in_order):
                    self._take(content)
                    self._standings.take(entry, content)

        yield from self._standings.acts(day)

    def _take(self, content: Content) -> None:
        if content.about is not Administered.CHECKPOINT:
            self._entered[content.about, content.key] = content.digest
        elif content.key.isdecimal():
            number = int(content.key)
            if number == 1 and content.digest not in self.checkpoints.get(1, ()):
                self.checkpoints.clear()  # another folder was begun, which auditors see
            self.checkpoints.setdefault(number, set()).add(content.digest)

    @property
    def policies(self) -> set[int]:
        """The versions of the policies that were adopted."""
        return {int(key) for about, key in self._entered if about is Administered.POLICY and key.isdecimal()}

    def differing(self, stored: Iterable[Content], unfinished: Iterable[str]) -> Iterator[Finding]:
        """Contents that differ from their last entry or have none, missing contents, lists wrongly marked as done."""
        entered = {key: digest for key, digest in self._entered.items() if digest != GONE}
        for content in stored:
            digest = entered.pop((content.about, content.key), None)
            if digest is None:
                message = N_("{content} is not one that an entry of the access record put in place")
                yield _finding(content.about, content.key, message)
            elif digest != content.digest:
                message = N_("{content} is not what the access record says was put in place")
                yield _finding(content.about, content.key, message)
        for about, key in entered:
            yield _finding(about, key, N_("{content} is gone, and no entry of the access record says so"))
        for extension_id in unfinished:
            message = N_("{content} is recorded as done, and accounts wait")
            yield _finding(Administered.EXTENSION, extension_id, message)
        yield from self._standings.rest()


def _finding(about: Administered, key: str, message: str) -> Finding:
    named = Administered.EXTENSION if about.row.of_extension else about
    kind = FindingKind[f"{named.name}_DIFFERS"]
    return Finding(f"{named} {key}", None, kind, Sentence(message, {"content": Sentence(about.row.text)}))
