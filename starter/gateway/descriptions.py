"""A registration's present state: from its workflow, and from the read model in PostgreSQL.

A reference is a registration's id, user name or receipt number. Each function raises `NotFound`, `Unavailable`, and
`InvalidInput` for a receipt number that is mistyped.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Final

from temporalio.service import RPCError, RPCStatusCode

from registration.deadlines import describe_snapshot
from registration.descriptions import ComparedDescription, Description, Overview
from registration.errors import NotFound, Unavailable
from registration.record import Snapshot
from registration.statuses import Status
from starter.gateway.engine import Engine, answering, now
from temporal.client import silent_dependency
from temporal.registrations import handle_of

_ANSWERS_WITHIN_SECONDS: Final = 17
"""A query needs a worker; without one there is no answer. Who is silent is found out in 3 seconds more."""

_WAITING_CLIENT_SECONDS: Final = 3
"""A workflow answers in milliseconds; a client should not look at an empty page for longer."""

_AGAIN_SECONDS: Final = 0.1
"""A first workflow task comes within milliseconds, in skipped time within a second (measured)."""


@answering
async def describe(engine: Engine, reference: str) -> Description:
    """The registration's present state: its workflow's answer to the query `describe`.

    Once retention has removed a finished workflow, the read model answers alone.
    """
    registration_id = await engine.registration_id(reference)
    try:
        return await _ask(engine, registration_id)
    except RPCError as trouble:
        stored = await engine.reader.snapshot(registration_id)
        if trouble.status is RPCStatusCode.NOT_FOUND and stored and stored.status.is_final:
            return describe_snapshot(registration_id, stored, now())
        raise


@answering
async def snapshot(engine: Engine, reference: str) -> Snapshot:
    """The registration's present state in PostgreSQL, without its workflow."""
    stored = await engine.reader.snapshot(await engine.registration_id(reference))
    if stored is None:
        raise NotFound
    return stored


async def look(engine: Engine, registration_id: str) -> Overview:
    """The part of it that names no one: from the read model, where the workflow does not answer within seconds."""
    stored = await snapshot(engine, registration_id)
    if stored.status is not Status.SUBMITTED:
        with suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(_WAITING_CLIENT_SECONDS):
                return Overview.of(await describe(engine, registration_id))
    return Overview.of(describe_snapshot(registration_id, stored, now()))


async def compare(engine: Engine, reference: str) -> ComparedDescription:
    """The workflow's description beside that of the read model."""
    running = await describe(engine, reference)
    stored = await snapshot(engine, running.registration_id)
    return ComparedDescription.of(running, describe_snapshot(running.registration_id, stored, now()))


async def _ask(engine: Engine, registration_id: str) -> Description:
    """Asks again for a moment where a run has only just continued as new and has no first workflow task yet."""
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN_SECONDS):
            while True:
                try:
                    description: Description = await handle_of(engine.client, registration_id).query(
                        "describe", result_type=Description, rpc_timeout=timedelta(seconds=_ANSWERS_WITHIN_SECONDS)
                    )
                except RPCError as trouble:
                    if trouble.status is not RPCStatusCode.FAILED_PRECONDITION:
                        raise
                    await asyncio.sleep(_AGAIN_SECONDS)
                else:
                    return description
    except TimeoutError:
        raise Unavailable(await silent_dependency(engine.client)) from None
