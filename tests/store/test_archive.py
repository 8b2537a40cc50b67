"""The archive's folder: each history once, under its own name."""

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from registration.names import registration_id_of
from store.archive import ArchiveDamaged, HistoryArchive
from tests.replay.recorded import FIRST


def recorded(name: str) -> tuple[str, WorkflowHistory]:
    """The id of a recorded registration, and a history of it."""
    whole = json.loads((FIRST / f"{name}.json").read_text(encoding="utf-8"))
    history = WorkflowHistory.from_json(whole["workflow_id"], whole["history"])
    return whole["workflow_id"].removeprefix("registration-"), history


def test_a_history_comes_back_as_it_went_in(tmp_path: Path) -> None:
    archive, (registration_id, history) = HistoryArchive(tmp_path), recorded("online-1")
    assert not archive.has(registration_id, history.run_id)
    assert archive.keep(registration_id, history.run_id, history)
    assert archive.has(registration_id, history.run_id)
    assert archive.run_ids(registration_id) == [history.run_id]
    assert archive.read(registration_id, history.run_id).events == history.events


def test_what_stands_is_never_written_again(tmp_path: Path) -> None:
    """Not even with another history for the same run, and nothing half written is left."""
    archive, (registration_id, history), (_, other) = (
        HistoryArchive(tmp_path),
        recorded("online-1"),
        recorded("online-2"),
    )
    archive.keep(registration_id, history.run_id, history)
    assert not archive.keep(registration_id, history.run_id, other)
    assert archive.read(registration_id, history.run_id).events == history.events
    assert len([file for file in tmp_path.rglob("*") if file.is_file()]) == 1


def test_the_same_history_is_the_same_file_to_the_byte(tmp_path: Path) -> None:
    registration_id, history = recorded("lapsed-1")
    contents = []
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        HistoryArchive(tmp_path / name).keep(registration_id, history.run_id, history)
        contents += [file.read_bytes() for file in (tmp_path / name).rglob("*.json.gz")]
    assert len(contents) == 2
    assert contents[0] == contents[1]


def test_another_runs_history_does_not_pass_for_it(tmp_path: Path) -> None:
    archive, (registration_id, history), (_, other) = (
        HistoryArchive(tmp_path),
        recorded("online-1"),
        recorded("online-2"),
    )
    archive.keep(registration_id, history.run_id, other)
    with pytest.raises(ArchiveDamaged):
        archive.read(registration_id, history.run_id)
    with pytest.raises(FileNotFoundError):
        archive.read(registration_id, other.run_id)


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", "01A2059C-FA3A-7A81-A396-291B6FF2DE25", "{01a2059c}"])
def test_a_name_that_is_no_uuid_is_no_file(tmp_path: Path, name: str) -> None:
    archive, (registration_id, history) = HistoryArchive(tmp_path), recorded("online-1")
    for ids in ((name, history.run_id), (registration_id, name)):
        with pytest.raises(ValueError, match=r"UUID|hexadecimal"):
            archive.keep(*ids, history)
    assert registration_id_of(f"registration-{name}") is None
    assert registration_id_of(f"registration-{registration_id}") == registration_id
    assert registration_id_of(registration_id) is None
    assert list(tmp_path.iterdir()) == []
