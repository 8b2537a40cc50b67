"""A service waits at its start for what does not answer yet: with one line in the log, and not for ever."""

import json
import signal
import subprocess
import sys
from typing import Final

import pytest

from registration.dependencies import Dependency
from registration.errors import Unavailable
from settings.start_problems import CannotStart, StartProblem
from starter.cli import waiting


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_PAUSE_SECONDS", 0)


def test_it_begins_again_until_all_answer_and_names_each_that_it_waits_for_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    away = [Dependency.DATABASE, Dependency.DATABASE, Dependency.TEMPORAL, Dependency.DATABASE]

    async def work() -> None:
        if away:
            raise Unavailable(away.pop(0), reason="ConnectionRefusedError")

    waiting.run_once_answered(work, 3600)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["dependency"], line["setting"], line["reason"]) for line in lines] == [
        ("waiting", "DATABASE", "UGYFELKAPU_DATABASE_URL", "ConnectionRefusedError"),
        ("waiting", "TEMPORAL", "TEMPORAL_ADDRESS", "ConnectionRefusedError"),
    ]


@pytest.mark.parametrize("problem", [Unavailable(Dependency.TEMPORAL), CannotStart(StartProblem.NO_SCHEMA)])
def test_it_ends_with_what_is_wrong_once_the_time_has_passed_or_where_waiting_does_not_help(
    problem: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = []

    async def work() -> None:
        tried.append(1)
        raise problem

    seconds = 0 if isinstance(problem, Unavailable) else 3600
    with pytest.raises(type(problem)):
        waiting.run_once_answered(work, seconds)
    assert (len(tried), capsys.readouterr().err) == (1, "")


WAITING: Final = """
from registration.errors import Unavailable
from starter.cli.waiting import run_once_answered
from starter.serving.server import stop_signal

async def work():
    stop_signal()
    raise Unavailable

run_once_answered(work, 60)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_while_it_waits(number: signal.Signals) -> None:
    """Its service handles signals itself from its first moment on."""
    with subprocess.Popen([sys.executable, "-c", WAITING], stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            assert "waiting" in process.stderr.readline()
            process.send_signal(number)
            assert process.wait(timeout=30) == -number
        finally:
            process.kill()
