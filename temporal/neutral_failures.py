"""A failure reaches a history as its type's name only: messages of exceptions may quote an address or a code."""

from collections.abc import Callable
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError, FailureError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

Failed = Callable[[str, str], object]
"""Takes the name of an activity and that of the error's type."""


class NeutralFailures(Interceptor):
    """Replaces every exception of an activity by its type's name; `ApplicationError`s are ours and neutral already."""

    def __init__(self, failed: Failed) -> None:
        """Tells `failed` of each failure."""
        self._failed = failed

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002  the SDK's name
        """Wraps one activity."""
        return _Neutral(next, self._failed)


class _Neutral(ActivityInboundInterceptor):
    def __init__(self, following: ActivityInboundInterceptor, failed: Failed) -> None:
        super().__init__(following)
        self._failed = failed

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002, ANN401  the SDK's signature
        try:
            return await super().execute_activity(input)
        except FailureError as failure:
            kind = failure.type if isinstance(failure, ApplicationError) else None
            self._failed(activity.info().activity_type, kind or type(failure).__name__)
            raise
        except Exception as failure:  # noqa: BLE001  of any kind: its text must not get into a history
            self._failed(activity.info().activity_type, type(failure).__name__)
            raise ApplicationError("the activity failed", type=type(failure).__name__) from None
