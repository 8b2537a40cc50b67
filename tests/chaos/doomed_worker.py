"""The doomed worker's program: production's workers, with some calls held before the process is killed."""

import asyncio
import json
import os
import signal
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final, TypeAlias

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

_HANDED_OVER: Final = "letter:handed over"

_Call: TypeAlias = tuple[str | None, str | None, str]
"""Workflow, run, activity."""


class Doom:
    """Holds calls at their moments until the plan is fulfilled, then kills the victims and this process.

    A test may have Temporal give attempts up soon: all attempts of a call are one call here.
    """

    def __init__(self, plan: dict[str, int], victims: list[int]) -> None:
        """`plan` as in `PLAN`."""
        self._places = plan
        self._awaited = sum(count for moment, count in plan.items() if not moment.endswith(":spared"))
        self._victims = victims
        self._moments: dict[_Call, str] = {}
        self._held: set[_Call] = set()

    @property
    def is_held(self) -> bool:
        """Whether an attempt of the present call is held; another one would do what that has left undone."""
        return _call() in self._held

    def moment(self, *candidates: str) -> str | None:
        """The moment of the present call: the first candidate with a place left, unless it has one already."""
        call = _call()
        if call not in self._moments:
            for moment in candidates:
                if self._places.get(moment, 0):
                    self._places[moment] -= 1
                    self._moments[call] = moment
                    break
        return self._moments.get(call)

    async def hold(self) -> None:
        """Never returns."""
        if not self.is_held:
            self._held.add(_call())
            self._awaited -= 1
        if self._awaited == 0:
            for victim in (*self._victims, os.getpid()):
                os.kill(victim, signal.SIGKILL)
        await asyncio.Event().wait()


def _call() -> _Call:
    info = activity.info()
    return info.workflow_id, info.workflow_run_id, info.activity_id


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
        doom, name = self._doom, activity.info().activity_type
        spared, before, after = (f"{name}:{when}" for when in ("spared", "before", "after"))
        moment = doom.moment(spared, before, after)
        if doom.is_held or moment == before:
            await doom.hold()
        result = await super().execute_activity(input)
        if moment == after:
            await doom.hold()
        return result


def doomed_transport(doom: Doom) -> type[MailTransport]:
    """A transport that dies between the mail server's 250 and the note that the letter was sent."""

    class DoomedTransport(MailTransport):
        async def send(self, message: EmailMessage, to: str) -> None:
            await super().send(message, to)
            if doom.moment(_HANDED_OVER) == _HANDED_OVER:
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
