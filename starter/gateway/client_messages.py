"""What a client's wish becomes: a message, and before it is sent what must be in the database (principle 8)."""

from contextlib import suppress

from registration import errors
from registration.descriptions import PresentStatus
from registration.messages import Actor, ActorKind, ChangePassword, Message, RedeemCode
from starter.gateway.engine import Engine, now
from store.rows import message_of
from temporal.registrations import settle


def citizen(registration_id: str) -> Actor:
    """The client of a registration, as the record names it."""
    return Actor(ActorKind.CITIZEN, registration_id)


async def ask(engine: Engine, registration_id: str, message: Message) -> PresentStatus:
    """Notes a client's request, sends it and waits for the answer. Raises as `Engine.send`.

    The note finds an event of a request that no gateway has received.
    """
    await engine.writer.note_client_request(registration_id, message, now())
    return await engine.send(registration_id, message)


async def send_with_password(
    engine: Engine, registration_id: str, message: RedeemCode | ChangePassword, password: str
) -> PresentStatus:
    """Stores the password's hash under the message's `request_id`, then sends the message.

    One at a time for each registration. A `request_id` that was stored before keeps its first password, and gets the
    answer that the workflow remembers. Another credential that a dead process left pending is no obstacle: the one that
    the workflow decides first makes the others void, for each names the password or the code that it rests on. Raises
    what the rules refuse with, `InvalidInput` for another registration's `request_id`, `WrongPassword` where the
    present password has been replaced since, `Unavailable`.
    """
    password_hash = await engine.passwords.hash(password)
    async with engine.password_turns.of(registration_id):
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
            await settle(engine.client, registration_id, message_of(pending), engine.writer.refuse_credential)
