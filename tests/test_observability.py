"""Alerts, runbooks and dashboards name what exists, and nothing that is measured or checked is left out of them."""

import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

import pytest
import temporalio.bridge
import yaml
from temporalio.client import Client

from registration.system_health import (
    CERTIFICATES_AT_ONCE,
    CERTIFICATES_WITHIN,
    LISTS_WITHIN,
    SECURITY_TXT_WITHIN,
    HealthCheckName,
    HealthReason,
)
from settings.metrics import METRICS
from starter.cli import app
from starter.dev import dashboards
from temporal.system_health import SystemHealthChecks
from tests.support.prometheus import OBSERVABILITY, RULES

ROOT: Final = Path(__file__).parents[1]
RUNBOOKS: Final = {file.stem: file.read_text(encoding="utf-8") for file in (ROOT / "docs" / "runbooks").glob("*.md")}
ALERTS: Final[dict[str, dict[str, Any]]] = {
    rule["alert"]: rule
    for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
}
PANELS: Final = [panel.query for dashboard in dashboards.DASHBOARDS for panel in dashboard.panels]
EXPRESSIONS: Final = [rule["expr"] for rule in ALERTS.values()] + PANELS
_NAME: Final = re.compile(r"\b((?:ugyfelkapu|temporal|schedule)_[a-z_]+[a-z])\b(?!\s*=)")
_BUCKETS: Final = re.compile(r"_(bucket|count|sum)$")
_COMMAND: Final = re.compile(r"`((?:ugyfelkapu|temporal) [^`]+)`")
_COMMAND_LINE: Final = re.compile(r"^    ((?:ugyfelkapu|temporal) [^#\n]+)", re.MULTILINE)


def _named(expressions: list[str]) -> set[str]:
    """The metrics in them, without the suffixes of histograms."""
    names = {name for expression in expressions for name in _NAME.findall(expression)}
    return {_BUCKETS.sub("", name) for name in names}


def test_every_metric_of_ours_is_in_a_rule_or_on_a_dashboard_and_in_the_documentation_and_no_other_is() -> None:
    ours = {metric.name for metric in METRICS}
    assert {name for name in _named(EXPRESSIONS) if name.startswith("ugyfelkapu_")} == ours
    documented = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
    assert [name for name in ours if f"`{name}`" not in documented] == []


def test_every_metric_of_temporal_is_one_of_its_sdk_or_its_server() -> None:
    """Those of failures are shown only once something has failed, so their names are looked for in the programs."""
    (sdk,) = Path(next(iter(temporalio.bridge.__path__))).glob("temporal_sdk_bridge*")
    of_the_sdk, of_the_server = sdk.read_bytes(), _temporal().read_bytes()
    for name in _named(EXPRESSIONS):
        if name.startswith("temporal_"):
            assert name.removeprefix("temporal_").encode() in of_the_sdk, name
        elif name.startswith("schedule_"):
            assert name.encode() in of_the_server, name


def test_every_alert_has_its_runbook_and_its_case_and_every_runbook_an_alert() -> None:
    assert RUNBOOKS.keys() == ALERTS.keys()
    cases = (OBSERVABILITY / "rules_test.yml").read_text(encoding="utf-8")
    for name, rule in ALERTS.items():
        assert set(rule["annotations"]) == {"summary", "description", "runbook"}
        assert (ROOT / rule["annotations"]["runbook"]) == ROOT / "docs" / "runbooks" / f"{name}.md"
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert RUNBOOKS[name].startswith(f"# {name}\n")
        assert f'alertname="{name}"' in cases


def test_every_check_of_the_night_page_has_an_alert_and_every_check_and_reason_is_in_a_runbook() -> None:
    async def none(_since: datetime, _until: datetime) -> int:
        return 0

    checks = SystemHealthChecks(cast("Client", None), None, none).all
    selected = [
        selector
        for rule in ALERTS.values()
        for selector in re.findall(r'ugyfelkapu_degraded\{check=~?"([^"]+)"', rule["expr"])
    ]
    assert [check for check in checks if not any(re.fullmatch(each, check) for each in selected)] == []
    words = "".join(RUNBOOKS.values())
    for word in (*HealthCheckName, *HealthReason):
        assert f"`{word}`" in words, word


def test_the_ends_of_certificates_and_lists_are_judged_as_the_doctor_does() -> None:
    bounds = {
        name: ALERTS[name]["expr"].rpartition("< ")[2]
        for name in ALERTS
        if re.match("Certificate|Revocation|Security", name)
    }
    assert bounds == {
        "CertificateEndsSoon": f"{CERTIFICATES_WITHIN.days} * 86400",
        "CertificateEndsThisWeek": f"{CERTIFICATES_AT_ONCE.days} * 86400",
        "RevocationListEndsSoon": f"{LISTS_WITHIN // timedelta(hours=1)} * 3600",
        "RevocationListEnded": "0",
        "SecurityTxtEndsSoon": f"{SECURITY_TXT_WITHIN.days} * 86400",
    }


def test_the_commands_of_the_runbooks_and_of_upgrades_exist(capsys: pytest.CaptureFixture[str]) -> None:
    wanted: dict[tuple[str, ...], set[str]] = {}
    text = "\n".join([*RUNBOOKS.values(), (ROOT / "docs" / "upgrades.md").read_text(encoding="utf-8")])
    for command in [*_COMMAND.findall(text), *_COMMAND_LINE.findall(text)]:
        named = re.match(r"[a-z-]+(?: [a-z][a-z-]+)*", command)
        assert named
        wanted.setdefault(tuple(named[0].split()), set()).update(re.findall(r"(?<=\s)--[a-z-]+", command))
    for (program, *words), options in wanted.items():
        if program == "ugyfelkapu":
            assert app._run([*words, "--help"]) == 0
            shown = capsys.readouterr().out
        else:
            shown = _said_by_temporal(*words, "--help") + _said_by_temporal("options")
        assert {option for option in options if option not in shown} == set(), words


def test_the_runbooks_links_lead_to_a_title() -> None:
    for file, anchor in re.findall(r"\]\(([^)#]+)(?:#([^)]+))?\)", "".join(RUNBOOKS.values())):
        text = (ROOT / "docs" / "runbooks" / file).read_text(encoding="utf-8")
        titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        assert not anchor or anchor in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def _said_by_temporal(*words: str) -> str:
    return subprocess.run([_temporal(), *words], capture_output=True, text=True, timeout=300, check=True).stdout


def _temporal() -> Path:
    return Path(sys.executable).with_name("temporal")


def test_the_dashboards_are_as_they_are_written() -> None:
    assert dashboards.main("--check") == 0
    for file in dashboards.FOLDER.glob("*.json"):
        found = json.loads(file.read_text(encoding="utf-8"))
        assert len({panel["title"] for panel in found["panels"]}) == len(found["panels"])
