"""`make sbom`: what the image has of Python, as a CycloneDX document. Needs ugyfelkapu[test]."""

from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NAME: Final = "ugyfelkapu"
_OF_AN_EDITABLE_INSTALL: Final = "editables"
"""What hatchling adds to the needs of one; the wheel has none of it."""
WRITTEN: Final = Path("build") / "sbom.cdx.json"


def closure() -> dict[str, set[str]]:
    """The distributions that run on this machine, ours among them, each with those that it needs, by canonical name."""
    needed: dict[str, set[str]] = {}
    waiting = [(NAME, frozenset[str]())]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        for requirement in _needs(distribution(name), extras):
            found = (canonicalize_name(requirement.name), frozenset(requirement.extras))
            needed.setdefault(name, set()).add(found[0])
            if found not in seen:
                seen.add(found)
                waiting.append(found)
        needed.setdefault(name, set())
    return needed


def _needs(found: Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    for requirement in map(Requirement, found.requires or ()):
        marker = requirement.marker
        if requirement.name != _OF_AN_EDITABLE_INSTALL and (
            marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""})
        ):
            yield requirement


def licences(name: str) -> list[str]:
    """What a distribution states: an expression (PEP 639), else a short name, else its classifiers."""
    stated = distribution(name).metadata
    one_line = [text for text in stated.get_all("License", []) if text and "\n" not in text]
    of_classifiers = [
        each.rpartition(" :: ")[2] for each in stated.get_all("Classifier", []) if each.startswith("License :: ")
    ]
    return stated.get_all("License-Expression", []) or one_line[:1] or of_classifiers


def bill_of_materials(made_at: datetime | None = None) -> Bom:
    """Each distribution with its version, its licence as it states it, and what it needs.

    The same distributions and time (now if not given) make the same document.
    """
    needed = closure()
    components = {name: _component(name) for name in needed}
    bom = Bom(components=[component for name, component in components.items() if name != NAME])
    bom.metadata.component = components[NAME]
    bom.serial_number = uuid5(NAMESPACE_URL, " ".join(sorted(str(each.bom_ref.value) for each in components.values())))
    if made_at:
        bom.metadata.timestamp = made_at
    for name, others in needed.items():
        bom.register_dependency(components[name], [components[other] for other in others])
    return bom


def _component(name: str) -> Component:
    found = distribution(name)
    return Component(
        name=name,
        version=found.version,
        type=ComponentType.APPLICATION if name == NAME else ComponentType.LIBRARY,
        purl=PackageURL("pypi", name=name, version=found.version),
        bom_ref=f"{name}=={found.version}",
        licenses=map(LicenseFactory().make_from_string, licences(name)),
    )


def write(path: Path, made_at: datetime | None = None) -> None:
    """Writes the document to a file."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(JsonV1Dot6(bill_of_materials(made_at)).output_as_string(indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(WRITTEN)
