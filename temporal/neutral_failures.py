"""A failure reaches a history as its type's name only: messages of exceptions may quote an address or a code."""

from typing import Any

from temporalio.exceptions import ApplicationError, FailureError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor


class NeutralFailures(Interceptor):
    """Replaces every exception of an activity by its type's name; `ApplicationError`s are ours and neutral already."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002  the SDK's name
        """Wraps one activity."""
        return _Neutral(next)


class _Neutral(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002, ANN401  the SDK's signature
        try:
            return await super().execute_activity(input)
        except FailureError:
            raise
        except Exception as failure:  # noqa: BLE001  of any kind: its text must not get into a history
            raise ApplicationError("the activity failed", type=type(failure).__name__) from None
