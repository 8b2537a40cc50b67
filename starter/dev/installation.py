"""An installation for rehearsals, tests and measurements: gateways, worker, each registration's clock and letters."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final, Self, TypeVar

import asyncpg
from temporalio.client import Client, WorkflowHandle

from registration.descriptions import Description, PresentStatus
from registration.errors import Unavailable
from registration.statuses import Status
from settings.settings import Settings
from starter.dev.agreement import agreed
from starter.dev.environment import Addresses, mails_folder
from starter.dev.letters import MailFolder, code_in
from starter.dev.preparation import prepare_with_offices
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, another_address, form
from starter.dev.time_skipping import Clocks
from starter.gateway import (
    AuditorGateway,
    CitizenGateway,
    DeskGateway,
    Engine,
    OperationsGateway,
    PortalGateway,
    open_engine,
)
from starter.gateway.engine import new_request_id
from temporal.registrations import handle_of
from worker import running_workers

SOON_SECONDS: Final = 60
"""Everything here takes milliseconds; what takes longer, even on a machine that does much else, does not come."""

_POLL_SECONDS: Final = 0.02

_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class World:
    """One installation, shared by all who work with it; each registration has its own clock.

    What waits raises `TimeoutError` after `SOON_SECONDS`.
    """

    folder: Path
    addresses: Addresses
    settings: Settings
    client: Client
    engine: Engine
    portal: PortalGateway
    citizen: CitizenGateway
    desk: DeskGateway
    operations: OperationsGateway
    audit: AuditorGateway
    clocks: Clocks = field(repr=False)
    mails: MailFolder = field(repr=False)

    def on(self, engine: Engine) -> Self:
        """The same installation through the connections of another process."""
        return replace(self, **_gateways(engine))

    def handle(self, registration_id: str) -> WorkflowHandle[Any, Any]:
        """The registration's workflow."""
        return handle_of(self.client, registration_id)

    async def sql(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """The rows that a statement gives, as the database's owner and past the store."""
        connection = await asyncpg.connect(self.addresses.database)
        try:
            return await connection.fetch(statement, *arguments)
        finally:
            await connection.close()

    async def forward(self, registration_id: str, duration: timedelta) -> None:
        """Lets a registration's time pass. Raises `TimeNotSkipped`."""
        await self.clocks.forward(registration_id, duration)

    async def forward_to(self, registration_id: str, moment: datetime) -> None:
        """Lets a registration's time pass until a moment. Raises `TimeNotSkipped`."""
        await self.clocks.forward_to(registration_id, moment)

    async def time(self, registration_id: str) -> datetime:
        """A registration's own time (UTC). Raises `TimeNotSkipped`."""
        return await self.clocks.time(registration_id)

    async def until(self, registration_id: str, status: Status, *, within_seconds: float = SOON_SECONDS) -> Description:
        """Waits, in real time, until the workflow and the read model have a status; returns the description."""
        async with asyncio.timeout(within_seconds):
            return await agreed(self.audit, registration_id, lambda running: running.status is status)

    def letters(self, address: str) -> list[EmailMessage]:
        """The letters that an address has received, oldest first."""
        return self.mails.letters(address)

    async def letter(self, address: str, number: int, *, within_seconds: float = SOON_SECONDS) -> EmailMessage:
        """Waits for the `number`th letter (from 1) to an address.

        After an outage that may take as long again as the outage took: the back-off of what fails meanwhile doubles.
        """
        async with asyncio.timeout(within_seconds):
            while len(letters := self.letters(address)) < number:  # noqa: ASYNC110  a mail folder sends no event
                await asyncio.sleep(_POLL_SECONDS)
        return letters[number - 1]

    async def code(self, address: str, number: int = 1, *, within_seconds: float = SOON_SECONDS) -> str:
        """Waits for the `number`th letter to an address and reads its code."""
        return code_in(await self.letter(address, number, within_seconds=within_seconds))

    async def register(self, filled: Mapping[str, Any], *, request_id: str | None = None) -> str:
        """Registers online, from a client address of its own; returns the id."""
        once = new_request_id() if request_id is None else request_id
        client_address = another_address()
        return await _patiently(lambda: self.portal.register(filled, client_address=client_address, request_id=once))

    async def request_code(self, filled: Mapping[str, Any]) -> PresentStatus:
        """Has a code sent, from a client address of its own: no minute has to pass between two."""
        return await self.citizen.request_code(filled["user_name"], filled["email"], client_address=another_address())

    async def redeem(self, filled: Mapping[str, Any], code: str, **options: Any) -> Any:  # noqa: ANN401  as the gateway's
        """Redeems a code with the samples' password, or another `password`."""
        asked = {"password": PASSWORD, "request_id": new_request_id(), "client_address": CLIENT_ADDRESS} | options
        return await _patiently(lambda: self.citizen.redeem_code(filled["user_name"], code, **asked))

    async def registered(self, **changes: Any) -> tuple[str, dict[str, Any], str]:  # noqa: ANN401  any field of the form
        """An online registration that awaits its activation: its id, its form, its code."""
        filled = form(**changes)
        registration_id = await self.register(filled)
        return registration_id, filled, await self.code(filled["email"])

    async def temporary(self, **changes: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  any field of the form
        """A temporary registration: its id and its form."""
        registration_id, filled, code = await self.registered(**changes)
        await self.redeem(filled, code)
        return registration_id, filled

    async def active(self, **changes: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  any field of the form
        """An active registration, opened online: its id and its form."""
        registration_id, filled = await self.temporary(**changes)
        once = new_request_id()
        await _patiently(lambda: self.desk.verify_identity(registration_id, EVIDENCE, request_id=once))
        return registration_id, filled


async def _patiently(ask: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """Asks again, under the same request id, while a busy service does not answer within its bounds."""
    ends = asyncio.get_running_loop().time() + SOON_SECONDS
    while True:
        try:
            return await ask()
        except Unavailable:
            if asyncio.get_running_loop().time() > ends:
                raise
            await asyncio.sleep(_POLL_SECONDS)


def _gateways(engine: Engine) -> dict[str, Any]:
    return {
        "engine": engine,
        "portal": PortalGateway(engine),
        "citizen": CitizenGateway(engine),
        "desk": DeskGateway(engine, "clerk-7", "1051"),
        "operations": OperationsGateway(engine, "operator-1"),
        "audit": AuditorGateway(engine, "auditor-1"),
    }


@asynccontextmanager
async def world_on(addresses: Addresses, folder: Path, *, with_worker: bool = True) -> AsyncIterator[World]:
    """Prepares running servers whose keys and letters are in `folder`, and opens a world on them."""
    settings, client = addresses.settings(folder), await addresses.connect()
    await prepare_with_offices(settings, client)
    async with open_engine(settings, client) as engine:
        world = World(
            folder,
            addresses,
            settings,
            client,
            clocks=Clocks(client),
            mails=MailFolder(mails_folder(folder)),
            **_gateways(engine),
        )
        if not with_worker:
            yield world
            return
        async with running_workers(client, settings):
            yield world


@contextmanager
def private_folder(prefix: str = "ugyfelkapu-") -> Iterator[Path]:
    """A folder that PostgreSQL's own user may enter, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
