"""Builds to come, with a change of the workflow behind a patch, and the two that retire it: in a file of their own."""

from typing import Final

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from registration.names import WORKFLOW_TYPE
    from registration.state import State
    from registration.statuses import Status
    from workflows.registration import Registration

PATCH: Final = "note-at-temporary"


class _Later(Registration):
    """Notes something when a registration becomes temporary: a command that older histories do not have."""

    @workflow.init
    def __init__(self, state: State) -> None:
        super().__init__(state)

    @workflow.run
    async def run(self, state: State) -> Status:
        return await super().run(state)

    async def _temporary(self) -> None:
        if self._is_changed():
            workflow.upsert_memo({"noted": True})
        await super()._temporary()

    def _is_changed(self) -> bool:
        return True


@workflow.defn(name=WORKFLOW_TYPE)
class Patched(_Later):
    """The first build with the change: what has passed the place before goes on as it was."""

    def _is_changed(self) -> bool:
        return workflow.patched(PATCH)

    @workflow.init
    def __init__(self, state: State) -> None:
        super().__init__(state)

    @workflow.run
    async def run(self, state: State) -> Status:
        return await super().run(state)


@workflow.defn(name=WORKFLOW_TYPE)
class Deprecated(_Later):
    """The second, once no open run lacks the patch that should: the older way is gone from the code."""

    def _is_changed(self) -> bool:
        workflow.deprecate_patch(PATCH)
        return True

    @workflow.init
    def __init__(self, state: State) -> None:
        super().__init__(state)

    @workflow.run
    async def run(self, state: State) -> Status:
        return await super().run(state)


@workflow.defn(name=WORKFLOW_TYPE)
class Retired(_Later):
    """The third, once no open run carries the patch: nothing is left of it."""

    @workflow.init
    def __init__(self, state: State) -> None:
        super().__init__(state)

    @workflow.run
    async def run(self, state: State) -> Status:
        return await super().run(state)
