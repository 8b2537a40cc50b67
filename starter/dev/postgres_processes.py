"""The processes of any PostgreSQL on a data directory, with or without their postmaster."""

import asyncio
from pathlib import Path

import psutil

from starter.dev.child import POLL_INTERVAL

END_TIMEOUT = 10.0  # seconds; a fast shutdown writes a checkpoint first, which takes long on a slow disk only


async def wait_for_end(data: Path) -> None:
    """Waits until the server of a killed predecessor has ended by itself.

    RuntimeError when it has not after 10 s: then another process uses it.
    """
    try:
        async with asyncio.timeout(END_TIMEOUT):
            while _processes(data):  # noqa: ASYNC110 - not our children: there is no event for their end
                await asyncio.sleep(POLL_INTERVAL)
    except TimeoutError:
        message = f"Another PostgreSQL is running on {data}."
        raise RuntimeError(message) from None


async def kill(data: Path) -> None:
    """Kills them all (SIGKILL) and waits for their end; call it when their postmaster is dead and starts no more."""
    for process in _processes(data):
        process.kill()
    await wait_for_end(data)


def _processes(data: Path) -> list[psutil.Process]:
    """Each has the data directory as its working directory, which distinguishes them from those of other servers."""
    return [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == "postgres" and process.info["cwd"] == str(data)
    ]
