"""A whole system for tests: real servers, a worker, the gateways, and a hand on each registration's clock."""

import asyncio
import itertools
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import asyncpg
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from registration.descriptions import Description, PresentStatus
from registration.record import Snapshot
from registration.statuses import Status
from settings.settings import Settings
from starter.dev.environment import Addresses, embedded_servers, mails_folder
from starter.dev.letters import MailFolder
from starter.dev.preparation import prepare_with_offices
from starter.gateway import AuditorGateway, DeskGateway, Engine, OperationsGateway, PortalGateway, open_engine
from temporal.registrations import handle_of
from tests.support.postgres import FAST
from worker import running_workers

EVIDENCE = {
    "document_kind": "PASSPORT",
    "document_number": "BA1234567",
    "consent": True,
    "recipient": "Teszt Elek",
}
PASSWORD = "Nagyon titkos 1"
CLIENT_ADDRESS = "192.0.2.7"
SOON_SECONDS = 20

_CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b")
_numbers = itertools.count(1)


def form(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  any field of the form
    """A registration form with a user name and an address of its own."""
    number = next(_numbers)
    return {
        "user_name": f"teszt.elek{number}",
        "email": f"teszt{number}@example.org",
        "family_name": "Teszt",
        "given_name": "Elek",
        "birth_name": "Teszt Elek",
        "birth_place": "Győr",
        "birth_date": "1980-02-29",
        "mothers_birth_name": "Minta Éva",
    } | changes


def another_address() -> str:
    """A client address from which nothing was tried yet, of those reserved for measuring (RFC 2544)."""
    return str(IPv4Address("198.18.0.0") + next(_numbers))


@dataclass(frozen=True)
class World:
    """One installation; each registration has its own clock."""

    folder: Path
    addresses: Addresses
    settings: Settings
    client: Client
    engine: Engine
    portal: PortalGateway
    desk: DeskGateway
    operations: OperationsGateway
    audit: AuditorGateway
    skipper: TimeSkipper = field(repr=False)
    mails: MailFolder = field(repr=False)

    def handle(self, registration_id: str) -> WorkflowHandle[Any, Any]:
        """The registration's workflow."""
        return handle_of(self.client, registration_id)

    async def sql(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """What a statement on the bare tables gives, past the store: as the database's owner."""
        connection = await asyncpg.connect(self.addresses.database)
        try:
            return await connection.fetch(statement, *arguments)
        finally:
            await connection.close()

    async def forward(self, registration_id: str, duration: timedelta) -> None:
        """Lets a registration's time pass."""
        await self.skipper.fast_forward(self.handle(registration_id), duration)

    async def forward_to(self, registration_id: str, moment: datetime) -> None:
        """Lets a registration's time pass until a moment."""
        await self.forward(registration_id, moment - await self.time(registration_id))

    async def time(self, registration_id: str) -> datetime:
        """A registration's own time."""
        return await self.skipper.get_current_time(self.handle(registration_id))

    async def until(self, registration_id: str, status: Status) -> Description:
        """Waits, in real time, until the workflow and the read model have a status; returns the description."""
        async with asyncio.timeout(SOON_SECONDS):
            while True:
                stored: Snapshot = await self.audit.snapshot(registration_id)
                if stored.status is status:
                    description = await self.audit.describe(registration_id)
                    if description.status is status and description.sequence == stored.sequence:
                        return description
                await asyncio.sleep(0.02)

    def letters(self, address: str) -> list[EmailMessage]:
        """The letters that an address has received, oldest first."""
        return self.mails.letters(address)

    async def letter(self, address: str, number: int) -> EmailMessage:
        """Waits for the `number`th letter (from 1) to an address."""
        async with asyncio.timeout(SOON_SECONDS):
            while len(letters := self.letters(address)) < number:  # noqa: ASYNC110  a mail folder sends no event
                await asyncio.sleep(0.02)
        return letters[number - 1]

    async def code(self, address: str, number: int = 1) -> str:
        """Waits for the `number`th letter to an address and reads its code."""
        return code_in(await self.letter(address, number))

    async def register(self, filled: Mapping[str, Any], *, request_id: str | None = None) -> str:
        """Registers online, from an address of its own; returns the id."""
        return await self.portal.register(filled, client_address=another_address(), request_id=request_id)

    async def request_code(self, filled: Mapping[str, Any]) -> PresentStatus:
        """Has a code sent, from an address of its own: no minute has to pass between two."""
        return await self.portal.request_code(filled["user_name"], filled["email"], client_address=another_address())

    async def registered(self, **changes: Any) -> tuple[str, dict[str, Any], str]:  # noqa: ANN401  any field of the form
        """An online registration that awaits its activation: its id, its form, its code."""
        filled = form(**changes)
        registration_id = await self.register(filled)
        return registration_id, filled, await self.code(filled["email"])

    async def redeem(self, filled: Mapping[str, Any], code: str, **options: Any) -> Any:  # noqa: ANN401  as the gateway's
        """Redeems a code with the tests' password."""
        password = options.pop("password", PASSWORD)
        return await self.portal.redeem_code(
            filled["user_name"], code, password, client_address=CLIENT_ADDRESS, **options
        )

    async def temporary(self, **changes: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  any field of the form
        """A temporary registration: its id and its form."""
        registration_id, filled, code = await self.registered(**changes)
        await self.redeem(filled, code)
        return registration_id, filled

    async def active(self, **changes: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  any field of the form
        """An active registration, opened online: its id and its form."""
        registration_id, filled = await self.temporary(**changes)
        await self.desk.verify_identity(registration_id, EVIDENCE)
        return registration_id, filled


def code_in(letter: EmailMessage) -> str:
    """The code that stands in a letter."""
    body = letter.get_body(("plain",))
    found = _CODE.search(body.get_content() if body else "")
    if found is None:
        raise AssertionError(letter["subject"])
    return found[0]


@asynccontextmanager
async def world_of(addresses: Addresses, folder: Path, *, with_worker: bool = True) -> AsyncIterator[World]:
    """A world on running servers."""
    settings, client = addresses.settings(folder), await addresses.connect()
    await prepare_with_offices(settings, client)
    async with open_engine(settings, client) as engine:
        world = World(
            folder,
            addresses,
            settings,
            client,
            engine,
            PortalGateway(engine),
            DeskGateway(engine, "clerk-7", "1051"),
            OperationsGateway(engine, "operator-1"),
            AuditorGateway(engine),
            TimeSkipper(client, config=TimeSkippingConfig(enabled=False)),
            MailFolder(mails_folder(folder)),
        )
        if not with_worker:
            yield world
            return
        async with running_workers(client, settings):
            yield world


@asynccontextmanager
async def private_folder() -> AsyncIterator[Path]:
    """A folder that PostgreSQL's own user may enter, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ugyfelkapu-test-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def whole_world() -> AsyncIterator[World]:
    """A world with servers of its own."""
    async with (
        private_folder() as folder,
        embedded_servers(folder, ui=False, persistent=False, postgres=FAST) as addresses,
        world_of(addresses, folder) as world,
    ):
        yield world
