"""A refusal as it crosses Temporal: its type, its sentence in English, the facts that fill its blanks."""

from temporalio.exceptions import ApplicationError

from registration.errors import UgyfelkapuError


def as_failure(refusal: UgyfelkapuError) -> ApplicationError:
    """The failure that a validator or a handler raises; it names no person and is never retried."""
    return ApplicationError(str(refusal), refusal.facts, type=type(refusal).__name__, non_retryable=True)
