"""Workflows that the recorded histories must not replay on: in a file of their own, which the sandbox imports."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from registration.archiving import Archived
    from registration.checkpoint import CheckpointMade
    from registration.extensions import ExtensionRun, Progress
    from registration.names import (
        ARCHIVE_WORKFLOW_TYPE,
        CHECKPOINT_WORKFLOW_TYPE,
        EXTENSION_WORKFLOW_TYPE,
        RECONCILIATION_WORKFLOW_TYPE,
        WORKFLOW_TYPE,
    )
    from registration.reconciliation import Findings
    from registration.state import State
    from registration.statuses import Status
    from workflows.archive import Archive
    from workflows.bulk_extension import BulkExtension
    from workflows.checkpoint import Checkpointing
    from workflows.reconciliation import Reconciliation
    from workflows.registration import Registration


@workflow.defn(name=WORKFLOW_TYPE)
class Impatient(Registration):
    """Waits a second before it does what `Registration` does: a timer that no recorded history has."""

    @workflow.init
    def __init__(self, state: State) -> None:
        super().__init__(state)

    @workflow.run
    async def run(self, state: State) -> Status:
        await workflow.sleep(timedelta(seconds=1))
        return await super().run(state)


@workflow.defn(name=WORKFLOW_TYPE)
class Forgetful(Registration):
    """Never does anything by itself: it records no opening and waits for no deadline."""

    @workflow.init
    def __init__(self, state: State) -> None:
        super().__init__(state)

    @workflow.run
    async def run(self, state: State) -> Status:
        await workflow.wait_condition(lambda: self._ledger.status.is_final)
        return state.snapshot.status


@workflow.defn(name=EXTENSION_WORKFLOW_TYPE)
class ImpatientExtension(BulkExtension):
    """The same of a bulk extension."""

    @workflow.init
    def __init__(self, run: ExtensionRun) -> None:
        super().__init__(run)

    @workflow.run
    async def run(self, run: ExtensionRun) -> Progress:
        await workflow.sleep(timedelta(seconds=1))
        return await super().run(run)


@workflow.defn(name=CHECKPOINT_WORKFLOW_TYPE)
class ImpatientCheckpoint(Checkpointing):
    """The same of a checkpoint."""

    @workflow.run
    async def run(self) -> CheckpointMade:
        await workflow.sleep(timedelta(seconds=1))
        return await super().run()


@workflow.defn(name=RECONCILIATION_WORKFLOW_TYPE)
class ImpatientReconciliation(Reconciliation):
    """The same of a pass of reconciliation."""

    @workflow.run
    async def run(self) -> Findings:
        await workflow.sleep(timedelta(seconds=1))
        return await super().run()


@workflow.defn(name=ARCHIVE_WORKFLOW_TYPE)
class ImpatientArchive(Archive):
    """The same of a pass of the archive."""

    @workflow.run
    async def run(self) -> Archived:
        await workflow.sleep(timedelta(seconds=1))
        return await super().run()
