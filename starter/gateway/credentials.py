"""A new password (principle 8): first a pending credential, then the message that adopts it."""

from contextlib import suppress

from activities.reconciliation import settle
from registration import errors
from registration.descriptions import PresentStatus
from registration.messages import ChangePassword, RedeemCode
from starter.gateway.engine import Engine, now


async def send_with_password(
    engine: Engine, registration_id: str, message: RedeemCode | ChangePassword, password: str
) -> PresentStatus:
    """Stores the password's hash under the message's `request_id`, then sends the message.

    One at a time for each registration. A `request_id` that was stored before keeps its first password, and gets the
    answer that the workflow remembers. Another credential that a dead process left pending is no obstacle: whichever
    the workflow decides first makes the others void, for each names the password or the code that it rests on. Raises
    what the rules refuse with, `InvalidInput` for another registration's `request_id`, `WrongPassword` where the
    present password has been replaced since, `Unavailable`.
    """
    password_hash = await engine.passwords.hash(password)
    async with engine.keyed_locks.of(registration_id):
        await engine.writer.add_credential(registration_id, message, password_hash, now())
        try:
            return await engine.send(registration_id, message)
        except errors.Unavailable:
            raise
        except errors.UgyfelkapuError:
            await engine.writer.refuse_credential(message.request_id)
            await _settle_others(engine, registration_id)
            raise


async def _settle_others(engine: Engine, registration_id: str) -> None:
    """What the same client's lost tries left pending gets its outcome now too; reconciliation does the rest."""
    with suppress(errors.Unavailable):
        for pending in await engine.reader.pending_credentials(registration_id):
            await settle(engine.client, engine.writer, pending)
