"""The images that the stack is made of: pulled ones, or stand-ins (`deploy/stand_ins`), and ours."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.stack.commands import CommandFailed, run
from tests.stack.engine import Engine
from tests.stack.packages import ASKED_FOR, Missing, unpack

ROOT: Final = Path(__file__).parents[2]
_STAND_INS: Final = ROOT / "deploy" / "stand_ins"
_DOCKERFILE: Final = ROOT / "Dockerfile"
IMAGE: Final = "ugyfelkapu:local"
"""What docker-compose.yml calls ours."""

_LABEL: Final = "ugyfelkapu.stand-in"

_PULL_SECONDS: Final = 300
_BUILD_SECONDS: Final = 900
_BASE_SECONDS: Final = 600

_MACHINE_FILES: Final = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pip.conf")
"""By which programs on this machine reach what they install from."""


@contextmanager
def third_party_images(engine: Engine, names: Iterable[str], folder: Path) -> Iterator[list[str]]:
    """As long as the context lasts, the engine has these images and the base of ours; yields those that are stand-ins.

    An image that is there is used, else it is pulled; after the first one that cannot be, none is tried. Raises
    `Missing`, `CommandFailed`.
    """
    wanted = [base_image(), *sorted(names)]
    missing = [name for name in wanted if not _is_there(engine, name)]
    while missing and _is_pulled(engine, missing[0]):
        missing.pop(0)
    try:
        for name in missing:
            if name == base_image():
                _make_base(engine, name, folder)
                _check_that_it_runs(engine, name)
            else:
                stage = name.rpartition("/")[2].partition(":")[0]
                build(engine, name, _STAND_INS, "--target", stage, "--label", f"{_LABEL}=1")
        yield missing
    finally:
        for name in reversed(missing):
            remove(engine, name)


@contextmanager
def our_image(engine: Engine) -> Iterator[None]:
    """As long as the context lasts, the engine has our image of these files; afterwards what it had under that name."""
    before, kept = image_id(engine, IMAGE), f"{IMAGE}-kept"
    if before:
        engine.docker("tag", before, kept)
    try:
        build(engine, IMAGE, ROOT)
        yield
    finally:
        remove(engine, IMAGE)
        if before:
            engine.docker("tag", before, IMAGE)
            remove(engine, kept)


@contextmanager
def later_image(engine: Engine) -> Iterator[str]:
    """The image of a later version, whose only difference is a migration; yields its name."""
    name = f"{IMAGE.partition(':')[0]}:later"
    try:
        build(engine, name, Path(__file__).parent / "later")
        yield name
    finally:
        remove(engine, name)


def base_image() -> str:
    """The image that ours begins with."""
    (name,) = set(re.findall(r"^FROM (\S+:\S+)", _DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE))
    return str(name)


def build(engine: Engine, name: str, context: Path, *options: str) -> None:
    """Builds an image from a folder with a Dockerfile. Raises `CommandFailed`."""
    engine.docker("build", *engine.building, *options, "--tag", name, context, seconds=_BUILD_SECONDS)


def image_id(engine: Engine, name: str) -> str | None:
    """The id of an image; None where there is none."""
    try:
        return engine.docker("image", "inspect", "--format", "{{.Id}}", name).strip()
    except CommandFailed:
        return None


def remove(engine: Engine, name: str) -> None:
    """Takes the name from an image, and the image away if it has no other and no container needs it."""
    if image_id(engine, name):
        engine.docker("image", "rm", "--force", name)


def _is_there(engine: Engine, name: str) -> bool:
    """A stand-in of an earlier run that was killed is not: it may be of other files."""
    if image_id(engine, name) is None:
        return False
    labels = engine.docker("image", "inspect", "--format", f'{{{{index .Config.Labels "{_LABEL}"}}}}', name)
    return not labels.strip("\n").replace("<no value>", "")


def _is_pulled(engine: Engine, name: str) -> bool:
    try:
        engine.docker("pull", "--quiet", name, seconds=_PULL_SECONDS)
    except CommandFailed:
        return False
    return True


def _make_base(engine: Engine, name: str, folder: Path) -> None:
    """Debian of this machine's release and mirror with its Python, under the name of the image with Python.

    The mirror and the pip settings are those of the machine, so that the image installs what the machine can.
    """
    root, environment = folder / "base", dict(engine.environment)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Missing(f"The image {name} cannot be pulled here, and only root on Debian can make a stand-in for it.")
    if not shutil.which("debootstrap", path=environment["PATH"]):
        if not ASKED_FOR:
            raise Missing(
                f"The image {name} cannot be pulled here, and its stand-in needs the program debootstrap: install it, "
                "or run `make stack STACK_INSTALL=1`."
            )
        environment = unpack(folder / "debootstrap", "debootstrap").added_to(environment)
    if (scripts := Path(shutil.which("debootstrap", path=environment["PATH"]) or "")).parts:
        environment["DEBOOTSTRAP_DIR"] = str(scripts.parents[1] / "share" / "debootstrap")
    release, mirror = _release_and_mirror()
    include = "--include=ca-certificates,python3,python3-venv"
    made: list[str | Path] = ["debootstrap", "--variant=minbase", include, release, root, mirror]
    run(made, environment, seconds=_BASE_SECONDS)
    (root / "usr" / "bin" / "python").symlink_to("python3")
    for file in map(Path, _MACHINE_FILES):
        if file.exists():
            shutil.copy(file, root / file.relative_to("/"))
    _imported(engine, name, root)
    shutil.rmtree(root)


def _check_that_it_runs(engine: Engine, name: str) -> None:
    try:
        engine.docker("run", "--rm", "--network", "none", name, "true", seconds=_BASE_SECONDS)
    except CommandFailed as failed:
        raise Missing(f"No container can run here: {failed.last_line}") from None


def _imported(engine: Engine, name: str, root: Path) -> None:
    changes = ("--change", 'CMD ["python3"]', "--change", f"LABEL {_LABEL}=1")
    with subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE) as archive:
        subprocess.run(
            ["docker", "import", *changes, "-", name],
            env=engine.environment,
            stdin=archive.stdout,
            stdout=subprocess.DEVNULL,
            timeout=_BASE_SECONDS,
            check=True,
        )


def _release_and_mirror() -> tuple[str, str]:
    """What this machine's package lists come from: the release's name, and the address of its main archive."""
    release = re.search(r"^VERSION_CODENAME=(\w+)$", Path("/etc/os-release").read_text(encoding="utf-8"), re.MULTILINE)
    if release is None:
        raise Missing("A stand-in can only be made on a stable release of Debian, and /etc/os-release names none.")
    line = "$(CODENAME) $(COMPONENT) $(REPO_URI)"
    listed = run(["apt-get", "indextargets", "--format", line, "Created-By: Packages"], os.environ, seconds=60)
    for codename, component, address in map(str.split, listed.splitlines()):
        if (codename, component) == (release[1], "main"):
            return codename, address
    raise Missing(f"A stand-in needs a mirror of {release[1]}, and this machine's package sources name none.")
