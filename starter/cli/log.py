"""A service that ends by an error says so in its log too: one JSON object that a program can read."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from registration.statuses import Language
from settings.telemetry import log_to_stderr
from starter.cli.errors import ending_of


@contextmanager
def logged_ending(command: str) -> Iterator[None]:
    """Logs the error that ends a command: the sentence in English, the dependency and the setting to look at."""
    try:
        yield
    except Exception as error:
        log_to_stderr()
        ending = ending_of(error, Language.EN)
        structlog.get_logger().error(
            "command_failed",
            command=command,
            sentence=ending.sentence,
            dependency=ending.dependency and ending.dependency.name,
            setting=ending.setting,
            error=type(error).__name__,
        )
        raise
