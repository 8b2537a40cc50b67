"""Limits that a client address has reached, without the tries that it takes."""

from registration.limits import Act, limits_of
from starter.dev.installation import World
from starter.gateway.client_addresses import sender_of
from store.keys import key_ring


async def use_up(world: World, act: Act, client_address: str) -> None:
    """Lets an address have done an act as often as it may; others are left alone."""
    subject = sender_of(client_address)
    await world.engine.limits.count(act, subject)
    (limit,) = [limit for limit in limits_of(act) if limit.by == ("address",)]
    key = key_ring(world.settings).blind(limit.name, limit.key(subject) or "")
    done = await world.sql(
        "update attempts set tries = $1 where limit_name = $2 and subject = $3 returning tries",
        limit.tries,
        limit.name,
        key,
    )
    assert done
