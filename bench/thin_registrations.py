"""The thinnest registrations of the same work: `same_work_temporal.py` of the peers, on our servers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from temporalio import activity
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WorkflowHandle

from bench.load import Rate, at_once
from bench.system import System
from bench.thin import thin_client, thin_work, thin_worker

_QUEUES: Final = ("q", "letters")
"""The workflow's, and that of its letters, as the script has it."""
_ATTRIBUTE: Final = "CustomKeywordField"
_LETTERS_WITHIN_SECONDS: Final = 180


class ThinRegistrations:
    """The thinnest registrations of one system."""

    def __init__(self, system: System, client: Client, work: Any, workflow: Any) -> None:  # noqa: ANN401  of the scripts
        """`work` and `workflow` are what the scripts define."""
        self._system, self._client, self._work, self._workflow = system, client, work, workflow

    async def start(self, count: int, most: int) -> tuple[list[WorkflowHandle[Any, Any]], float]:
        """Starts `count`, `most` at once, and waits for their letters, of which so many a second came."""
        registrations = [await self._work.submit() for _ in range(count)]
        before, began = self._system.post.count, perf_counter()
        handles, _ = await at_once(registrations, most, self._start)
        await self._system.post.has(before + count, _LETTERS_WITHIN_SECONDS)
        rate = count / (perf_counter() - began)
        await self._system.settled()
        self._system.post.received.clear()  # not read
        return handles, rate

    async def activate(self, handles: list[WorkflowHandle[Any, Any]], most: int) -> Rate:
        """Activates all, `most` at once, and waits until no more letters come."""
        pairs = [(handle, await self._work.pending(handle.id)) for handle in handles]
        _, rate = await at_once(pairs, most, self._activate)
        await self._system.settled()
        return rate

    async def _start(self, registration: str) -> WorkflowHandle[Any, Any]:
        return await self._client.start_workflow(
            self._workflow.run, registration, id=registration, task_queue=_QUEUES[0]
        )

    async def _activate(self, pair: tuple[WorkflowHandle[Any, Any], str]) -> None:
        handle, credential = pair
        await handle.execute_update(self._workflow.activate, credential)


@asynccontextmanager
async def thin_registrations(system: System, scripts: Path) -> AsyncIterator[ThinRegistrations]:
    """With a worker in this process. `scripts` is the peers' folder."""
    async with thin_work(system, scripts) as work:
        client = await thin_client(system)
        keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes={_ATTRIBUTE: keyword})
        )
        workflow = import_module("same_work_temporal").Registration

        @activity.defn(name="record")
        async def record(*order: Any) -> str:  # noqa: ANN401  as work.py has it
            return str(await work.record(*order))

        @activity.defn(name="letter")
        async def letter(*order: Any) -> None:  # noqa: ANN401  as work.py has it
            await work.letter(*order)

        async with thin_worker(client, workflow, record=record, letter=letter, queues=_QUEUES):
            yield ThinRegistrations(system, client, work, workflow)
