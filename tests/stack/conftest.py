"""The whole of docker-compose.yml in containers, once for all tests of this folder: their order is that of one life."""

import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.stack.engine import Engine, running_engine, why_none
from tests.stack.images import our_image, third_party_images
from tests.stack.packages import EXIT_STATUS_WHERE_IMPOSSIBLE, Missing
from tests.stack.portal import Client, Portal, portal_with_token
from tests.stack.settings import write_settings
from tests.stack.stack import Stack, compose_program


def pytest_sessionstart() -> None:
    """Ends where no engine can be had; a run that is told to end takes everything down first, as with Ctrl-C."""
    if reason := why_none():
        pytest.exit(reason, EXIT_STATUS_WHERE_IMPOSSIBLE)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """For secrets, and the data of an engine of our own."""
    found = Path(tempfile.mkdtemp(prefix="ugyfelkapu-stack-"))
    yield found
    shutil.rmtree(found)


@pytest.fixture(scope="session")
def engine(folder: Path) -> Iterator[Engine]:
    with _or_one_sentence(), running_engine(folder) as found:
        yield found


@pytest.fixture(scope="session")
def stack(engine: Engine, folder: Path, request: pytest.FixtureRequest) -> Iterator[Stack]:
    """Images and settings are there, no container yet."""
    write_settings(folder)
    found = Stack(engine, compose_program(folder, engine.environment), folder)
    found.down()  # what a killed run has left on this engine
    if taken := found.ports_in_use():
        pytest.exit(
            f"docker-compose.yml publishes ports that are in use: {', '.join(taken)}. Stop what listens there.", 1
        )
    with _or_one_sentence(), third_party_images(engine, found.third_party(), folder) as stand_ins:
        _say(f"stand-ins, not the real images: {', '.join(stand_ins) or 'none'}")
        with our_image(engine):
            _say("images are there")
            try:
                yield found
                if request.session.testsfailed:
                    _say(found.compose("ps", "--all"))
                    _say(found.compose("logs", "--no-color", "--tail", "60"))
            finally:
                found.down()
    _say("everything is removed")


@pytest.fixture(scope="session")
def portal(folder: Path, stack: Stack) -> Iterator[Portal]:
    with portal_with_token(folder) as found:
        yield found


@pytest.fixture(scope="session")
def client(portal: Portal) -> Client:
    """Whose life it is."""
    return portal.register("first")


@contextmanager
def _or_one_sentence() -> Iterator[None]:
    try:
        yield
    except Missing as missing:
        pytest.exit(str(missing), EXIT_STATUS_WHERE_IMPOSSIBLE)


def _say(what: str) -> None:
    sys.stdout.write(f"\n[{time.strftime('%H:%M:%S')}] {what}\n")
    sys.stdout.flush()
