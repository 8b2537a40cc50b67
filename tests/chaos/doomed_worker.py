"""The doomed worker's program: production's workers, with some calls held before the process is killed."""

import asyncio
import json
import os
import signal
from contextvars import ContextVar
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import temporalio.client
import temporalio.worker
from temporalio.client import Client

import worker
from activities.letters import transport
from activities.letters.transport import MailTransport
from settings.settings import load_settings
from temporal.client import connect
from tests.chaos.doom import PLAN, READY, VICTIMS

_spoken_for: ContextVar[bool] = ContextVar("spoken_for", default=False)
"""Whether the present call is held later already: each call has one moment."""


class Doom:
    """Holds calls at their moments until the plan is fulfilled, then kills the victims and this process."""

    def __init__(self, plan: dict[str, int], victims: list[int]) -> None:
        """`plan` as in `PLAN`."""
        self._places = plan
        self._awaited = sum(count for moment, count in plan.items() if not moment.endswith(":spared"))
        self._victims = victims

    def reserve(self, moment: str) -> bool:
        """Whether this call is one of those that are held at `moment`."""
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
        name = temporalio.activity.info().activity_type
        if self._doom.reserve(f"{name}:spared"):
            return await super().execute_activity(input)
        if self._doom.reserve(f"{name}:before"):
            await self._doom.hold()
        held_after = self._doom.reserve(f"{name}:after")
        _spoken_for.set(held_after)
        result = await super().execute_activity(input)
        if held_after:
            await self._doom.hold()
        return result


def doomed_transport(doom: Doom) -> type[MailTransport]:
    """A transport that dies between the mail server's 250 and the note that the letter was sent."""

    class DoomedTransport(MailTransport):
        async def send(self, message: EmailMessage, to: str) -> None:
            held = not _spoken_for.get() and doom.reserve("letter:handed over")
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
