"""Workflows that the recorded histories must not replay on: in a file of their own, which the sandbox imports."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from registration.lifecycle import State
    from registration.names import WORKFLOW_TYPE
    from registration.statuses import Status
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
