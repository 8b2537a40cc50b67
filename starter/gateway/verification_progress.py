"""The file that an interrupted verification is continued from: how far it has come, and what it has found.

It is sealed with the installation's key of the seals: nobody without the master keys can write one that says more was
verified than was. Ids, kinds and sentences are in it, no personal data.
"""

import hmac
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from pydantic import ValidationError

from audit.verification.run import Reached
from registration.sentences import Phrases
from settings.operator_files import read_file
from starter.gateway.auditor_answers import FindingLine
from store.audited import AuditStore
from store.documents import dump, load
from store.written_once import sync_folder

_MOST_FINDINGS: Final = 1_000
_FINDINGS_CHARACTERS: Final = 400_000
"""Of all findings that are kept: a tampered row can make one long."""

_MOST_BYTES: Final = 4 * 1024 * 1024
"""Findings, the ids of two parts at most that wait for their second look, the versions of policies."""

_GOES_ON_WITHIN: Final = timedelta(days=7)
"""An older file is more likely forgotten, or a copy, than of a verification under way."""

_PURPOSE: Final = "verification progress"


class ProgressProblem(Phrases):
    """Why a verification is not continued from a file."""

    NOT_OURS = "it is not of a verification of this record, or it was changed"
    NO_KEY = "the key of the seals is gone, or no master key opens it"
    OTHER_VERSION = "another version of this program has begun it"
    TOO_OLD = "it was begun too long ago to go on from"
    OTHER_HISTORIES = "it was begun with Temporal's histories and is to go on without them, or the other way round"
    OTHER_CHECKPOINT = "the checkpoint that it was begun with is not the one that is there now"


class ProgressUnusable(Exception):
    """The file is not one to continue this verification from; it is left as it is."""

    def __init__(self, problem: ProgressProblem) -> None:
        """`problem` says why not."""
        self.problem: Final = problem
        super().__init__(str(problem))


class ProgressUnreadable(Exception):
    """The file cannot be read; the cause says why."""


class ProgressUnwritable(Exception):
    """The file cannot be written; the cause says why."""


@dataclass(frozen=True)
class VerificationProgress:
    """`reached` is `None` until all that belongs to no registration is verified; of the findings the first are kept."""

    version: str
    begun_at: datetime
    with_temporal: bool
    reached: Reached | None = None
    findings: tuple[FindingLine, ...] = ()


@dataclass(frozen=True)
class SealedProgress:
    """The file."""

    progress: VerificationProgress
    seal: str


class ProgressFile:
    """One file of one verification; whoever makes it has opened the key of the seals."""

    def __init__(self, path: Path, store: AuditStore, *, with_temporal: bool) -> None:
        """Reads nothing yet."""
        self._path = path
        self._store = store
        self.progress = VerificationProgress(version("ugyfelkapu"), datetime.now(UTC), with_temporal)
        self._characters = 0

    def open(self) -> None:
        """Reads the file where it exists, and makes it where it does not.

        Raises `ProgressUnreadable`, `ProgressUnusable`, `ProgressUnwritable`.
        """
        try:
            content = read_file(self._path, _MOST_BYTES)
        except FileNotFoundError:
            self._write()
            return
        except OSError as trouble:
            raise ProgressUnreadable from trouble
        found = self._sealed(content)
        if found.version != self.progress.version:
            raise ProgressUnusable(ProgressProblem.OTHER_VERSION)
        if found.begun_at < self.progress.begun_at - _GOES_ON_WITHIN:
            raise ProgressUnusable(ProgressProblem.TOO_OLD)
        if found.with_temporal is not self.progress.with_temporal:
            raise ProgressUnusable(ProgressProblem.OTHER_HISTORIES)
        self.progress = found
        self._characters = sum(map(_length, found.findings))

    def _sealed(self, content: bytes) -> VerificationProgress:
        try:
            found = load(SealedProgress, content)
        except ValidationError:
            raise ProgressUnusable(ProgressProblem.NOT_OURS) from None
        if not hmac.compare_digest(found.seal.encode(), self._seal(found.progress).encode()):
            raise ProgressUnusable(ProgressProblem.NOT_OURS)
        return found.progress

    def _seal(self, progress: VerificationProgress) -> str:
        seal = self._store.seal_of_text(_PURPOSE, dump(progress).decode())
        if seal is None:
            raise ProgressUnusable(ProgressProblem.NO_KEY)
        return seal

    def add(self, finding: FindingLine) -> None:
        """Keeps a finding, if there is room for it, with the next `keep`."""
        fits = self._characters + _length(finding) <= _FINDINGS_CHARACTERS
        if fits and len(self.progress.findings) < _MOST_FINDINGS:
            self.progress = replace(self.progress, findings=(*self.progress.findings, finding))
            self._characters += _length(finding)

    def keep(self, reached: Reached | None) -> None:
        """Writes how far it has come. Raises `ProgressUnwritable`."""
        if reached is not self.progress.reached:
            self.progress = replace(self.progress, reached=reached)
            self._write()

    def _write(self) -> None:
        """Whole or not at all, for its owner alone."""
        content = dump(SealedProgress(self.progress, self._seal(self.progress)))
        try:
            with NamedTemporaryFile(dir=self._path.parent, prefix=".", suffix=".new", delete=False) as written:
                try:
                    written.write(content)
                    written.flush()
                    os.fsync(written.fileno())
                    Path(written.name).replace(self._path)
                except OSError:
                    Path(written.name).unlink(missing_ok=True)
                    raise
            sync_folder(self._path.parent)
        except OSError as trouble:
            raise ProgressUnwritable from trouble

    def remove(self) -> None:
        """The verification is done."""
        with suppress(FileNotFoundError):
            self._path.unlink()


def _length(finding: FindingLine) -> int:
    return len(finding.about) + len(finding.sentence)
