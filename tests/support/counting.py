"""A gateway whose work is counted: the real one, with a count beside each hash, each query and each unwrapped key."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import asyncpg
from argon2 import PasswordHasher

from registration.limits import Act, Subject
from starter.dev.installation import World
from starter.gateway import CitizenGateway, Engine
from starter.gateway.engine import now
from starter.gateway.passwords import Passwords
from starter.gateway.rate_limits import RateLimits
from store.attempts import Attempts
from store.intake import Intake
from store.keys import key_ring
from store.log_ins import LogInStore
from store.reader import Reader
from store.sealing import KeyRing, WrappedKey
from store.writer import Writer


@dataclass
class Work:
    """What was done since the last look: hashes compared, statements sent, keys unwrapped."""

    hashes: int = 0
    queries: list[str] = field(default_factory=list)
    keys: int = 0


class Hasher(PasswordHasher):
    """The gateway's own hashing, counted."""

    def __init__(self, work: Work, like: PasswordHasher) -> None:
        """With the parameters of `like`."""
        super().__init__(time_cost=like.time_cost, memory_cost=like.memory_cost, parallelism=like.parallelism)
        self._work = work

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  argon2's name
        """As argon2's."""
        self._work.hashes += 1
        return super().verify(hash, password)

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        """As argon2's."""
        self._work.hashes += 1
        return super().hash(password, salt=salt)


class Keys(KeyRing):
    """The installation's keys, counted where one opens another."""

    work: Work

    def unwrap(self, wrapped: WrappedKey, registration_id: str) -> bytes:
        """As the key ring's."""
        self.work.keys += 1
        return super().unwrap(wrapped, registration_id)


@dataclass(frozen=True)
class Counted:
    """A citizen's gateway and its work so far."""

    engine: Engine
    citizen: CitizenGateway
    _work: Work

    def look(self) -> Work:
        """The work since the last look."""
        seen = replace(self._work)
        self._work.hashes, self._work.queries, self._work.keys = 0, [], 0
        return seen


@asynccontextmanager
async def counted(world: World, *, connections: int = 1) -> AsyncIterator[Counted]:
    """On the world's servers, with a pool of its own."""
    work = Work()
    known = key_ring(world.settings)
    keys = Keys(known.master_keys, known.code_keys, known.index_key)
    object.__setattr__(keys, "work", work)
    passwords = Passwords(2)
    passwords._hasher = Hasher(work, passwords._hasher)
    url = world.settings.database_url.get_secret_value()
    async with asyncpg.create_pool(
        url, min_size=1, max_size=connections, init=_logger(work), reset=_leave_as_it_is
    ) as pool:
        limits = RateLimits(Attempts(pool, keys), now)
        engine = replace(
            world.engine,
            reader=Reader(pool, keys),
            writer=Writer(pool, keys),
            intake=Intake(pool, keys),
            passwords=passwords,
            limits=limits,
            log_ins=LogInStore(pool, keys),
        )
        counting = Counted(engine, CitizenGateway(engine), work)
        # A connection asks once for the types that its arrays have.
        await limits.count(Act.LOG_IN, Subject("", account=""))
        counting.look()
        yield counting
    passwords.close()


async def _leave_as_it_is(_connection: object) -> None:
    """As the store's own pool: no statement of its own when a connection comes back."""


def _logger(work: Work) -> Callable[[Any], Any]:
    async def log_queries(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        connection.add_query_logger(lambda record: work.queries.append(record.query))

    return log_queries
