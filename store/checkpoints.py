"""The folder of checkpoints, outside the database: signed documents and heads files, each written once."""

import fcntl
import gzip
import heapq
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from registration.checkpoint import Checkpoint, Head, head_of
from registration.sentences import N_, Sentence
from store.checkpoint_signing import SignedCheckpoint, VerificationKeys
from store.documents import load
from store.heads_file import CheckpointsUnsound, HeadsFile, digest_of
from store.written_once import READ_ONLY, write_once

__all__ = ["CheckpointFolder", "CheckpointTaken", "CheckpointsUnsound", "SignedCheckpoint"]


class CheckpointTaken(Exception):
    """Another checkpoint was written meanwhile: this one has to be made again, with the next number."""


class CheckpointFolder:
    """`000042.json` is the document, `000042.heads.gz` the heads that changed since the one before."""

    def __init__(self, path: Path, keys: VerificationKeys) -> None:
        """The folder exists; `keys` verify what is in it."""
        self._path = path
        self.keys = keys

    def numbers(self) -> list[int]:
        """The numbers of the documents that are there, in order."""
        return sorted(int(file.stem) for file in self._path.glob("*.json") if file.stem.isdecimal())

    def document(self, number: int) -> Path:
        """The file of a document."""
        return self._path / f"{number:06}.json"

    def heads(self, number: int) -> Path:
        """The file of its heads."""
        return self._path / f"{number:06}.heads.gz"

    def read(self, number: int) -> SignedCheckpoint:
        """A document whose signature holds. Raises `CheckpointsUnsound`."""
        file = self.document(number)
        try:
            text = file.read_text(encoding="utf-8")
            signed = load(SignedCheckpoint, text)
        except (OSError, UnicodeDecodeError, ValidationError):
            raise CheckpointsUnsound(file, Sentence(N_("it cannot be read"))) from None
        if signed.text() != text or signed.checkpoint.number != number:
            raise CheckpointsUnsound(file, Sentence(N_("it is not the document of this number, byte for byte")))
        if signed.checkpoint.key_id not in self.keys.public():
            message = N_(
                "its signature cannot be checked, as neither UGYFELKAPU_CHECKPOINT_KEYS nor "
                "UGYFELKAPU_CHECKPOINT_PUBLIC_KEYS has the key {key}"
            )
            raise CheckpointsUnsound(file, Sentence(message, {"key": signed.checkpoint.key_id}))
        if not self.keys.has_signed(signed.checkpoint, signed.signature):
            raise CheckpointsUnsound(
                file, Sentence(N_("the signature is not that of the key {key}"), {"key": signed.checkpoint.key_id})
            )
        return signed

    def signers(self) -> set[str]:
        """The ids of the keys that the documents name as theirs, whether or not they have signed them."""
        return {checkpoint.key_id for checkpoint in self._named()}

    def has_signed_with(self, key_id: str) -> list[bool]:
        """Whether a key of ours has signed the last document that names it; nothing where none does."""
        numbers = [checkpoint.number for checkpoint in self._named() if checkpoint.key_id == key_id]
        try:
            return [bool(self.read(numbers[-1]))] if numbers else []
        except CheckpointsUnsound:
            return [False]

    def _named(self) -> Iterator[Checkpoint]:
        """What the documents say that can be read, in order; nothing is verified."""
        for number in self.numbers():
            with suppress(OSError, UnicodeDecodeError, ValidationError):
                yield load(SignedCheckpoint, self.document(number).read_text(encoding="utf-8")).checkpoint

    def last(self) -> SignedCheckpoint | None:
        """The last document. Raises `CheckpointsUnsound`."""
        numbers = self.numbers()
        return self.read(numbers[-1]) if numbers else None

    def made_for(self, request_id: str) -> SignedCheckpoint | None:
        """The document that a workflow run has made, if any. Raises `CheckpointsUnsound`."""
        signed = (self.read(number) for number in reversed(self.numbers()))
        return next((one for one in signed if one.checkpoint.request_id == request_id), None)

    def chain(self, until: int) -> list[int]:
        """The numbers whose heads files together name every chain at a checkpoint: from the last complete one on.

        Raises `CheckpointsUnsound` where a file is missing or is not the one that its document names.
        """
        numbers: list[int] = []
        for number in range(until, 0, -1):
            checkpoint = self.read(number).checkpoint
            if digest_of(self.heads(number)) != checkpoint.heads:
                raise CheckpointsUnsound(self.heads(number), Sentence(N_("it is not the file that its document names")))
            numbers.append(number)
            if checkpoint.complete:
                return numbers[::-1]
        raise CheckpointsUnsound(self.document(until), Sentence(N_("no complete checkpoint is before it")))

    def history(self, numbers: list[int]) -> Iterator[list[tuple[int, Head]]]:
        """For each chain, in order, what these heads files say of it, oldest first. Raises `CheckpointsUnsound`."""
        merged = heapq.merge(*(self._lines(number) for number in numbers))
        known: list[tuple[int, Head]] = []
        for chain, number, head in merged:
            if known and known[0][1].chain != chain:
                yield known
                known = []
            known.append((number, head))
        if known:
            yield known

    def state(self, until: int) -> Iterator[Head]:
        """Every head as of a checkpoint, in order. Raises `CheckpointsUnsound`."""
        for known in self.history(self.chain(until)):
            yield known[-1][1]

    def _lines(self, number: int) -> Iterator[tuple[tuple[str, ...], int, Head]]:
        try:
            with gzip.open(self.heads(number), "rt", encoding="utf-8") as lines:
                for line in lines:
                    head = head_of(line)
                    yield head.chain, number, head
        except (OSError, EOFError, ValueError):
            raise CheckpointsUnsound(self.heads(number), Sentence(N_("it cannot be read"))) from None

    @contextmanager
    def new_heads(self) -> Iterator[HeadsFile]:
        """A heads file under a temporary name, deleted afterwards unless it was published."""
        temporary = self._path / f".heads-{os.getpid()}-{os.urandom(4).hex()}"
        try:
            with temporary.open("xb") as file:
                yield HeadsFile(temporary, file)
        finally:
            temporary.unlink(missing_ok=True)

    def publish(self, signed: SignedCheckpoint, heads: HeadsFile) -> None:
        """Writes both files; once the document has its name the checkpoint is valid, and never written again.

        A heads file without its document was left by a crash, and is replaced. Raises `CheckpointTaken`.
        """
        checkpoint = signed.checkpoint
        with self._locked():
            if self.document(checkpoint.number).exists() or checkpoint.number != (self.numbers() or [0])[-1] + 1:
                raise CheckpointTaken
            heads.path.chmod(READ_ONLY)
            heads.path.replace(self.heads(checkpoint.number))
            if not write_once(self.document(checkpoint.number), signed.text().encode()):
                raise CheckpointTaken

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time, also when an abandoned attempt is still running."""
        folder = os.open(self._path, os.O_RDONLY)
        try:
            with suppress(OSError):  # a file system without locks still refuses the second link
                fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)
