"""The log of a worker and of the API: one JSON object a line, whoever writes it; no exception is quoted."""

import json
import subprocess
import sys
from typing import Any

SECRET = "kiss.anna@example.hu"
WRITING = f"""
import asyncio, gc, logging, sys, threading, warnings
import structlog, uvicorn
from settings.telemetry import log_as_json, logging_runtime

log_as_json()
structlog.get_logger().info("ours", number=7)
logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
logging.getLogger("uvicorn.access").info("GET /v1/usernames/{SECRET}")
warnings.warn("a library warns", stacklevel=1)

def failing():
    raise ValueError("{SECRET}")

try:
    failing()
except ValueError:
    logging.getLogger("library").exception("it failed")

thread = threading.Thread(target=failing)
thread.start()
thread.join()

class Ending:
    def __del__(self):
        failing()

Ending()

async def forgotten():
    failing()

async def forgetting():
    task = asyncio.create_task(forgotten())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()

asyncio.run(forgetting())
"""


def logged() -> list[dict[str, Any]]:
    ended = subprocess.run([sys.executable, "-c", WRITING], capture_output=True, text=True, check=True)
    assert ended.stdout == ""
    assert SECRET not in ended.stderr
    return [json.loads(line) for line in ended.stderr.splitlines()]


def test_every_line_is_a_json_object_with_level_and_time_and_quotes_no_exception() -> None:
    lines = logged()
    assert all({"event", "level", "timestamp"} <= set(line) for line in lines)
    assert lines[0].items() >= {"event": "ours", "level": "info", "number": 7}.items()
    assert lines[1].items() >= {"logger": "uvicorn.error", "level": "warning"}.items()
    assert lines[2]["logger"] == "py.warnings"
    assert lines[2]["event"].endswith("UserWarning: a library warns")
    failed = [line for line in lines if line.get("error") == "ValueError"]
    assert [line["logger"] for line in failed] == ["library", "uncaught", "uncaught", "asyncio"]
    assert failed[0]["event"] == "it failed"
    assert failed[3]["event"] == "Task exception was never retrieved"
    assert all(line["trace"][-1].startswith("__main__:") for line in failed)
    assert len(lines) == 7


FLOODING = f"""
import errno, logging, os
from settings.telemetry import log_as_json

log_as_json()
library, other = logging.getLogger("library"), logging.getLogger("other")
for number in range(10_000):
    try:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    except OSError:
        library.exception("socket.accept() out of system resource\\nsocket: <%s {SECRET}>", number)
other.error("socket.accept() out of system resource")
library.warning("socket.accept() out of system resource")
library.error("it failed")
logging.getLogger("py.warnings").warning("%s", "first")
logging.getLogger("py.warnings").warning("%s", "second")
real, logging.time.time = logging.time.time, lambda: real() + 11
for _ in range(3):
    other.error("socket.accept() out of system resource")
for number in range(2_000):
    library.error(f"a kind of its own {{number}}")
"""


def test_what_a_library_repeats_is_one_line_in_ten_seconds_that_counts_those_left_out() -> None:
    """An error in a loop fills no disk: at the limit of descriptors asyncio logged 98 MB in 30 s."""
    ended = subprocess.run([sys.executable, "-c", FLOODING], capture_output=True, text=True, check=True)
    assert SECRET not in ended.stderr
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    entries = [(line["logger"], line["level"], line["event"]) for line in lines[:7]]
    resource = "socket.accept() out of system resource"
    assert entries == [
        ("library", "error", resource),
        ("other", "error", resource),
        ("library", "warning", resource),
        ("library", "error", "it failed"),
        ("py.warnings", "warning", "first"),
        ("py.warnings", "warning", "second"),
        ("other", "error", resource),
    ]
    assert "repeated" not in lines[6]
    assert len(lines) == 7 + 2_000


AFTERWARDS = """
import logging
from settings.telemetry import log_as_json

log_as_json()
library = logging.getLogger("library")
for _ in range(100):
    library.error("it failed")
real, logging.time.time = logging.time.time, lambda: real() + 11
library.error("it failed")
"""


def test_the_line_that_comes_after_a_flood_says_how_many_were_left_out() -> None:
    ended = subprocess.run([sys.executable, "-c", AFTERWARDS], capture_output=True, text=True, check=True)
    assert [json.loads(line).get("repeated") for line in ended.stderr.splitlines()] == [None, 99]
