"""The embedded environment: real servers as child processes, their data in one folder, all stopped at the end."""

import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from temporalio.client import Client

from registration.names import NAMESPACE
from settings.keys import public_ring
from settings.processes import Process
from settings.secret_files import given, is_file_given
from settings.setting_rules import variable_of
from settings.settings import Settings, load_settings
from starter.dev.inbox import Inbox
from starter.dev.kept_authority import kept_roots
from starter.dev.keys import development_keys
from starter.dev.postgres import PostgresServer
from starter.dev.temporal_server import TemporalServer
from temporal.client import connect

DATA_FOLDER: Final = Path(".ugyfelkapu")
_ADDRESSES: Final = "environment.json"
_MAILS: Final = "inbox"
_CHECKPOINTS: Final = "checkpoints"
_ARCHIVE: Final = "archive"


@dataclass(frozen=True)
class Addresses:
    """Where the running environment's servers are; `None` where the environment named one of its own."""

    temporal: str
    database: str
    smtp: str
    temporal_ui: str | None
    portal: str | None = None
    """The address that letters name, unless the environment names another; `None` where there are no pages."""
    staff: str | None = None
    """The address of the pages for staff; `None` where there are none."""
    staff_issuer: str | None = None
    """The OpenID provider that they sign in at."""
    namespace: str = NAMESPACE

    def settings(self, folder: Path, process: Process | None = None) -> Settings:
        """What a process that works with these servers reads of the settings. Raises `SettingsError`."""
        own = {name: text for name, text in self._own(folder).items() if not _is_given(name)}
        return load_settings(own, process)

    def variables(self, folder: Path) -> dict[str, str]:
        """What another process needs in its environment to work with these servers; with keys and passwords."""
        own = self._own(folder.resolve())
        temporal = {name: text for name, text in self.temporal_environment().items() if name.startswith("TEMPORAL_")}
        named = {name: (given(name) or "") if _is_given(name) else text for name, text in own.items()}
        return {variable_of(name): text for name, text in named.items()} | temporal

    def _own(self, folder: Path) -> dict[str, str]:
        keys = development_keys(folder)
        if _is_given("staff_issuer"):  # another provider than the embedded one knows us otherwise
            keys = {name: key for name, key in keys.items() if not name.startswith("staff_client_")}
        own = keys | {
            "database_url": self.database,
            "smtp_url": self.smtp,
            "signature_trust_roots": str(kept_roots(folder)),
            "checkpoint_public_keys": public_ring(given("checkpoint_keys") or keys["checkpoint_keys"]),
            "checkpoint_folder": str(_made(folder / _CHECKPOINTS)),
            "archive_folder": str(_made(folder / _ARCHIVE)),
        }
        of_pages = {
            "portal_url": self.portal,
            "staff_url": self.staff,
            "staff_issuer": self.staff_issuer,
            "temporal_ui_url": f"{self.temporal_ui}/namespaces/{self.namespace}" if self.temporal_ui else None,
        }
        return own | {name: address for name, address in of_pages.items() if address}

    async def connect(self) -> Client:
        """A Temporal client."""
        return await connect(self.temporal_environment())

    def temporal_environment(self) -> dict[str, str]:
        """Temporal's environment configuration for these servers.

        A namespace, key, TLS or profile of the user's own cluster does not apply to the embedded server.
        """
        if self.temporal == os.environ.get("TEMPORAL_ADDRESS"):
            return dict(os.environ)
        others = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
        own = {
            "TEMPORAL_ADDRESS": self.temporal,
            "TEMPORAL_NAMESPACE": self.namespace,
            "TEMPORAL_CONFIG_FILE": os.devnull,
        }
        return others | own

    def announce(self, folder: Path) -> None:
        """Writes them where the commands that work on this folder find them."""
        written = folder / _ADDRESSES
        written.unlink(missing_ok=True)
        written.touch(mode=0o600)  # addresses may have passwords in them
        written.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def of_running(cls, folder: Path = DATA_FOLDER) -> Self | None:
        """The addresses of the environment that runs on this folder, as its own process wrote them."""
        try:
            return cls(**json.loads((folder / _ADDRESSES).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None


@asynccontextmanager
async def embedded_servers(
    folder: Path = DATA_FOLDER, *, ui: bool = True, persistent: bool = True, postgres: Mapping[str, str] = {}
) -> AsyncIterator[Addresses]:
    """Starts PostgreSQL, Temporal and the inbox, each unless the environment names one.

    Not `persistent`, Temporal keeps its histories in memory; PostgreSQL always writes to the folder. `postgres` are
    settings on top of PostgreSQL's own defaults.
    """
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240  once, before anything runs
    async with AsyncExitStack() as stack:
        smtp = given("smtp_url")
        if smtp is None:
            inbox = Inbox(folder / _MAILS)
            inbox.start()
            stack.callback(inbox.stop)
            smtp = inbox.url
        database = given("database_url")
        if database is None:
            relational = PostgresServer(folder / "postgres", settings=postgres)
            await relational.start()
            stack.push_async_callback(relational.stop)
            database = await relational.create_database("ugyfelkapu")
        temporal, temporal_ui = os.environ.get("TEMPORAL_ADDRESS"), None
        if temporal is None:
            server = TemporalServer(folder / "temporal", ui=ui, persistent=persistent)
            await server.start()
            stack.push_async_callback(server.stop)
            temporal, temporal_ui = server.address, server.ui_address
        addresses = Addresses(temporal, database, smtp, temporal_ui)
        addresses.announce(folder)
        stack.callback((folder / _ADDRESSES).unlink, missing_ok=True)
        yield addresses


def mails_folder(folder: Path = DATA_FOLDER) -> Path:
    """Where the inbox keeps its letters."""
    return folder / _MAILS


def _is_given(name: str) -> bool:
    return variable_of(name) in os.environ or is_file_given(name)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
