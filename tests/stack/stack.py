"""The stack of docker-compose.yml under a project name of its own, and what its operator does with it."""

import json
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.stack.commands import run
from tests.stack.engine import Engine
from tests.stack.images import IMAGE, ROOT

PROJECT: Final = "ugyfelkapu-stack"
"""Not the file's own name: an installation that runs on the same engine is not touched."""

COMPOSE_FILE: Final = ROOT / "docker-compose.yml"
OURS: Final = ("worker", "api", "pages", "staff")
"""The services that run our image."""

ASKED_FOR: Final = (*OURS, "temporal-ui")
"""What an operator asks for; the rest comes with it."""

LASTING: Final = (*ASKED_FOR, "postgresql", "temporal", "mail")
"""What runs until it is stopped; the others do their work and end."""

_HEALTHY_SECONDS: Final = 300
_COMMAND_SECONDS: Final = 120
_POLL_SECONDS: Final = 0.5
_STOP_SECONDS: Final = 60


@dataclass(frozen=True)
class Container:
    """A container of the stack: `started` changes when it is started again, `identity` when it is made again."""

    service: str
    identity: str
    image: str
    started: str
    is_well: bool
    """It runs, and is healthy where it says when it is; or it has done its work."""


@dataclass(frozen=True)
class Stack:
    """`folder` is where it looks for `.env`, `secrets/` and `config/`."""

    engine: Engine
    program: Path
    folder: Path

    def compose(self, *arguments: str, seconds: float = _COMMAND_SECONDS, given: str | None = None) -> str:
        """What a command of Compose prints. Raises `CommandFailed`."""
        chosen: list[str | Path] = ["--progress", "quiet", "--project-name", PROJECT, "--file", COMPOSE_FILE]
        chosen += ["--project-directory", self.folder, "--env-file", self.folder / ".env"]
        return run([self.program, *chosen, *arguments], self.engine.environment, seconds=seconds, given=given)

    def third_party(self) -> set[str]:
        """The images that the file takes from others."""
        return set(self.compose("config", "--images").split()) - {IMAGE}

    def ports_in_use(self) -> list[str]:
        """Of the ports that the file publishes on this machine, those that another program has."""
        services = json.loads(self.compose("config", "--format", "json"))["services"].values()
        published = [(port["host_ip"], int(port["published"])) for each in services for port in each.get("ports", ())]
        return [f"{host}:{port}" for host, port in sorted(published) if not _is_free(host, port)]

    def up(self, *arguments: str) -> None:
        """Starts what is not as the file says, and waits until all of it is healthy."""
        wait = ("--detach", "--wait", "--wait-timeout", str(_HEALTHY_SECONDS), "--no-build")
        self.compose("up", *wait, *arguments, seconds=_HEALTHY_SECONDS + _COMMAND_SECONDS)

    def down(self) -> None:
        """Removes containers, networks and volumes."""
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", str(_STOP_SECONDS), seconds=_HEALTHY_SECONDS)

    def ugyfelkapu(self, service: str, *arguments: str) -> str:
        """What a command prints that is run in a service's container. Raises `CommandFailed`."""
        return self.compose("exec", "-T", service, "ugyfelkapu", "--lang", "en", *arguments)

    def sql(self, query: str) -> str:
        """A value of our database."""
        return self.compose(
            *("exec", "-T", "postgresql", "psql", "--username=postgres", "--dbname=ugyfelkapu"),
            *("--no-psqlrc", "--tuples-only", "--no-align", "--command", query),
        ).strip()

    def containers(self) -> dict[str, Container]:
        """All of them, by service."""
        found = self._left("container", "ls", "--all")
        described: list[dict[str, Any]] = json.loads(self.engine.docker("inspect", *found)) if found else []
        return {made.service: made for made in map(_container, described)}

    def left(self) -> list[str]:
        """The containers, volumes and networks that there are."""
        return [
            *self._left("container", "ls", "--all"),
            *self._left("volume", "ls"),
            *self._left("network", "ls"),
        ]

    def wait_until_well(self) -> None:
        """Waits until every container is. AssertionError that names the others, after five minutes."""
        end = time.monotonic() + _HEALTHY_SECONDS
        while unwell := [each.service for each in self.containers().values() if not each.is_well]:
            assert time.monotonic() < end, f"not well after {_HEALTHY_SECONDS} seconds: {', '.join(unwell)}"
            time.sleep(_POLL_SECONDS)

    def _left(self, *listing: str) -> list[str]:
        filtered = ("--quiet", "--filter", f"label=com.docker.compose.project={PROJECT}")
        return self.engine.docker(*listing, *filtered).split()


def compose_program(folder: Path, environment: Mapping[str, str]) -> Path:
    """Installs Compose as it is pinned with its hash, in a virtual environment of its own."""
    uv, programs = (sys.executable, "-m", "uv"), folder / "compose" / "bin"
    run([*uv, "venv", "--quiet", programs.parent], environment, seconds=_COMMAND_SECONDS)
    lock = Path(__file__).parent / "requirements.lock"
    sync: list[str | Path] = [*uv, "pip", "sync", "--quiet", "--require-hashes", "--python", programs / "python", lock]
    run(sync, environment, seconds=_HEALTHY_SECONDS)
    return programs / "docker-compose"


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            ours.bind((host, port))
        except OSError:
            return False
    return True


def _container(described: Mapping[str, Any]) -> Container:
    state = described["State"]
    health = state.get("Health", {}).get("Status", "healthy")
    return Container(
        service=described["Config"]["Labels"]["com.docker.compose.service"],
        identity=described["Id"],
        image=described["Image"],
        started=state["StartedAt"],
        is_well=health == "healthy" if state["Running"] else state["ExitCode"] == 0 and state["Status"] == "exited",
    )
