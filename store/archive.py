"""The archive of finished runs: one compressed history each, written once (Temporal's retention removes them)."""

import gzip
import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

from temporalio.client import WorkflowHistory

from registration.names import workflow_id
from store.runs import run_id_of
from store.written_once import sync_folder, write_once

_SUFFIX: Final = ".json.gz"
_SHARD_DIGITS: Final = 4
"""Ids end in random digits: ten million registrations are some 150 in each of 65,536 folders."""


class ArchiveDamaged(Exception):
    """A file of the archive is not the history that its name says."""


class HistoryArchive:
    """A folder outside database and Temporal. Methods block; files are never changed or removed.

    Registrations and runs are UUIDs; anything else raises `ValueError`: ids come from Temporal, where a writer can
    choose them, and become names of files here.
    """

    def __init__(self, folder: Path) -> None:
        """`folder` exists."""
        self._folder = folder

    def has(self, registration_id: str, run_id: str) -> bool:
        """Whether a run's history is stored."""
        return self._file(registration_id, run_id).exists()

    def keep(self, registration_id: str, run_id: str, history: WorkflowHistory) -> bool:
        """Writes a run's history once, durable when this returns; false if it was stored already. Raises `OSError`."""
        file = self._file(registration_id, run_id)
        file.parent.mkdir(parents=True, exist_ok=True)
        packed = gzip.compress(history.to_json().encode(), mtime=0)  # the same history is the same file
        if not write_once(file, packed):
            return False
        for folder in (file.parent.parent, self._folder):
            sync_folder(folder)
        return True

    def run_ids(self, registration_id: str) -> list[str]:
        """The runs of a registration that are kept, in no order."""
        folder = self._folder_of(registration_id)
        return [file.name.removesuffix(_SUFFIX) for file in _files(folder)]

    def some_runs(self, most: int) -> list[tuple[str, str]]:
        """Registrations and runs at random, at most so many: for a large archive without a look at all of it.

        A folder of registrations is drawn, and all in it are taken, until there are enough or no folder is left.
        """
        shards = [folder for folder in self._folder.glob("[0-9a-f]" * _SHARD_DIGITS) if folder.is_dir()]
        random.shuffle(shards)
        runs = (
            (folder.name, file.name.removesuffix(_SUFFIX))
            for shard in shards
            for folder in shard.iterdir()
            for file in _files(folder)
        )
        return list(itertools.islice(runs, most))

    def read(self, registration_id: str, run_id: str) -> WorkflowHistory:
        """A run's history. Raises `FileNotFoundError`, `ArchiveDamaged`."""
        packed = self._file(registration_id, run_id).read_bytes()
        workflow = workflow_id(registration_id)
        try:
            history = WorkflowHistory.from_json(workflow, gzip.decompress(packed).decode())
            begun = history.events[0].workflow_execution_started_event_attributes
        except Exception:  # noqa: BLE001  gzip, protobuf and JSON each raise errors of their own
            raise ArchiveDamaged from None
        if (begun.workflow_id or workflow, run_id_of(history)) != (workflow, run_id):
            raise ArchiveDamaged
        return history

    def _folder_of(self, registration_id: str) -> Path:
        name = _checked(registration_id)
        return self._folder / name[-_SHARD_DIGITS:] / name

    def _file(self, registration_id: str, run_id: str) -> Path:
        return self._folder_of(registration_id) / f"{_checked(run_id)}{_SUFFIX}"


def _checked(name: str) -> str:
    if str(UUID(name)) != name:
        raise ValueError("a UUID in its usual form is needed")
    return name


def _files(folder: Path) -> Iterator[Path]:
    return folder.glob(f"[!.]*{_SUFFIX}")
