"""A refusal as a failure of Temporal: its type, its English sentence, the facts that fill its placeholders."""

from temporalio.exceptions import ApplicationError

from registration.errors import UgyfelkapuError


def as_failure(refusal: UgyfelkapuError) -> ApplicationError:
    """The failure for a validator or a handler to raise; it names no person and is never retried."""
    return ApplicationError(str(refusal), refusal.facts, type=type(refusal).__name__, non_retryable=True)
