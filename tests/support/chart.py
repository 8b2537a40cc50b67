"""Renders the Helm chart as Helm does; run as a program it lints the chart and validates what its examples render.

With `--write` it writes anew what the chart knows of the processes (settings/processes.py).
"""

import copy
import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import helm_python
import kubernetes_validate  # type: ignore[import-untyped]  # it has no types
import yaml

from settings.processes import Process
from settings.settings import SECRETS

CHART: Final = Path(__file__).parents[2] / "deploy" / "kubernetes"
PROCESSES: Final = CHART / "files" / "processes.json"
EXAMPLES: Final = tuple(sorted((CHART / "examples").glob("*.yaml")))

Thing = dict[str, Any]
"""An object of Kubernetes, or values."""

KUBERNETES: Final = ("1.33", "1.37")
"""The oldest and the newest version whose objects are validated."""

OF_OPERATORS: Final = {"ExternalSecret", "PodMonitor"}
"""Kinds that Kubernetes itself does not have, and no schema is at hand for."""

_WARNING: Final = 2
"""From here on Helm's lint finds something that is to be corrected."""

_STALE: Final = f"{PROCESSES.name} is not what settings/processes.py says: python -m tests.support.chart --write"


def processes() -> str:
    """What the chart knows of the processes: which settings each needs and reads, and which settings are secrets."""
    known = {
        process.name.lower(): {"needs": sorted(process.needs), "reads": sorted(process.reads)} for process in Process
    }
    return json.dumps({"processes": known, "secrets": sorted(SECRETS)}, indent=1) + "\n"


def example(name: str) -> Thing:
    """The values of an example."""
    values: Thing = yaml.safe_load((CHART / "examples" / f"{name}.yaml").read_text(encoding="utf-8"))
    return values


def rendered(values: Mapping[str, Any]) -> list[Thing]:
    """The objects of the release `gate`. Raises `helm_python.HelmError` with the sentence that refuses the values."""
    with helm_python.Chart.load(CHART) as chart:
        files = chart.render(dict(values), name="gate", namespace="ugyfelkapu")
    documents = (yaml.safe_load_all(text) for name, text in files.items() if name.endswith(".yaml"))
    return [found for each in documents for found in each if found]


def problems() -> list[str]:
    """What is wrong with the chart."""
    found = [] if PROCESSES.read_text(encoding="utf-8") == processes() else [_STALE]
    for path in EXAMPLES:
        values = example(path.stem)
        report = helm_python.lint(CHART, values, namespace="ugyfelkapu")
        found += [f"{path.name}: {said['error']}" for said in report["messages"] if said["severity"] >= _WARNING]
        found += [f"{path.name}: {error}" for error in report["errors"]]
        for thing in rendered(values):
            if thing["kind"] not in OF_OPERATORS:
                found += filter(None, (_invalid(thing, version, path.name) for version in KUBERNETES))
    return found


def of_kind(things: list[Thing], *kinds: str) -> list[Thing]:
    """Those of these kinds."""
    return [thing for thing in things if thing["kind"] in kinds]


def component(thing: Thing) -> str:
    """The workload that a thing is of."""
    return str(thing["metadata"]["labels"]["app.kubernetes.io/component"])


def pods(things: list[Thing]) -> list[tuple[str, Thing, Thing]]:
    """Of each workload the component, the pod's `spec` and its only container."""
    found = [(component(thing), thing["spec"]["template"]["spec"]) for thing in of_kind(things, "Deployment", "Job")]
    assert all(len(pod["containers"]) == 1 for _, pod in found)
    return [(name, pod, pod["containers"][0]) for name, pod in found]


def variables(container: Thing) -> dict[str, str]:
    """By name; each has its value in clear, and comes once."""
    assert all(entry.keys() == {"name", "value"} for entry in container["env"])
    names = Counter(entry["name"] for entry in container["env"])
    assert set(names.values()) == {1}
    return {entry["name"]: entry["value"] for entry in container["env"]}


def with_value(values: Thing, path: str, value: object) -> Thing:
    """The same values with another one at a path such as `api.replicas`."""
    changed = copy.deepcopy(values)
    *parents, last = path.split(".")
    inner = changed
    for parent in parents:
        inner = inner.setdefault(parent, {})
    inner[last] = value
    return changed


def _invalid(thing: Thing, version: str, name: str) -> str | None:
    try:
        kubernetes_validate.validate(thing, version, strict=True)
    except kubernetes_validate.ValidationError as wrong:
        path = ".".join(map(str, wrong.path))
        return f"{name}: {thing['kind']} {thing['metadata']['name']}, Kubernetes {version}: {path}: {wrong.message}"
    return None


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        PROCESSES.write_text(processes(), encoding="utf-8")
    else:
        sys.exit("\n".join(problems()) or 0)
