"""Which process reads which setting: as documented, and no process holds what is not its own."""

from pathlib import Path
from typing import Final

from settings.processes import Process
from settings.setting_rules import variable_of
from settings.settings import SECRETS, Settings, load_settings
from tests.settings.good import GOOD, KEY

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_table_in_the_documents_is_that_of_the_code() -> None:
    """Settings that the same processes read share a line."""
    lines: dict[tuple[str, ...], list[str]] = {}
    for name in Settings.model_fields:
        cells = tuple("needs" if name in p.needs else "reads" if name in p.reads else "" for p in Process)
        lines.setdefault(cells, []).append(f"`{variable_of(name).removeprefix('UGYFELKAPU_')}`")
    assert not any(set(cells) == {""} for cells in lines), "a setting that no process reads"
    rows = [" | ".join(("", ", ".join(names), *cells, "")).strip() for cells, names in lines.items()]
    documented = DOCUMENT.read_text(encoding="utf-8")
    assert [row for row in rows if row not in documented] == []


def test_a_process_has_no_secret_that_is_not_its_own() -> None:
    """Whatever it is given: neither the API nor the pages for staff hold the seeds that sign checkpoints."""
    for process in Process:
        assert process.reads <= Settings.model_fields.keys()
    everything = GOOD | dict.fromkeys(SECRETS - GOOD.keys(), f"c1:{KEY}")
    settings = {
        process: load_settings(
            everything | dict.fromkeys(process.needs - everything.keys(), "https://a.example"), process
        )
        for process in Process
    }
    holders = {name: {process for process in Process if getattr(settings[process], name)} for name in SECRETS}
    assert holders == {
        **{name: set(Process) for name in ("database_url", "master_keys", "index_key", "search_keys")},
        "code_keys": set(Process) - {Process.STAFF_PAGES},
        "smtp_url": {Process.WORKER},
        "assertion_keys": {Process.API, Process.MIGRATE},
        "staff_keys": {Process.STAFF_PAGES, Process.MIGRATE},
        "staff_client_secret": {Process.STAFF_PAGES},
        "checkpoint_keys": {Process.WORKER, Process.MIGRATE},
        "checkpoint_public_keys": {Process.API, Process.STAFF_PAGES},
    }
