"""What a client asks for: noted before it is sent, so that an event which no gateway has received is found."""

from registration.descriptions import PresentStatus
from registration.messages import Actor, ActorKind, ChangeEmail, Close, RequestCode
from starter.gateway.engine import Engine, now


def citizen(registration_id: str) -> Actor:
    """The client of a registration, as the record names it."""
    return Actor(ActorKind.CITIZEN, registration_id)


async def ask(engine: Engine, registration_id: str, message: RequestCode | ChangeEmail | Close) -> PresentStatus:
    """Notes a client's request, sends it and waits for the answer. Raises as `Engine.send`."""
    await engine.writer.note_client_request(registration_id, message, now())
    return await engine.send(registration_id, message)
