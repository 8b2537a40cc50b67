"""Waits until a registration's workflow and PostgreSQL have the same."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from registration.descriptions import Description
from registration.errors import Unavailable

if TYPE_CHECKING:
    from starter.gateway import AuditorGateway

_POLL_SECONDS: Final = 0.02


async def agreed(audit: "AuditorGateway", registration_id: str, holds: Callable[[Description], bool]) -> Description:
    """The workflow's description, once it `holds` and the read model is at the same event; unbounded: callers bound it.

    A query right after continue-as-new may fail (measured), and is sent again.
    """
    while True:
        with suppress(Unavailable):
            running = await audit.describe(registration_id)
            if holds(running) and (await audit.snapshot(registration_id)).sequence == running.sequence:
                return running
        await asyncio.sleep(_POLL_SECONDS)
