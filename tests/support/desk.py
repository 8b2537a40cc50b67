"""A clerk's, an auditor's and an operator's hands on the API."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx

from starter.dev.installation import World
from starter.dev.samples import EVIDENCE
from tests.support.api import Api


@dataclass(frozen=True)
class Staff:
    """Somebody with a token; `office` where the role has one."""

    api: Api
    role: str
    id: str
    office: str | None = None

    async def get(self, path: str, *, accept: str = "application/json", **query: str) -> httpx.Response:
        """GET, in English."""
        return await self.api.http.get(path, params=query, headers=self._headers() | {"Accept": accept})

    async def post(
        self, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None, accept: str = "*/*"
    ) -> httpx.Response:
        """POST, with an Idempotency-Key if one is given."""
        headers = self._headers() | {"Accept": accept} | ({"Idempotency-Key": key} if key else {})
        return await self.api.http.post(path, json=body, headers=headers)

    async def put(self, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """PUT."""
        return await self.api.http.put(path, json=body, headers=self._headers())

    async def delete(self, path: str) -> httpx.Response:
        """DELETE."""
        return await self.api.http.delete(path, headers=self._headers())

    async def act(self, reference: str, act: str, *, key: str | None = None, **fields: Any) -> httpx.Response:  # noqa: ANN401  any field of a body
        """An act in person on a registration, on evidence."""
        body = {"evidence": EVIDENCE, **fields}
        return await self.post(f"/v1/desk/registrations/{reference}/{act}", body, key=key)

    def _headers(self) -> dict[str, str]:
        return self.api.bearer(self.role, caller=self.id, office=self.office)


@asynccontextmanager
async def unwritable_record(world: World) -> AsyncIterator[None]:
    """PostgreSQL refuses every new entry of the access record."""
    connection = await asyncpg.connect(world.settings.database_url.get_secret_value())
    try:
        await connection.execute(
            """create function fail() returns trigger language plpgsql as $$ begin raise exception 'full'; end $$;
            create trigger fail before insert on access_entries for each row execute function fail()"""
        )
        yield
    finally:
        await connection.execute("drop trigger fail on access_entries; drop function fail")
        await connection.close()


def clerk(api: Api, name: str = "clerk-7", office: str = "1051") -> Staff:
    """A clerk of an office."""
    return Staff(api, "clerk", name, office)


def supervisor(api: Api, office: str = "1051") -> Staff:
    """The supervisor of an office."""
    return Staff(api, "supervisor", "supervisor-1", office)


def auditor(api: Api) -> Staff:
    """An auditor."""
    return Staff(api, "auditor", "auditor-1")


def operator(api: Api, name: str = "operator-1") -> Staff:
    """An operator."""
    return Staff(api, "operator", name)


def today() -> str:
    """In UTC, as the access record counts days."""
    return f"{datetime.now(UTC):%Y-%m-%d}"
