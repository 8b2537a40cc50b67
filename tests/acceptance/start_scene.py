"""Servers on which commands fail to start, and a hand that starts them in this process."""

import base64
import json
import os
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg
import pytest

from registration.statuses import Language
from settings.settings import Settings, load_settings
from starter.cli import app
from starter.dev.installation import private_folder
from starter.dev.postgres import PostgresServer
from starter.dev.temporal_server import TemporalServer
from starter.dev.tokens import ISSUER, published_keys
from starter.gateway.preparation import prepare
from temporal.client import connect
from tests.support.postgres import FAST

KEY: Final = base64.b64encode(bytes(32)).decode()
OTHER: Final = base64.b64encode(b"x" * 32).decode()
SERVICES: Final = {"worker", "api", "pages"}


@dataclass(frozen=True)
class Servers:
    """Running servers, and the environment of a process that starts on them."""

    postgres: PostgresServer
    environment: Mapping[str, str]

    def role(self, name: str, password: str, database: str) -> str:
        """The address of a database for a role that needs a password."""
        return self.postgres.url.replace("postgres@/postgres", f"{name}:{password}@/{database}")


@asynccontextmanager
async def started_servers() -> AsyncIterator[Servers]:
    """A prepared installation, an empty database, one with a newer schema, and roles with a password."""
    with private_folder() as folder:
        postgres, temporal = PostgresServer(folder / "postgres", settings=FAST), TemporalServer(folder / "temporal")
        await postgres.start()
        try:
            await temporal.start()
            environment = {
                "UGYFELKAPU_DATABASE_URL": await postgres.create_database("prepared"),
                "UGYFELKAPU_SMTP_URL": "smtp://127.0.0.1:1",
                "UGYFELKAPU_MASTER_KEYS": f"m1:{KEY}",
                "UGYFELKAPU_CODE_KEYS": f"c1:{KEY}",
                "UGYFELKAPU_INDEX_KEY": KEY,
                "UGYFELKAPU_ASSERTION_KEYS": f"a1:{KEY}",
                "UGYFELKAPU_TOKEN_ISSUER": ISSUER,
                "UGYFELKAPU_TOKEN_KEYS": str(published_keys(folder)),
                "UGYFELKAPU_API_ADDRESS": "127.0.0.1:0",
                "UGYFELKAPU_PAGES_ADDRESS": "127.0.0.1:0",
                "UGYFELKAPU_TRUSTED_PROXIES": "none",
                "TEMPORAL_ADDRESS": temporal.address,
            }
            client = await connect({"TEMPORAL_ADDRESS": temporal.address})
            for name in ("prepared", "newer"):
                await prepare(_settings(environment, await postgres.create_database(name)), client)
            await postgres.create_database("empty")
            await _execute(await postgres.create_database("newer"), "update alembic_version set version_num = '9999'")
            await _execute(postgres.url, "create role poor login password 'right'")
            allowed = "local all postgres trust\nlocal all all scram-sha-256\n"
            (folder / "postgres" / "data" / "pg_hba.conf").write_text(allowed, encoding="utf-8")
            await _execute(postgres.url, "select pg_reload_conf()")
            yield Servers(postgres, environment)
        finally:
            await temporal.stop()
            await postgres.stop()


def _settings(environment: Mapping[str, str], database: str) -> Settings:
    prefix = "UGYFELKAPU_"
    own = {name.removeprefix(prefix).lower(): text for name, text in environment.items() if name.startswith(prefix)}
    return load_settings(own | {"database_url": database})


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@dataclass(frozen=True)
class Starting:
    """Starts commands with an environment of their own."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    environment: Mapping[str, str]

    def refused(self, command: str, status: int, setting: str, *words: str, **changes: str) -> None:
        """It ends with this status, in one sentence with these words, and as JSON in a service's log.

        `words` are the English ones; setting, status and form are the same in Hungarian, where the worker is asked.
        """
        for name in [name for name in os.environ if name.startswith(("UGYFELKAPU_", "TEMPORAL_"))]:
            self.monkeypatch.delenv(name)
        for name, text in {**self.environment, **changes}.items():
            self.monkeypatch.setenv(name, text)
        for language in Language if command == "worker" else [Language.EN]:
            self.monkeypatch.setenv("UGYFELKAPU_LANG", language)
            ended = app._run(command.split())
            said = self.capsys.readouterr()
            *logged, sentence = said.err.splitlines()
            assert ended == status, said
            assert said.out == ""
            assert setting in sentence
            assert not re.search("unexpected|RuntimeError", said.err)
            assert "Traceback" not in said.err
            assert "once-secret" not in said.err
            assert OTHER not in said.err
            assert sentence.endswith(".")
            if language is Language.EN:
                assert all(word in sentence for word in words), sentence
            lines = [json.loads(line) for line in logged]
            failed = [line for line in lines if line["event"] == "command_failed"]
            assert [line["command"] for line in failed] == ([command] if command in SERVICES else [])
            for line in failed:
                assert line["setting"] == setting
                assert line["level"] == "error"
                assert language is Language.HU or line["sentence"] == sentence
