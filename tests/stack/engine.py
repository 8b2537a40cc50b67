"""The container engine that the stack runs on: one that runs already, or Debian's for this run only."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.stack.commands import CommandFailed, run
from tests.stack.packages import ASKED_FOR, Missing, unpack

_START_SECONDS: Final = 120
_STOP_SECONDS: Final = 60
_ANSWER_SECONDS: Final = 30
_POLL_SECONDS: Final = 0.2

_LEFT_BY_ENGINE: Final = (
    *("etc/docker", "opt/containerd", "run/containerd", "run/docker"),
    *("sys/fs/cgroup/docker", "sys/fs/cgroup/*/docker"),
)
"""What Debian's engine makes outside its own folders."""

_NO_RULES: Final = ("--bridge=none", "--iptables=false", "--ip-forward=false", "--ip-masq=false")
"""This machine's network stays as it is. Containers reach those of their own network, and this machine the ports that
they publish, through the engine's proxy; only what is outside cannot be reached, and the stack needs nothing there."""


@dataclass(frozen=True)
class Engine:
    """A container engine that answers `docker` in `environment`; `building` are options that its builds need."""

    environment: Mapping[str, str]
    building: tuple[str, ...] = ()

    def docker(self, *arguments: str | Path, seconds: float = _ANSWER_SECONDS, given: str | None = None) -> str:
        """What a command of `docker` prints. Raises `CommandFailed`."""
        return run(["docker", *arguments], self.environment, seconds=seconds, given=given)

    def problem(self) -> str | None:
        """Why it does not answer; None where it does."""
        try:
            self.docker("version", "--format", "{{.Server.Version}}")
        except FileNotFoundError:
            return "there is no program docker"
        except CommandFailed as failed:
            return failed.last_line.rstrip(".?")
        return None


def why_none() -> str | None:
    """Why no engine can be had, as one sentence that says what to do; None where one runs or may be started."""
    problem = Engine(os.environ).problem()
    if problem is None:
        return None
    if not ASKED_FOR:
        return (
            f"make stack needs a container engine, and none answers ({problem}): start one, name one in DOCKER_HOST, "
            "or run `make stack STACK_INSTALL=1` as root on Debian, which runs one out of a temporary folder."
        )
    return None if os.geteuid() == 0 else "STACK_INSTALL starts a container engine, which only root may do."


@contextmanager
def running_engine(folder: Path) -> Iterator[Engine]:
    """The engine that runs already (`DOCKER_HOST`, or the usual socket), else one in `folder`.

    Of the second nothing is left at the end. Raises `Missing`.
    """
    found = Engine(os.environ)
    if found.problem() is None:
        yield found
    else:
        with _engine_of_our_own(folder) as ours:
            yield ours


@contextmanager
def _engine_of_our_own(folder: Path) -> Iterator[Engine]:
    unpacked = unpack(folder / "packages", "docker.io", "iptables", "debootstrap")
    environment = unpacked.added_to(os.environ)
    tables = unpacked.folder / "usr" / "sbin" / "xtables-nft-multi"
    if tables.exists():  # for the engine's name server, which needs rules within the network of each container
        (tables.parent / "iptables").symlink_to(tables.name)
    socket = f"unix://{folder}/docker.sock"
    ours = Engine(environment | {"DOCKER_HOST": socket, "DOCKER_CONFIG": f"{folder}/client"}, ("--network", "host"))
    command = ["dockerd", "--host", socket, "--pidfile", f"{folder}/dockerd.pid", *_NO_RULES]
    command += ["--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec"]
    libraries = {"LD_LIBRARY_PATH": str(unpacked.libraries), "XTABLES_LIBDIR": str(unpacked.libraries / "xtables")}
    before = set(_left_by_engine())
    log = folder / "dockerd.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            command, env=environment | libraries, stdin=subprocess.DEVNULL, stdout=written, stderr=written,
            start_new_session=True,
        )  # fmt: skip
    try:
        _wait_for(ours, process, log)
        yield ours
    finally:
        _stop(process)
        _unmount_below(folder)
        for path in set(_left_by_engine()) - before:
            _remove(path)


def _wait_for(engine: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while (problem := engine.problem()) is not None:
        if process.poll() is not None or time.monotonic() > end:
            last = log.read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
            raise Missing(f"Debian's container engine does not start here ({problem}): {last}")
        time.sleep(_POLL_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_STOP_SECONDS)


def _unmount_below(folder: Path) -> None:
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    for mount in sorted((each for each in mounts if each.startswith(f"{folder}/")), reverse=True):
        run(["umount", "--lazy", mount], os.environ, seconds=_STOP_SECONDS)


def _left_by_engine() -> list[Path]:
    return [found for pattern in _LEFT_BY_ENGINE for found in Path("/").glob(pattern)]


def _remove(path: Path) -> None:
    if path.is_relative_to("/sys"):  # a control group: its files go with it, and it must be empty
        with suppress(OSError):
            path.rmdir()
    else:
        shutil.rmtree(path, ignore_errors=True)
