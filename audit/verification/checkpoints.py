"""What the checkpoints prove: the end of every chain when the last of them was signed."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from audit.verification.findings import Finding, FindingKind
from registration.checkpoint import REGISTRATION_CHAIN, Head
from registration.merkle import MerkleTree
from registration.sentences import N_, Sentence
from store.checkpoints import CheckpointFolder, CheckpointsUnsound

Known = list[tuple[int, Head]]
"""What the checkpoints say of one chain, oldest first: their numbers, and the chain's end at each."""


_LATE: Final = timedelta(days=2)
"""The schedule makes a checkpoint each day; maintenance may cost one."""


@dataclass(frozen=True)
class KeptDocument:
    """A checkpoint's document as an auditor has kept it; `name` is what a finding calls it."""

    name: str
    content: bytes


class KnownChains:
    """Walks, in the order of the chains, along what the checkpoints know, beside what exists."""

    def __init__(self, known: Iterable[Known] = ()) -> None:
        """`known` is in the order of the chains; it is read one chain ahead."""
        self._known = iter(known)
        self._next = next(self._known, None)

    def before(self, chain: tuple[str, ...] | None) -> Iterator[Known]:
        """The known chains before `chain` that were not asked for; `None`: all that are left."""
        while self._next and (chain is None or self._next[0][1].chain < chain):
            yield self._step(self._next)

    def of(self, chain: tuple[str, ...]) -> Known:
        """What is known of a chain, once those before it have been taken."""
        return self._step(self._next) if self._next and self._next[0][1].chain == chain else []

    def take(self, most: int, *, until: tuple[str, ...] | None) -> list[Known]:
        """The next known chains, at most so many, up to `until`, itself included; `None`: to the end."""
        taken: list[Known] = []
        while self._next and len(taken) < most and (until is None or self._next[0][1].chain <= until):
            taken.append(self._step(self._next))
        return taken

    def _step(self, present: Known) -> Known:
        self._next = next(self._known, None)
        return present


class Witness:
    """Reads the heads files once, in the order of the chains; `findings` are about the checkpoints themselves."""

    def __init__(
        self,
        folder: CheckpointFolder | None,
        *,
        against: KeptDocument | None = None,
        is_copy: bool = False,
        last: int | None = None,
    ) -> None:
        """Reads every document. `against` is what an auditor has kept, as the folder is where it `is_copy`.

        `last` is the checkpoint whose heads are read, instead of the last one.
        """
        self.findings: list[Finding] = []
        self.chains = KnownChains()
        self._is_copy = is_copy
        self.last: int | None = None
        self._folder = folder
        self._tree = MerkleTree()
        if folder:
            self._open(folder, against, last)

    def _open(self, folder: CheckpointFolder, against: KeptDocument | None, last: int | None) -> None:
        numbers = folder.numbers()
        sound = [number for number in numbers if self._is_sound(folder, number)]
        for before, after in pairwise([0, *numbers]):
            for missing in range(before + 1, after):
                self._find(
                    folder.document(missing).name, Sentence(N_("the document is missing, although later ones exist"))
                )
        for before, after in pairwise(sound):
            if after == before + 1 and folder.read(after).checkpoint.previous != folder.read(before).digest:
                self._find(
                    folder.document(after).name,
                    Sentence(N_("it names another predecessor than the document before it")),
                )
        if against:
            self._compare(folder, against)
        if numbers:
            self.last = last or numbers[-1]
            self.chains = KnownChains(self._walked(folder, self.last))

    def _walked(self, folder: CheckpointFolder, number: int) -> Iterator[Known]:
        """Builds the Merkle tree of all last heads on the way; a file that is unsound ends it, as a finding."""
        try:
            for known in folder.history(folder.chain(number)):
                self._tree.add(known[-1][1].line().encode())
                yield known
        except CheckpointsUnsound as trouble:
            self._find(trouble.file, trouble.sentence)
            self.last = None

    def _is_sound(self, folder: CheckpointFolder, number: int) -> bool:
        try:
            folder.read(number)
        except CheckpointsUnsound as trouble:
            self._find(trouble.file, trouble.sentence)
            return False
        return True

    def _compare(self, folder: CheckpointFolder, against: KeptDocument) -> None:
        """The auditor's own copy of a document must be the one in the folder."""
        kept = hashlib.sha256(against.content).hexdigest()
        present = {
            number: hashlib.sha256(folder.document(number).read_bytes()).hexdigest() for number in folder.numbers()
        }
        if kept not in present.values():
            self._find(
                against.name,
                Sentence(N_("no document of the folder is the one that was kept: checkpoints were replaced")),
            )

    @property
    def document(self) -> str | None:
        """The SHA-256 of the document of the checkpoint that is compared with; none where there is none."""
        return self._folder.read(self.last).digest if self._folder and self.last else None

    def finish(self) -> None:
        """Every chain has been taken: their last heads must give the root that was signed."""
        if self._folder is None or self.last is None:
            return
        checkpoint = self._folder.read(self.last).checkpoint
        if (self._tree.size, self._tree.root().hex()) != (checkpoint.leaves, checkpoint.root):
            self._find(
                self._folder.document(self.last).name, Sentence(N_("the heads do not give the root that was signed"))
            )

    def compared_with(self, entered: Mapping[int, set[str]], now: datetime) -> Iterator[Finding]:
        """Compares the folder with the documents that access record and Temporal name; a copy may be an older one.

        Call this after those were read: a document is written before anything names it.
        """
        if self._folder is None:
            return
        numbers, known = self._folder.numbers(), {finding.about for finding in self.findings}
        last = numbers[-1] if numbers else 0
        for number in sorted(entered):
            file = self._folder.document(number)
            if number in numbers and file.name not in known:
                if entered[number] != {hashlib.sha256(file.read_bytes()).hexdigest()}:
                    message = N_("access record or Temporal name another document of this number")
                    yield Finding(file.name, None, FindingKind.CHECKPOINT_UNSOUND, Sentence(message))
            elif number > last and not self._is_copy:
                message = N_("access record or Temporal name this document, and it is gone")
                yield Finding(file.name, None, FindingKind.CHECKPOINT_MISSING, Sentence(message))
        newest = self._folder.document(last).name
        if numbers and not self._is_copy and newest not in known:
            made = self._folder.read(last).checkpoint.at
            if made + _LATE < now and last + 1 not in entered:
                message = N_("no checkpoint was made since {made} (Budapest time), and one is due each day")
                due = self._folder.document(last + 1).name
                yield Finding(due, None, FindingKind.CHECKPOINT_MISSING, Sentence(message, {"made": made}))

    def _find(self, file: str, sentence: Sentence) -> None:
        finding = Finding(file, None, FindingKind.CHECKPOINT_UNSOUND, sentence)
        if finding not in self.findings:
            self.findings.append(finding)


def missing_chain(known: Known) -> Finding:
    """A chain that the checkpoints know and the database lacks."""
    number, head = known[-1]
    of_registration = head.chain[0] == REGISTRATION_CHAIN
    kind = FindingKind.REGISTRATION_MISSING if of_registration else FindingKind.ACCESS_ENTRY_MISSING
    message = N_("the whole chain of {length} is gone, which checkpoint {number} proves")
    sentence = Sentence(message, {"length": head.length, "number": number})
    return Finding(" ".join(head.chain[1:]), None, kind, sentence)


def contradicted(about: str, known: Known, hashes: dict[int, str]) -> Iterator[Finding]:
    """The first checkpoint that a chain contradicts; `hashes` are the present ones by place."""
    agreed = 0
    for number, head in known:
        if head.length == 0 or hashes.get(head.length) == head.hash:
            agreed = head.length
            continue
        facts = {"place": head.length, "number": number, "first": agreed + 1}
        message = N_(
            "entry {place}, which checkpoint {number} proves, is another one now; the chain was rewritten between "
            "{first} and {place}"
        )
        if head.length not in hashes:
            message = N_("entry {place}, which checkpoint {number} proves, is gone")
        yield Finding(about, head.length, FindingKind.CHECKPOINT_CONTRADICTED, Sentence(message, facts))
        return
