"""Prepares an installation: the database's schema and keys, the first policy, and Temporal (`ugyfelkapu migrate`)."""

from collections.abc import Collection

from temporalio.client import Client
from temporalio.service import RPCError

from registration.dependencies import Dependency
from registration.errors import InvalidInput, Unavailable
from registration.input_rules import InputRule
from registration.policy import Policy
from settings.settings import Settings
from starter.gateway.engine import answering, now
from store.database import opened_pool
from store.keys import key_ring
from store.preparation import prepare_database
from store.reader import Reader
from store.revisions import known_revisions
from store.trouble import naming_database_trouble
from store.writer import Writer
from temporal.client import named
from temporal.preparation import prepare_temporal


@answering
async def prepare(settings: Settings, client: Client, *, give_up_code_keys: Collection[str] = ()) -> None:
    """Brings database and Temporal to what this version needs; running it again is harmless.

    `give_up_code_keys` are retired although codes could still be redeemed. Raises `CannotStart`, `Unavailable`.
    """
    await prepare_database(settings, now(), give_up=give_up_code_keys)
    keys = key_ring(settings)
    async with opened_pool(settings.database_url.get_secret_value(), most=1) as pool:
        if await Reader(pool, keys).policy() is None:
            await Writer(pool, keys).adopt_policy(Policy(), now())
    try:
        await prepare_temporal(client, settings)
    except RPCError as trouble:
        raise named(trouble) from None
    except TimeoutError as trouble:
        raise Unavailable(Dependency.TEMPORAL, reason=type(trouble).__name__) from None


@answering
async def downgrade_to(settings: Settings, revision: str) -> None:
    """Brings the database's schema back to a revision, with the loss of what later tables hold.

    Raises `CannotStart`, `InvalidInput`, `Unavailable`; then nothing was changed.
    """
    if revision not in (known := known_revisions()):
        raise InvalidInput(field="--downgrade-to", rule=InputRule.ONE_OF, choices=", ".join(known))
    from store.migrate import downgrade  # noqa: PLC0415  only who prepares waits for Alembic to be imported

    with naming_database_trouble():
        await downgrade(settings.database_url.get_secret_value(), revision)
