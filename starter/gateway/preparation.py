"""Prepares an installation: the database's schema, the first policy, and Temporal (`ugyfelkapu migrate`)."""

from temporalio.client import Client

from registration.policy import Policy
from starter.gateway.connection import answering, now, open_gateway
from store.keys import key_ring
from store.migrate import migrate
from wiring.preparation import prepare_temporal
from wiring.settings import Settings


@answering
async def prepare(settings: Settings, client: Client) -> None:
    """Brings database and Temporal to what this version needs; running it again is harmless. Raises `Unavailable`."""
    await migrate(settings.database_url.get_secret_value(), key_ring(settings))
    async with open_gateway(settings, client) as gateway:
        if await gateway.reader.policy() is None:
            await gateway.writer.adopt_policy(Policy(), now())
    await prepare_temporal(client, settings)
