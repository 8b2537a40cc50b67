"""The image has what runs and nothing else: the lock that it is made from, and its bill of materials, say the same."""

import json
import re
import tomllib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from cyclonedx.output.json import JsonV1Dot6
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from starter.dev.sbom import NAME, bill_of_materials, closure

ROOT: Final = Path(__file__).resolve().parent.parent


def pinned(lock: str) -> Mapping[str, Requirement]:
    """The lines of a lock, by name."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    lines = [Requirement(line.removesuffix("\\").strip()) for line in re.findall(r"^[a-zA-Z].*$", text, re.MULTILINE)]
    return {canonicalize_name(line.name): line for line in lines}


def test_what_is_installed_into_the_image_is_what_the_distribution_needs_when_it_runs() -> None:
    """Neither a package of development, nor one less; with the versions that the suite has run with."""
    run = {
        name: line
        for name, line in pinned("requirements-run.lock").items()
        if not line.marker or line.marker.evaluate()
    }
    assert run.keys() == closure().keys() - {NAME}
    assert {name: str(line.specifier) for name, line in run.items()} == {name: f"=={version(name)}" for name in run}


def test_every_lock_has_the_same_version_of_a_package() -> None:
    everything = pinned("requirements.lock")
    for lock in ("requirements-run.lock", "requirements-build.lock"):
        for name, line in pinned(lock).items():
            assert line.specifier == everything[name].specifier, f"{lock}: {name}"


def test_the_image_is_built_with_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["dependency-groups"]["build"] == project["build-system"]["requires"]
    assert {Requirement(line).name for line in project["build-system"]["requires"]} <= pinned(
        "requirements-build.lock"
    ).keys()


def test_only_what_the_image_is_built_from_enters_its_context() -> None:
    """Each line of .dockerignore lets one in: the folders of the wheel, the project, its licence, the two locks."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    let_in = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert set(let_in) == {*wheel, "pyproject.toml", "LICENSE", "requirements-run.lock", "requirements-build.lock"}


def test_the_bill_of_materials_names_each_of_them_once_with_its_version_and_what_it_needs() -> None:
    written: dict[str, Any] = json.loads(JsonV1Dot6(bill_of_materials()).output_as_string())
    assert written["metadata"]["component"]["version"] == version(NAME)
    named = {component["name"]: component["purl"] for component in written["components"]}
    assert len(named) == len(written["components"])
    assert named == {name: f"pkg:pypi/{name}@{version(name)}" for name in closure() if name != NAME}
    needed = {each["ref"]: each.get("dependsOn", []) for each in written["dependencies"]}
    assert f"asyncpg=={version('asyncpg')}" in needed[f"{NAME}=={version(NAME)}"]
