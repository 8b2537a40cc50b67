"""How the processes of the command line end, each with an environment or an interpreter of its own."""

import signal
import subprocess
import sys

import psutil
import pytest

from tests.acceptance.command_line import (
    SOON_SECONDS,
    CommandLine,
    command,
    environment_of,
    folder_with_a_space,
    form,
    running_dev,
)

WITH_A_TRACE_OF_ITS_TEAR_DOWN = """
import atexit
from starter.cli.app import main

atexit.register(print, "torn down")
main(["no-such-command"] if {fails} else ["--help"])
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_environment_in_order_and_leaves_no_process_behind(number: signal.Signals) -> None:
    """What was registered before is there after the next start; Ctrl-C twice is no harm."""
    with folder_with_a_space() as folder:
        here = CommandLine(folder, {})
        with running_dev(folder) as (dev, _):
            registration_id = here("register", form(here, "maradok"), "--json").data["registration_id"]
            children = psutil.Process(dev.pid).children(recursive=True)
            assert children
            dev.send_signal(number)
            dev.send_signal(number)
            assert dev.wait(SOON_SECONDS * 2) == 0
            _, alive = psutil.wait_procs(children, timeout=SOON_SECONDS)
            assert alive == []
        here("describe", "maradok").refused(2, "ugyfelkapu dev")
        with running_dev(folder):
            assert here("describe", "maradok", "--json").data["registration_id"] == registration_id


@pytest.mark.parametrize(("fails", "status"), [(False, 0), (True, 2)])
def test_a_command_says_everything_and_ends_without_the_interpreters_tear_down(fails: bool, status: int) -> None:
    """In it a thread of the Temporal client may crash the process, whose work is done (temporalio/sdk-python#300)."""
    ended = subprocess.run(
        [sys.executable, "-c", WITH_A_TRACE_OF_ITS_TEAR_DOWN.format(fails=fails)],
        env=environment_of(UGYFELKAPU_LANG="en"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == status
    assert ("fast-forward" in ended.stdout) is not fails
    assert ("The command line is wrong" in ended.stderr) is fails
    assert "torn down" not in ended.stdout


def test_a_reader_that_has_gone_is_no_traceback() -> None:
    """As in `ugyfelkapu --help | head -1`, whose pipe is closed before all is said."""
    with subprocess.Popen(
        command("--help"), env=environment_of(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as ended:
        assert ended.stdout is not None
        assert ended.stderr is not None
        ended.stdout.close()
        assert ended.stderr.read() == ""
    assert ended.returncode == 1
