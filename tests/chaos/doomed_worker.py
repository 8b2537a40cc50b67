"""The doomed worker's program: production's workers, with some calls held before the process is killed."""

import asyncio
import json
import os
import signal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import temporalio.client
import temporalio.worker
from temporalio import activity
from temporalio.client import Client

import worker
from activities.letters import transport
from activities.letters.transport import MailTransport
from settings.settings import load_settings
from temporal.client import connect
from tests.chaos.doom import PLAN, READY, VICTIMS


class Doom:
    """Holds calls at their moments until the plan is fulfilled, then kills the victims and this process."""

    def __init__(self, plan: dict[str, int], victims: list[int]) -> None:
        """`plan` as in `PLAN`."""
        self._places = plan
        self._awaited = sum(count for moment, count in plan.items() if not moment.endswith(":spared"))
        self._victims = victims
        self._held: set[tuple[str | None, str]] = set()

    @property
    def is_held(self) -> bool:
        """Whether the present call has its moment already: it has one."""
        return _call() in self._held

    def spares(self) -> bool:
        """Whether the present call is held at no moment."""
        return self._has_place(f"{activity.info().activity_type}:spared")

    def reserve(self, moment: str) -> bool:
        """Whether the present call is one of those that are held at `moment`."""
        is_held = self._has_place(moment)
        if is_held:
            self._held.add(_call())
        return is_held

    def _has_place(self, moment: str) -> bool:
        free = self._places.get(moment, 0)
        self._places[moment] = free - 1
        return free > 0

    async def hold(self) -> None:
        """Never returns."""
        self._awaited -= 1
        if self._awaited == 0:
            for victim in (*self._victims, os.getpid()):
                os.kill(victim, signal.SIGKILL)
        await asyncio.Event().wait()


def _call() -> tuple[str | None, str]:
    info = activity.info()
    return info.workflow_id, info.activity_id


class DoomedActivities(temporalio.client.Interceptor, temporalio.worker.Interceptor):
    """Reaches production's workers through the client that they are given."""

    def __init__(self, doom: Doom) -> None:
        self._doom = doom

    def intercept_activity(
        self,
        next: temporalio.worker.ActivityInboundInterceptor,  # noqa: A002  the SDK's name
    ) -> temporalio.worker.ActivityInboundInterceptor:
        return _DoomedActivity(next, self._doom)


class _DoomedActivity(temporalio.worker.ActivityInboundInterceptor):
    def __init__(self, following: temporalio.worker.ActivityInboundInterceptor, doom: Doom) -> None:
        super().__init__(following)
        self._doom = doom

    async def execute_activity(self, input: temporalio.worker.ExecuteActivityInput) -> Any:  # noqa: A002, ANN401  the SDK's
        if self._doom.is_held:  # another attempt, since a test has Temporal give attempts up soon
            await asyncio.Event().wait()
        if self._doom.spares():
            return await super().execute_activity(input)
        name = activity.info().activity_type
        if self._doom.reserve(f"{name}:before"):
            await self._doom.hold()
        held_after = self._doom.reserve(f"{name}:after")
        result = await super().execute_activity(input)
        if held_after:
            await self._doom.hold()
        return result


def doomed_transport(doom: Doom) -> type[MailTransport]:
    """A transport that dies between the mail server's 250 and the note that the letter was sent."""

    class DoomedTransport(MailTransport):
        async def send(self, message: EmailMessage, to: str) -> None:
            held = not doom.is_held and doom.reserve("letter:handed over")
            await super().send(message, to)
            if held:
                await doom.hold()

    return DoomedTransport


async def main() -> None:
    """Works until the plan is fulfilled."""
    doom = Doom(json.loads(os.environ[PLAN]), json.loads(os.environ[VICTIMS]))
    vars(transport)["MailTransport"] = doomed_transport(doom)
    config = (await connect()).config()
    config["interceptors"] = [DoomedActivities(doom)]
    async with worker.running_workers(Client(**config), load_settings()):
        await asyncio.to_thread(Path(os.environ[READY]).touch)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
