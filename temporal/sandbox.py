"""Runs workflows in the SDK's sandbox, which is entered for their tasks only."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from temporalio.converter import StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

if TYPE_CHECKING:
    from temporalio.bridge.proto.workflow_activation import WorkflowActivation
    from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
    from temporalio.workflow import Info


class Sandbox(WorkflowRunner):
    """The SDK's sandbox with these modules passed through.

    The SDK asks each workflow, eight times for every payload of a task and each time through the sandbox, in which
    context to convert it. Our payloads (`temporal.payloads`) need no context, so the question is answered outside.
    """

    def __init__(self, *passed_through: str) -> None:
        """Names of modules, with all that is in them."""
        restrictions = SandboxRestrictions.default.with_passthrough_modules(*passed_through)
        self._runner = SandboxedWorkflowRunner(restrictions=restrictions)

    def prepare_workflow(self, defn: Any) -> None:  # noqa: ANN401  the SDK's own type is private
        """As in the base class."""
        self._runner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """As in the base class."""
        return _WithoutContext(self._runner.create_instance(det))

    def set_worker_level_failure_exception_types(self, types: Sequence[type[BaseException]]) -> None:
        """As in the base class."""
        self._runner.set_worker_level_failure_exception_types(types)


class _WithoutContext(WorkflowInstance):
    def __init__(self, instance: WorkflowInstance) -> None:
        self._instance = instance

    def activate(self, act: "WorkflowActivation") -> "WorkflowActivationCompletion":
        return self._instance.activate(act)

    def get_serialization_context(self, command_info: object) -> None:  # noqa: ARG002  as in the base class
        return None

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:  # noqa: ARG002  as above
        return StorageDriverStoreContext()

    def get_info(self) -> "Info":
        return self._instance.get_info()

    def get_thread_id(self) -> int | None:
        return self._instance.get_thread_id()


SANDBOX: Final = Sandbox("registration", "activities", "workflows")
"""For the worker, and for replaying its histories. Our own modules are shared by all instances, not imported again
for each. The rules are pure (import-linter); the workflows' code runs under the full sandbox in the replay tests."""
