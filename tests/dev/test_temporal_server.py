import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from temporalio.client import Client

from starter.dev.ports import PORTS, ReservedPorts
from starter.dev.temporal_server import TemporalServer

SERVER_OF_A_PROCESS = """
import asyncio, pathlib, sys
from starter.dev.temporal_server import TemporalServer

async def main():
    server = TemporalServer(pathlib.Path(sys.argv[1]))
    await server.start()
    print(server.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
async def server(directory: Path) -> AsyncIterator[TemporalServer]:
    started = TemporalServer(directory)
    await started.start()
    yield started
    await started.kill()  # stop takes over 1 s, and there is nothing to keep


async def test_an_acknowledged_signal_survives_a_kill(server: TemporalServer) -> None:
    """The same client finds it at the same address, right after the restart."""
    client = await Client.connect(server.address)
    handle = await client.start_workflow("Unknown", id="a", task_queue="nobody")
    await handle.signal("remember")

    await server.kill()
    await server.start()

    history = await client.get_workflow_handle("a").fetch_history()
    assert any(event.workflow_execution_signaled_event_attributes.signal_name == "remember" for event in history.events)


async def test_a_stopped_server_starts_again_on_the_same_data(server: TemporalServer) -> None:
    client = await Client.connect(server.address)
    await client.start_workflow("Unknown", id="a", task_queue="nobody")

    await server.stop()
    await server.start()

    assert (await client.get_workflow_handle("a").describe()).workflow_type == "Unknown"


@pytest.mark.parametrize("end", [TemporalServer.kill, TemporalServer.stop])
async def test_its_end_is_waited_for_and_may_be_asked_for_again(
    server: TemporalServer, end: Callable[[TemporalServer], Awaitable[None]]
) -> None:
    process = psutil.Process(server.pid)
    await end(server)
    assert not process.is_running()

    await end(server)
    with pytest.raises(RuntimeError, match="not running"):
        _ = server.pid


async def test_it_cannot_be_started_twice(server: TemporalServer) -> None:
    with pytest.raises(RuntimeError, match="already running"):
        await server.start()


async def test_it_listens_on_loopback_only_and_connects_to_nothing_else(server: TemporalServer) -> None:
    connections = psutil.Process(server.pid).net_connections("inet")

    assert {connection.laddr.ip for connection in connections} == {"127.0.0.1"}
    assert {connection.raddr.ip for connection in connections if connection.status == psutil.CONN_ESTABLISHED} <= {
        "127.0.0.1"
    }


async def test_it_does_not_report_its_version_to_temporal(
    directory: Path, server: TemporalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And takes no setting from the developer's environment that is meant for clients."""
    assert psutil.Process(server.pid).environ()["TEMPORAL_VERSION_CHECK_DISABLED"] == "1"

    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example.hu:7233")
    other = TemporalServer(directory / "other")
    await other.start()
    environment = psutil.Process(other.pid).environ()
    await other.kill()
    assert "TEMPORAL_ADDRESS" not in environment


async def test_ctrl_c_in_the_terminal_does_not_reach_it(server: TemporalServer) -> None:
    """The terminal signals the process group in front; ours is another session."""
    assert os.getsid(server.pid) == server.pid


async def test_the_web_ui_is_served_on_demand_and_the_port_can_be_chosen(directory: Path) -> None:
    reserved = ReservedPorts(1)
    [port] = reserved.numbers
    server = TemporalServer(directory, port=port, ui=True, extra_dynamic_config={"frontend.rps": "4000"})
    await server.start()
    try:
        assert server.address == f"127.0.0.1:{port}"
        assert server.ui_address is not None
        with await asyncio.to_thread(urlopen, server.ui_address) as page:
            assert b"<html" in page.read()
    finally:
        await server.kill()
    assert TemporalServer(directory).ui_address is None


async def test_a_server_that_cannot_start_names_its_log(directory: Path) -> None:
    server = TemporalServer(directory, extra_dynamic_config={"frontend.rps": "{ no JSON"})
    with pytest.raises(RuntimeError, match=r"The Temporal server ended with exit code 1; see .*temporal\.log\."):
        await server.start()


async def test_a_cancelled_start_leaves_no_process(directory: Path) -> None:
    """The fixture that looks for processes is the assertion."""
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(TemporalServer(directory).start(), 0.03)


async def test_it_does_not_outlive_a_killed_parent(directory: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SERVER_OF_A_PROCESS, str(directory)), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    server = psutil.Process(int(await parent.stdout.readline()))

    parent.send_signal(signal.SIGKILL)
    await parent.wait()

    _gone, alive = await asyncio.to_thread(psutil.wait_procs, [server], 10)
    assert alive == []


def test_reserved_ports_differ_and_are_none_of_those_that_clients_get() -> None:
    reserved = ReservedPorts(50)
    ports = reserved.numbers

    assert len(set(ports)) == 50
    assert set(ports) <= set(PORTS)
    for port in ports:
        socket.create_server(("127.0.0.1", port)).close()


def test_a_reserved_port_is_given_to_nobody_else_until_it_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its server may be down: two test runs, or two environments, never wait for each other's servers."""
    reserved = ReservedPorts(1)
    [port] = reserved.numbers
    monkeypatch.setattr("starter.dev.ports.PORTS", range(port, port + 1))

    with pytest.raises(OSError, match="No free port"):
        ReservedPorts(1)

    del reserved
    assert ReservedPorts(1).numbers == (port,)
