"""The capacity plan is arithmetic on what is kept; the document shows that and nothing typed."""

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
import yaml

from bench.capacity import figures
from bench.capacity.assumptions import Assumptions
from bench.capacity.document import DOCUMENT, PARTS, rendered
from bench.capacity.figures import (
    ActFigures,
    Load,
    Machine,
    Measured,
    RateFigures,
    RowSize,
    Sizes,
    Stored,
    VerificationFigures,
)
from bench.capacity.plan import Plan
from settings.metrics import METRICS

ACTS = (
    *("registration", "activation", "verification", "log-in", "disclosure", "forgotten password", "reminders"),
    *("change of password", "expiry", "renewal after expiry", "end of grace", "reactivation", "activation after it"),
    *("closure", "lapse"),
)
ACT = ActFigures(
    {"events": 2.0, "attempts": 1.0}, wal=100, events=6, history=600, letters=1, temporal=Stored(1, 72, 1, 84)
)
RUN = Stored(rows=2, data=144, entries=10, keys=240)
GIVEN = Assumptions(
    accounts=730_500,
    registrations_a_day=100,
    forgotten_a_day=0,
    log_ins_a_day=1_000,
    disclosures_a_day=0,
    looks_a_day=0,
    expiries_of_a_day=72_000,
    storm_hours=2,
    letters_a_second=100,
    log_ins_a_second=10,
    utilisation=0.5,
    looseness=2,
    shards=100,
    hashing_threads=2,
)
PLAN = Plan(
    Measured(
        Machine("a processor", 2, "3.11", "1.9", "18", "2026-12-02T00:00+00:00", {"sizes": 1.0}),
        Sizes(
            lives=20,
            acts=dict.fromkeys(ACTS, ACT),
            row_sizes={
                "attempts": RowSize(100, 50, 2),
                "events": RowSize(400, 100, 3),
                "log_ins": RowSize(200, 50, 3),
                "registrations": RowSize(500, 100, 5),
            },
            open_run={"executions": RUN / 2, "history_node": RUN / 2},
            closed_run=RUN,
            archived_run=1_000,
            machinery_a_day=Stored(),
            retention_days=90,
        ),
        RateFigures(
            accounts=200,
            loads=dict.fromkeys(
                ("registration", "activation", "verification", "log-in", "reminder", "expiry"),
                Load(20, {"ours": 100, "temporal": 50, "postgres": 10}),
            ),
            verification=VerificationFigures(100, 10_000, 10_000, checkpoint_s=2, peak_mb=100),
        ),
    ),
    GIVEN,
)


def test_known_figures_give_known_bytes() -> None:
    assert PLAN.temporal(RUN) == 2 * (144 + 2 * 28 + 240 + 10 * 16)
    assert PLAN.account == 3 * 2 * (400 + 100) * 2
    assert PLAN.postgres("expiry") == 2 * 1_000
    assert PLAN.whole_pages("expiry") == (2 * 4 + 1 * 3 + 2 * 6) * 8192
    first = PLAN.at(0)
    assert (first.record, first.closed_runs, first.archive) == (730_500 * 6_000, 0, 0)
    assert first.open_runs == 730_500 * 1_200
    assert first.log_ins == 1_000 * 180 * 500


def test_known_figures_give_known_days_and_years() -> None:
    assert PLAN.cycles == 1_000
    assert PLAN.closed_runs_a_day == pytest.approx(250 + 100 + 90 + 10)
    assert PLAN.at(1).closed_runs == pytest.approx(450 * 90 * 1_200)
    assert PLAN.at(10).archive == pytest.approx(450 * 1_000 * 3652.5)
    assert PLAN.grown(1) == 0
    assert PLAN.grown(4) == pytest.approx((0.6 + 0.36) * PLAN.temporal(ACT.temporal * 2))


def test_known_figures_give_known_processes() -> None:
    assert PLAN.busiest_second.processors == {"ours": 2.0, "temporal": 1.0, "postgres": 0.2}
    assert (PLAN.storm.a_second, PLAN.storm.letters_s, PLAN.storm_here_s) == (10, 720, 3_600)
    assert PLAN.storm_tasks_a_second == 20
    assert PLAN.busiest_hour.processors["ours"] == pytest.approx(5_230 * 0.15 / 3_600 * 0.1 / 0.5)
    assert (PLAN.serving, PLAN.serving_staff, PLAN.workers, PLAN.partitions) == (1, 2, 3, 1)
    assert PLAN.staff.a_second == pytest.approx((90 + 100) * 10 * 0.15 / 3_600)
    assert replace(PLAN, given=replace(GIVEN, looks_a_day=40_000)).serving_staff == 4
    assert PLAN.connections == 6 * 10 + 17
    assert PLAN.verify_s == 7_305
    assert PLAN.checkpoint_s == pytest.approx(146.1)


def test_twice_the_accounts_are_twice_the_open_runs() -> None:
    twice = replace(PLAN, given=replace(GIVEN, accounts=2 * GIVEN.accounts))
    assert twice.at(0).open_runs == 2 * PLAN.at(0).open_runs
    assert twice.a_day["expiry"] == 2 * PLAN.a_day["expiry"]
    assert twice.busiest_second == PLAN.busiest_second


def test_the_document_is_what_follows_from_the_figures_beside_the_plan() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert document == rendered(document, Plan(figures.read(), Assumptions())), "python -m bench.capacity.document"
    assert [name for name in PARTS if f"<!-- computed: {name} -->" not in document] == []


def test_the_document_names_metrics_that_exist() -> None:
    named = set(re.findall(r"`(ugyfelkapu_[a-z_]+)`", DOCUMENT.read_text(encoding="utf-8")))
    assert named <= {metric.name for metric in METRICS}


def test_each_assumption_says_what_it_is_and_where_it_is_from() -> None:
    assert all(each.metadata["says"] and each.metadata["source"] for each in fields(Assumptions))


def test_the_plan_has_as_many_processes_for_staff_at_least_as_the_chart() -> None:
    values = yaml.safe_load(Path("deploy/kubernetes/values.yaml").read_text(encoding="utf-8"))
    assert Assumptions().staff_processes == values["staff"]["replicas"]


def test_kept_figures_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "measured.json"
    figures.write(PLAN.measured, file)
    assert figures.read(file) == PLAN.measured
