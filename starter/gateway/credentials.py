"""A new password (principle 8): first a pending credential, then the message that adopts it."""

import asyncio
from typing import Final

from activities.reconciliation import settle
from registration import errors
from registration.dependencies import Dependency
from registration.messages import Answer, ChangePassword, RedeemCode
from starter.gateway.connection import Gateway, now

_PREDECESSORS_SECONDS: Final = 30
"""Credentials that other processes left pending are settled for so long; one that stays so is for reconciliation."""


async def send_with_password(
    gateway: Gateway,
    registration_id: str,
    message: RedeemCode | ChangePassword,
    password: str,
    *,
    present: str | None = None,
) -> Answer:
    """Stores the password's hash under the message's `request_id`, then sends the message.

    One at a time for each registration; a predecessor without an outcome is settled first. A `request_id` that was
    stored before keeps its first password, and gets the answer that the workflow remembers. `present` is the credential
    whose password was checked. Raises what the rules refuse with, `InvalidInput` for another registration's
    `request_id`, `WrongPassword` where the present password has been replaced since, `Unavailable`.
    """
    password_hash = await gateway.passwords.hash(password)
    async with gateway.turns.of(registration_id):
        bound = asyncio.timeout(_PREDECESSORS_SECONDS)
        try:
            async with bound:
                while not await gateway.writer.add_credential(
                    registration_id, message, password_hash, now(), present=present
                ):
                    before = await gateway.reader.pending_credential(registration_id)
                    if before:
                        await settle(gateway.client, gateway.writer, before)
        except TimeoutError:
            if not bound.expired():  # it was the database
                raise
            raise errors.Unavailable(Dependency.WORKER) from None
        try:
            return await gateway.send(registration_id, message)
        except errors.Unavailable:
            raise
        except errors.UgyfelkapuError:
            await gateway.writer.refuse_credential(message.request_id)
            raise
