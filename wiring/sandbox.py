"""The sandbox that workflows run in: in the worker, and where their histories are replayed."""

from typing import Final

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

SANDBOX: Final = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules("registration", "activities", "workflows")
)
"""Our own modules are shared by all instances, not imported again for each. The rules are pure (import-linter); the
workflows' code runs under the sandbox's checks in the replay tests."""
