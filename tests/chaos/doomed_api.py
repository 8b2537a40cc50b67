"""The doomed API's program: production's API, which dies once its plan's registrations are held."""

import asyncio
import json
import os
import signal
from datetime import timedelta

from temporalio.client import Client

from registration.state import State
from starter.cli.app import main
from starter.gateway import engine
from temporal.registrations import launch
from tests.chaos.doom import PLAN


class Doom:
    """Replaces `launch`: holds each registration `before` or `after` its workflow is started."""

    def __init__(self, plan: dict[str, int]) -> None:
        """`plan` has how many registrations are held at each moment."""
        self._before = plan["before"]
        self._awaited = plan["before"] + plan["after"]

    async def launch(self, client: Client, state: State, *, within: timedelta = timedelta(seconds=20)) -> None:
        """Never returns."""
        self._before -= 1
        if self._before < 0:
            await launch(client, state, within=within)
        self._awaited -= 1
        if self._awaited == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.Event().wait()


if __name__ == "__main__":
    engine.launch = Doom(json.loads(os.environ[PLAN])).launch  # type: ignore[attr-defined]  # what it imports
    main()
