"""Writes Grafana's dashboards; with `--check`, says whether those in deploy/observability are what it would write."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[2] / "deploy" / "observability" / "dashboards"
RATE_INTERVAL: Final = "$__rate_interval"
"""Grafana puts a span in its place that fits the resolution of the picture."""

_SOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
_COLUMNS: Final = 24
_WIDTH: Final = 8
_HEIGHT: Final = 8


@dataclass(frozen=True)
class Panel:
    """A picture of one query over time; `legend` names a line by its labels, `unit` is Grafana's."""

    title: str
    query: str
    legend: str = ""
    unit: str = "short"


@dataclass(frozen=True)
class Dashboard:
    """A page of panels, three in a row."""

    uid: str
    title: str
    panels: tuple[Panel, ...]


def _rate(by: str, metric: str) -> str:
    return f"sum by ({by}) (rate({metric}[{RATE_INTERVAL}]))"


def _slowest(by: str, histogram: str) -> str:
    """What one in twenty takes longer than."""
    return f"histogram_quantile(0.95, sum by (le, {by}) (rate({histogram}_bucket[{RATE_INTERVAL}])))"


def _age(metric: str) -> str:
    return f"time() - max({metric})"


DASHBOARDS: Final = (
    Dashboard(
        "ugyfelkapu-citizens",
        "Ügyfélkapu: citizens' journey",
        (
            Panel("Registrations by status", "max by (status) (ugyfelkapu_registrations)", "{{status}}"),
            Panel("Log-ins by outcome", _rate("outcome", "ugyfelkapu_log_ins_total"), "{{outcome}}", "reqps"),
            Panel("Sessions opened", _rate("process", "ugyfelkapu_sessions_opened_total"), "{{process}}", "reqps"),
            Panel("Requests by status", _rate("status", "ugyfelkapu_http_requests_total"), "{{status}}", "reqps"),
            Panel(
                "Time to the answer, 95th percentile",
                _slowest("operation", "ugyfelkapu_http_request_seconds"),
                "{{operation}}",
                "s",
            ),
            Panel(
                "Tries refused by limits",
                _rate("act, by, window", "ugyfelkapu_limit_refusals_total"),
                "{{act}} by {{by}}, {{window}}",
                "reqps",
            ),
            Panel(
                "Queue of password hashes",
                "ugyfelkapu_password_hashes / ugyfelkapu_password_hashes_max",
                "{{instance}}",
                "percentunit",
            ),
            Panel("Letters given up in 24 hours", "max(ugyfelkapu_undelivered_letters)", "letters"),
            Panel("Able to serve", "ugyfelkapu_ready", "{{instance}}", "bool"),
        ),
    ),
    Dashboard(
        "ugyfelkapu-worker",
        "Ügyfélkapu: worker",
        (
            Panel("What needs attention", "max by (check) (ugyfelkapu_degraded) == 1", "{{check}}", "bool"),
            Panel(
                "Activities that fail",
                _rate("activity, error", "ugyfelkapu_activity_failures_total"),
                "{{activity}} {{error}}",
                "ops",
            ),
            Panel(
                "Connections to PostgreSQL in use",
                'ugyfelkapu_database_connections{state="used"} / ignoring (state) ugyfelkapu_database_connections_max',
                "{{instance}}",
                "percentunit",
            ),
            Panel(
                "Workflow tasks: from schedule to start, 95th percentile",
                _slowest("task_queue", "temporal_workflow_task_schedule_to_start_latency"),
                "{{task_queue}}",
                "ms",
            ),
            Panel(
                "Activities: from schedule to start, 95th percentile",
                _slowest("task_queue", "temporal_activity_schedule_to_start_latency"),
                "{{task_queue}}",
                "ms",
            ),
            Panel(
                "Workflow tasks that fail",
                _rate("workflow_type, failure_reason", "temporal_workflow_task_execution_failed"),
                "{{workflow_type}} {{failure_reason}}",
                "ops",
            ),
            Panel(
                "Pollers", "sum by (task_queue, poller_type) (temporal_num_pollers)", "{{task_queue}} {{poller_type}}"
            ),
            Panel(
                "Free places for tasks",
                "min by (task_queue, worker_type) (temporal_worker_task_slots_available)",
                "{{task_queue}} {{worker_type}}",
            ),
            Panel(
                "Requests that Temporal refuses",
                _rate("operation, status_code", "temporal_request_failure"),
                "{{operation}} {{status_code}}",
                "reqps",
            ),
        ),
    ),
    Dashboard(
        "ugyfelkapu-record",
        "Ügyfélkapu: record",
        (
            Panel("Overdue deadlines", "max(ugyfelkapu_overdue_deadlines)", "deadlines"),
            Panel("Disagreements of store and Temporal in 24 hours", "max(ugyfelkapu_disagreements)", "registrations"),
            Panel(
                "Record conflicts",
                f'sum(increase(ugyfelkapu_activity_failures_total{{error="RecordConflict"}}[{RATE_INTERVAL}]))',
                "conflicts",
            ),
            Panel(
                "Since the last pass of reconciliation",
                _age("ugyfelkapu_last_reconciliation_timestamp_seconds"),
                "age",
                "s",
            ),
            Panel("Since the newest checkpoint", _age("ugyfelkapu_last_checkpoint_timestamp_seconds"), "age", "s"),
            Panel("Histories not archived yet", _age("ugyfelkapu_archived_until_timestamp_seconds"), "age", "s"),
            Panel("Since a worker has looked", _age("ugyfelkapu_last_look_timestamp_seconds"), "age", "s"),
            Panel("Clocks", "ugyfelkapu_clock_difference_seconds", "{{instance}}", "s"),
            Panel(
                "Activities begun",
                _rate("activity_type", "temporal_activity_task_received"),
                "{{activity_type}}",
                "ops",
            ),
        ),
    ),
)


def written(dashboard: Dashboard) -> str:
    """The dashboard as Grafana imports it."""
    return json.dumps(_form(dashboard), ensure_ascii=False, indent=2) + "\n"


def _form(dashboard: Dashboard) -> dict[str, Any]:
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "tags": ["ugyfelkapu"],
        "schemaVersion": 39,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [{"name": "datasource", "type": "datasource", "query": "prometheus"}]},
        "panels": [_panel(number, panel) for number, panel in enumerate(dashboard.panels)],
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    row, column = divmod(number, _COLUMNS // _WIDTH)
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": _SOURCE,
        "gridPos": {"x": column * _WIDTH, "y": row * _HEIGHT, "w": _WIDTH, "h": _HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "datasource": _SOURCE, "expr": panel.query, "legendFormat": panel.legend}],
    }


def main(*arguments: str) -> int:
    """0, or 1 where a dashboard is not as it would be written."""
    wanted = {FOLDER / f"{dashboard.uid}.json": written(dashboard) for dashboard in DASHBOARDS}
    if "--check" in arguments:
        there = {file: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.json")}
        if there != wanted:
            print("Run: python -m starter.dev.dashboards", file=sys.stderr)  # noqa: T201  a program's output
        return int(there != wanted)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file, text in wanted.items():
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
