"""The scene of every tampering: a registration, the world that it lives in, and the hands of the databases' owners."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from registration.canonical import digest
from starter.dev.installation import World

Tampering = Callable[["Scene"], Awaitable[None]]

Named = set[tuple[str, int | None]]
"""What a tampering is named as: kinds, and the events they are about."""


@dataclass
class Scene:
    """A registration that is tampered with, and the owner's connection to the database."""

    world: World
    database: "asyncpg.Connection[asyncpg.Record]"
    registration_id: str
    form: dict[str, Any] = field(default_factory=dict)
    office: str = "1051"
    beside: dict[str, Named] = field(default_factory=dict)
    """What is found about something else than the registration."""

    async def sql(self, text: str, *arguments: object) -> None:
        """As the owner: `$1` is the registration."""
        await self.database.execute(text, self.registration_id, *arguments)

    async def bodies(self) -> list[dict[str, Any]]:
        """The events' bodies."""
        rows = await self.database.fetch(
            "select body from events where registration_id = $1 order by sequence", self.registration_id
        )
        return [json.loads(row["body"]) for row in rows]

    async def put(self, sequence: int, body: dict[str, Any], *, hashed: bool) -> str:
        """Replaces an event's body, with its hash if asked for; returns the hash."""
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        await self.sql(
            "update events set body = $3, previous_hash = $4, hash = case when $5 then $6 else hash end "
            "where registration_id = $1 and sequence = $2",
            *(sequence, text, body["previous_hash"], hashed, digest(text)),
        )
        return digest(text)
