"""Where the browser of the tests comes from on a machine that has none."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.chromium import VARIABLE, NoBrowser, found_or_installed, installations

NOTHING_INSTALLED = "/nonexistent/chrome"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are found: empty."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    return tmp_path


def program(place: Path, *, status: int = 0) -> str:
    place.write_text(f"#!/bin/sh\nexit {status}\n", encoding="utf-8")
    place.chmod(0o755)
    return str(place)


def refuse(command: Sequence[str]) -> None:
    raise AssertionError(f"nothing need be installed, but this was: {command}")


@pytest.mark.parametrize("name", ["chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable"])
def test_a_browser_of_the_system_is_used(programs: Path, name: str) -> None:
    installed = program(programs / name)
    assert found_or_installed(NOTHING_INSTALLED, refuse) == installed


def test_one_without_a_window_comes_before_the_others(programs: Path) -> None:
    program(programs / "chromium")
    installed = program(programs / "chromium-headless-shell")
    assert found_or_installed(NOTHING_INSTALLED, refuse) == installed


def test_a_named_browser_comes_before_the_systems(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(programs / "chromium")
    monkeypatch.setenv(VARIABLE, program(programs / "mine"))
    assert found_or_installed(NOTHING_INSTALLED, refuse) == str(programs / "mine")


def test_a_named_browser_that_does_not_start_is_an_error_and_nothing_is_installed(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs / "chromium")
    monkeypatch.setenv(VARIABLE, program(programs / "mine", status=1))
    with pytest.raises(NoBrowser, match=f"^{VARIABLE} names {programs / 'mine'}, which does not start as a browser.$"):
        found_or_installed(NOTHING_INSTALLED, refuse)


def test_playwrights_own_comes_last(programs: Path) -> None:
    own = program(programs / "playwrights")
    assert found_or_installed(own, refuse) == own
    program(programs / "chromium")
    assert found_or_installed(own, refuse) == str(programs / "chromium")


def test_a_program_that_only_says_where_to_find_a_browser_is_none(programs: Path) -> None:
    program(programs / "chromium", status=1)
    own = program(programs / "playwrights")
    assert found_or_installed(own, refuse) == own


def test_one_is_installed_and_then_used(programs: Path) -> None:
    ran: list[Sequence[str]] = []

    def run(command: Sequence[str]) -> None:
        ran.append(command)
        if "install" in command:
            program(programs / "chromium")

    assert found_or_installed(NOTHING_INSTALLED, run) == str(programs / "chromium")
    assert ran == list(installations()[0])


def test_every_way_is_tried_and_then_one_sentence_says_what_to_do(programs: Path) -> None:
    ran: list[Sequence[str]] = []

    def run(command: Sequence[str]) -> None:
        ran.append(command)
        raise subprocess.CalledProcessError(1, command)

    with pytest.raises(NoBrowser, match=r"^The browser tests need Chromium or Chrome: .+\.$") as nothing:
        found_or_installed(NOTHING_INSTALLED, run)
    assert "\n" not in str(nothing.value)
    assert ran == [commands[0] for commands in installations()]
