import asyncio
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import psutil
import pytest

from starter.dev import postgres_processes
from starter.dev.postgres import PostgresServer
from tests.support.postgres import FAST

SERVER_OF_A_PROCESS = """
import asyncio, pathlib, sys
from starter.dev.postgres import PostgresServer
from tests.support.postgres import FAST

async def main():
    server = PostgresServer(pathlib.Path(sys.argv[1]))
    await server.start()
    print(server.pid, server.url, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
async def server(directory: Path) -> AsyncIterator[PostgresServer]:
    started = PostgresServer(directory, settings=FAST)
    await started.start()
    yield started
    await started.stop()


async def run(url: str, sql: str) -> object:
    """The first value of the first row."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def runs(process: psutil.Process) -> bool:
    """Whether it lives; an orphan's dead body may stay until the system's first process looks after it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def socket_directory(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


async def test_a_committed_row_survives_a_kill(server: PostgresServer) -> None:
    url = await server.create_database("app")
    await run(url, "CREATE TABLE t AS SELECT 42 AS answer")

    await server.kill()
    await server.start()

    assert await run(url, "SELECT answer FROM t") == 42


async def test_a_stopped_server_starts_again_at_the_same_url(server: PostgresServer) -> None:
    url = await server.create_database("app")
    await run(url, "CREATE TABLE t AS SELECT 42 AS answer")

    await server.stop()
    await server.start()

    assert await run(url, "SELECT answer FROM t") == 42


async def test_kill_ends_the_backends_too(server: PostgresServer) -> None:
    """A backend in the middle of a query does not notice its postmaster's death by itself."""
    connection = await asyncpg.connect(server.url)
    query = asyncio.create_task(connection.execute("SELECT count(*) FROM generate_series(1, 1000000000000)"))
    await asyncio.sleep(0.1)
    processes = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]

    await server.kill()

    assert not any(runs(process) for process in processes)
    with pytest.raises((asyncpg.ConnectionDoesNotExistError, asyncpg.InterfaceError, ConnectionError)):
        await query
    connection.terminate()


async def test_stop_does_not_wait_for_clients_and_removes_the_socket(server: PostgresServer) -> None:
    connection = await asyncpg.connect(server.url)

    await asyncio.wait_for(server.stop(), 5)

    assert not socket_directory(server.url).exists()
    connection.terminate()


async def test_only_the_owner_can_reach_it_and_no_port_is_open(server: PostgresServer) -> None:
    assert stat.S_IMODE(socket_directory(server.url).stat().st_mode) == 0o700
    assert not psutil.Process(server.pid).net_connections("inet")


async def test_the_developers_own_postgresql_variables_change_nothing(
    server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.stop()
    for name, value in {"PGPORT": "1", "PGHOST": "elsewhere", "PGUSER": "somebody", "LC_ALL": "xx_XX.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    await server.start()

    assert await run(server.url, "SELECT current_user") == "postgres"
    assert "PostgreSQL database dump complete" in await server.dump(server.url)


async def test_settings_are_postgresqls(server: PostgresServer) -> None:
    assert await run(server.url, "SHOW fsync") == "off"
    assert await run(server.url, "SHOW server_version_num") >= "180000"  # type: ignore[operator] # is text
    assert await run(server.url, "SHOW timezone") == "UTC"


async def test_a_database_is_made_once_whatever_its_name(server: PostgresServer) -> None:
    url = await server.create_database('a "b"/ő?&')
    assert await server.create_database('a "b"/ő?&') == url
    assert await run(url, "SELECT current_database()") == 'a "b"/ő?&'


async def test_a_database_knows_hungarian_letters_and_sorts_by_code_point(server: PostgresServer) -> None:
    url = await server.create_database("app")
    assert await run(url, "SELECT upper('árvíztűrő')") == "ÁRVÍZTŰRŐ"
    assert await run(url, "SELECT string_agg(l, '' ORDER BY l) FROM unnest(ARRAY['á', 'b', 'B', 'a']) l") == "Babá"


async def test_a_dump_is_the_same_for_the_same_content(server: PostgresServer) -> None:
    url = await server.create_database("app")
    await run(url, "CREATE TABLE t AS SELECT 'secret' AS answer")

    whole, schema = await server.dump(url), await server.dump(url, schema_only=True)

    assert whole == await server.dump(url)
    assert "secret" in whole
    assert "secret" not in schema
    assert "CREATE TABLE public.t" in schema


async def test_a_dump_of_nothing_says_what_is_missing(server: PostgresServer) -> None:
    with pytest.raises(RuntimeError, match='database "nothing" does not exist'):
        await server.dump(server.url.replace("/postgres?", "/nothing?"))


async def test_two_servers_never_share_their_data(
    directory: Path, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_processes, "END_TIMEOUT", 0.1)
    for second in (server, PostgresServer(directory)):
        with pytest.raises(RuntimeError, match="Another PostgreSQL is running"):
            await second.start()
    assert await run(server.url, "SELECT 1") == 1


async def test_a_server_that_cannot_start_names_its_log(directory: Path) -> None:
    server = PostgresServer(directory, settings={"no_such_setting": "1"})
    with pytest.raises(RuntimeError, match=r"PostgreSQL ended with exit code 1; see .*postgres\.log\."):
        await server.start()
    await server.stop()


async def test_nothing_is_known_before_the_first_start(directory: Path) -> None:
    server = PostgresServer(directory)
    await server.stop()
    with pytest.raises(RuntimeError, match="not been started"):
        _ = server.url
    with pytest.raises(RuntimeError, match="not been started"):
        _ = server.pid


async def test_after_a_killed_parent_the_next_one_starts_at_once(directory: Path) -> None:
    """The dying server is waited for, also when a client is still connected."""
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SERVER_OF_A_PROCESS, str(directory)), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid, url = (await parent.stdout.readline()).decode().split()
    postmaster = psutil.Process(int(pid))
    connection = await asyncpg.connect(url)

    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    successor = PostgresServer(directory, settings=FAST)
    await successor.start()
    try:
        assert not runs(postmaster)
    finally:
        await successor.stop()
        connection.terminate()
        socket_directory(url).rmdir()  # of the dead parent, which no one else removes


async def test_a_postmaster_killed_by_others_is_started_again(server: PostgresServer) -> None:
    os.kill(server.pid, signal.SIGKILL)
    await server.kill()
    await server.start()
    assert await run(server.url, "SELECT 1") == 1
