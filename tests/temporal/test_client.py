"""Our side of a closed frontend: Temporal's own variables name certificates and a token, as the chart sets them."""

import asyncio
from pathlib import Path
from typing import Final

import pytest
from structlog.testing import capture_logs

from registration.errors import Unavailable
from starter.dev.installation import private_folder
from starter.dev.temporal_server import TemporalServer
from temporal.api_key import following_api_key
from temporal.client import check_namespace, connect
from tests.support.chart import example, pods, rendered, variables
from tests.support.mutual_tls import SERVER_NAME, mutual_tls

TOKEN: Final = "eyJ.first"
NEXT_TOKEN: Final = "eyJ.next"
OUTSIDE_SECONDS: Final = 60
"""Longer than a busy machine takes to read a file."""


def variables_of_the_chart(folder: Path) -> dict[str, str]:
    """Temporal's variables of a worker, with its files in a folder here."""
    values = example("full")
    values["temporal"] |= {"namespace": "default", "tls": {"serverName": SERVER_NAME}}
    name, _, container = pods(rendered(values))[0]
    assert name == "registration"
    return {
        variable: value.replace("/run/temporal/tls", str(folder)).replace("/run/temporal/token", str(folder))
        for variable, value in variables(container).items()
        if variable.startswith("TEMPORAL_")
    }


def keep_token(folder: Path, token: str) -> None:
    """As a Secret's file is exchanged: at once."""
    (folder / "next").write_text(f'[profile.default]\napi_key = "{token}"\n', encoding="utf-8")
    (folder / "next").rename(folder / "temporal.toml")


async def test_a_frontend_that_asks_for_a_certificate_lets_in_who_has_one_and_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token is in a file: no variable holds it."""
    given = variables_of_the_chart(tmp_path)
    keep_token(tmp_path, TOKEN)
    with private_folder() as folder:
        server = TemporalServer(folder, persistent=False)
        await server.start()
        try:
            async with mutual_tls(tmp_path, server.address) as address:
                for name, value in (given | {"TEMPORAL_ADDRESS": address}).items():
                    monkeypatch.setenv(name, value)
                client = await connect()
                await check_namespace(client)
                assert client.service_client.config.api_key == TOKEN
                assert TOKEN not in given.values()
                for missing in (
                    ["TEMPORAL_TLS_CLIENT_CERT_PATH", "TEMPORAL_TLS_CLIENT_KEY_PATH"],
                    ["TEMPORAL_TLS_SERVER_CA_CERT_PATH"],
                    ["TEMPORAL_TLS_SERVER_NAME"],
                ):
                    with monkeypatch.context() as without:
                        for name in missing:
                            without.delenv(name)
                        with pytest.raises(Unavailable):
                            await check_namespace(await connect())
        finally:
            await server.kill()


async def test_a_token_is_exchanged_while_the_process_runs_and_kept_where_there_is_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log names neither."""
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "temporal.toml"))
    keep_token(tmp_path, TOKEN)
    client = await connect(lazy=True)
    with capture_logs() as lines:
        async with asyncio.timeout(OUTSIDE_SECONDS), following_api_key(client, every_seconds=0.01):
            (tmp_path / "temporal.toml").write_text(f"api_key {TOKEN}", encoding="utf-8")
            while not lines:  # noqa: ASYNC110  a file sends no event
                await asyncio.sleep(0.01)
            assert client.api_key == TOKEN
            keep_token(tmp_path, NEXT_TOKEN)
            while client.api_key != NEXT_TOKEN:  # noqa: ASYNC110  as above
                await asyncio.sleep(0.01)
    assert {line["event"] for line in lines} == {"temporal_api_key_unreadable", "temporal_api_key_exchanged"}
    assert TOKEN not in str(lines)
    assert NEXT_TOKEN not in str(lines)
