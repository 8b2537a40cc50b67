"""`make release`: wheel, sdist, image, bill of materials of this version, and their sums. Needs ugyfelkapu[test]."""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final

from starter.dev import sbom
from starter.dev.sbom import NAME

FOLDER: Final = Path("build") / "release"
LOCK: Final = "requirements-run.lock"
"""What an installation of the wheel needs, in the versions that the tests have run with."""
SUMS: Final = "SHA256SUMS"
"""As `sha256sum --check` reads it."""
_TYPES_OF_DISTRIBUTIONS: Final = ("--target", "wheel", "--target", "sdist")
_CHUNK_BYTES: Final = 1 << 20
_BUILD_SECONDS: Final = 1800
"""Of an image, and of writing it to a file."""
_ANSWER_SECONDS: Final = 300
"""Of anything else: a second or two, on a machine with other work much longer."""


class NotReleasable(Exception):
    """One sentence that says why, and what to do."""


def check(root: Path, name: str) -> None:
    """A version can be released from a folder. Raises `NotReleasable`."""
    if changed := _said(root, "git", "status", "--porcelain").splitlines():
        raise NotReleasable(
            f"The tree is not clean: commit or remove {changed[0][3:]} and whatever else git status shows."
        )
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## \[{re.escape(name)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        raise NotReleasable(f"CHANGELOG.md has no section [{name}] with a date: say there what its users see of it.")
    histories = Path("tests") / "replay" / name
    if not any((root / histories).glob("*.json")):
        raise NotReleasable(f"{histories} has no histories: record them with `make histories`, and commit them.")


@contextmanager
def committed(root: Path) -> Iterator[Path]:
    """A folder with the files that Git has of a clean tree, as long as the context lasts.

    What only this machine's settings of Git ignore, such as a key, is in the tree and must be in no release.
    """
    with TemporaryDirectory() as folder:
        _said(root, "git", "checkout-index", "--all", f"--prefix={folder}/")
        yield Path(folder)


def distributions(root: Path, folder: Path, moment: int) -> None:
    """Builds wheel and sdist into a folder; `moment` (seconds since 1970) is the time of all files in them.

    The same files and moment make the same bytes. Raises `NotReleasable`.
    """
    command = (sys.executable, "-m", "hatchling", "build", *_TYPES_OF_DISTRIBUTIONS, "--directory", str(folder))
    _said(root, *command, environment={"SOURCE_DATE_EPOCH": str(moment)})


def write_sums(folder: Path) -> str:
    """Writes the sums of all files of a folder, and returns them."""
    files = sorted(path for path in folder.iterdir() if path.name != SUMS)
    text = "".join(f"{_sum(path)}  {path.name}\n" for path in files)
    (folder / SUMS).write_text(text, encoding="utf-8")
    return text


def release(root: Path) -> Iterator[str]:
    """Builds everything into `FOLDER`; yields what there is to say. Raises `NotReleasable`."""
    name = version(NAME)
    check(root, name)
    moment, revision = _said(root, "git", "log", "-1", "--format=%ct %H").split()
    folder = (root / FOLDER).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with committed(root) as source:
        distributions(source, folder, int(moment))
    sbom.write(folder / f"{NAME}-{name}.cdx.json", datetime.fromtimestamp(int(moment), UTC))
    shutil.copyfile(root / LOCK, folder / LOCK)
    try:
        _said(root, "docker", "version", "--format", "{{.Server.Version}}")
    except NotReleasable as none:
        yield f"The image is left out, because no container engine answers: {none}"
    else:
        with committed(root) as source:
            _build_image(source, folder, name, revision, moment)
    yield write_sums(folder)


def _build_image(root: Path, folder: Path, name: str, revision: str, moment: str) -> None:
    tag, file = f"{NAME}:{name}", folder / f"{NAME}-{name}.image.tar.gz"
    given = (f"VERSION={name}", f"REVISION={revision}", f"SOURCE_DATE_EPOCH={moment}")
    arguments = (f"--build-arg={argument}" for argument in given)
    _said(root, "docker", "build", *arguments, "--tag", tag, ".", seconds=_BUILD_SECONDS)
    with TemporaryDirectory() as kept:
        saved = Path(kept) / "image.tar"
        _said(root, "docker", "save", "--output", str(saved), tag, seconds=_BUILD_SECONDS)
        with (
            saved.open("rb") as read,
            file.open("wb") as written,
            gzip.GzipFile("", "wb", fileobj=written, mtime=0) as packed,
        ):
            shutil.copyfileobj(read, packed, _CHUNK_BYTES)


def _said(
    root: Path, *command: str, environment: Mapping[str, str] = MappingProxyType({}), seconds: float = _ANSWER_SECONDS
) -> str:
    """What a program prints. Raises `NotReleasable` with its last line where it fails."""
    given = os.environ | environment
    try:
        done = subprocess.run(command, cwd=root, env=given, capture_output=True, text=True, timeout=seconds, check=True)
    except FileNotFoundError:
        raise NotReleasable(f"There is no program {command[0]}.") from None
    except subprocess.TimeoutExpired:
        raise NotReleasable(f"{' '.join(command[:3])} has not ended within {seconds} seconds.") from None
    except subprocess.CalledProcessError as failed:
        last = failed.stderr.strip().rpartition("\n")[2] or f"exit status {failed.returncode}"
        raise NotReleasable(f"{' '.join(command[:3])} has failed: {last}") from None
    return done.stdout


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> int:
    """0, or 1 with one sentence where nothing is released."""
    try:
        for text in release(Path()):
            print(text.rstrip())  # noqa: T201  a program's output
    except NotReleasable as reason:
        print(reason, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
