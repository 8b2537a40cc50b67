"""A replay for auditors compares what was decided, not only in which order; what differs is said in one sentence."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from temporalio.client import WorkflowHistory

from audit import replays
from audit.histories import RunHistory
from audit.replays import Replayed, replayed
from registration.statuses import Language
from registration.timeline import Run, Source
from starter.translation import translated
from tests.replay.incompatible import Forgetful, Impatient
from tests.replay.recorded import FIRST, RECORDED, name_of, shown

OTHERS: Final = {"archive", "checkpoint", "extension", "notice", "reconciliation", "scheduled"}
"""The recorded workflows that are no life of a registration."""

FIRST_RUNS: Final = [path for path in RECORDED if path.stem.endswith("-1")]
LIVES: Final = [path for path in FIRST_RUNS if name_of(path) not in OTHERS]
Change = Callable[[list[dict[str, Any]]], None]


def runs_of(life: str, change: Change | None = None, *, in_run: int = 1, folder: Path = FIRST) -> list[RunHistory]:
    """The recorded runs of a life, one of them changed by a tamperer."""
    runs = []
    for number, path in enumerate(sorted(folder.glob(f"{life}-[0-9].json")), 1):
        whole = json.loads(path.read_text(encoding="utf-8"))
        if change and number == in_run:
            change(whole["history"]["events"])
        history = WorkflowHistory.from_json(whole["workflow_id"], whole["history"])
        runs.append(RunHistory(Run(history.run_id, Source.TEMPORAL), history))
    return runs


def recording(events: list[dict[str, Any]], sequence: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The event of a history that schedules the record activity, and its input."""
    for event in events:
        scheduled = event.get("activityTaskScheduledEventAttributes")
        if scheduled and scheduled["activityType"]["name"] == "record":
            entry = decoded(scheduled["input"])
            if entry["event"]["sequence"] == sequence:
                return event, entry
    raise AssertionError(sequence)


def decoded(payloads: dict[str, Any]) -> Any:  # noqa: ANN401  JSON
    return json.loads(base64.b64decode(payloads["payloads"][0]["data"]))


def written(payloads: dict[str, Any], argument: object) -> None:
    payloads["payloads"][0]["data"] = base64.b64encode(json.dumps(argument).encode()).decode()


@pytest.mark.parametrize("first", LIVES, ids=shown)
async def test_a_recorded_life_follows_from_the_present_code(first: Path) -> None:
    outcomes = await replayed(runs_of(name_of(first), folder=first.parent))
    assert outcomes
    assert [outcome.sentence for outcome in outcomes] == [None] * len(outcomes)


@pytest.mark.parametrize("first", [path for path in FIRST_RUNS if path not in LIVES], ids=shown)
async def test_another_recorded_workflow_follows_from_the_present_code(first: Path) -> None:
    """By the same comparison, which auditors need for registrations only."""
    outcomes = await replayed(runs_of(name_of(first), folder=first.parent))
    assert outcomes
    assert [outcome.sentence for outcome in outcomes] == [None] * len(outcomes)


async def test_a_forged_actor_in_a_decision_is_named_with_event_and_both_values() -> None:
    """The order of commands is as it was, so Temporal's own replay would see nothing."""

    def forge(events: list[dict[str, Any]]) -> None:
        event, entry = recording(events, 3)
        entry["event"]["actor"]["id"] = "nobody-7"
        written(event["activityTaskScheduledEventAttributes"]["input"], entry)

    first, second = await replayed(runs_of("online", forge))
    assert second.holds
    sentence = differing(first)
    assert "event.actor.id = nobody-7" in sentence
    assert "event.actor.id = clerk-7" in sentence


async def test_a_forged_message_is_named_by_the_decision_that_does_not_follow_from_it() -> None:
    """The update that came in was changed; what was recorded then does not follow from it."""

    def forge(events: list[dict[str, Any]]) -> None:
        for event in events:
            accepted = event.get("workflowExecutionUpdateAcceptedEventAttributes")
            if accepted and accepted["acceptedRequest"]["input"]["name"] == "verify_identity":
                payloads = accepted["acceptedRequest"]["input"]["args"]
                message = decoded(payloads)
                message["actor"]["office"] = "9999"
                written(payloads, message)
                return
        raise AssertionError("no such update")

    first, _ = await replayed(runs_of("online", forge))
    sentence = differing(first)
    assert "event.actor.office = 1051" in sentence
    assert "event.actor.office = 9999" in sentence


async def test_a_moved_moment_is_named() -> None:
    """The time of a workflow task is when its decisions are made."""

    def backdate(events: list[dict[str, Any]]) -> None:
        for event in events[:4]:
            event["eventTime"] = "2020" + event["eventTime"][4:]

    (outcome,) = await replayed(runs_of("lapsed", backdate))
    assert "2020" in differing(outcome)


async def test_a_run_that_does_not_begin_with_what_the_one_before_handed_on_is_named() -> None:
    """A second run with a state of the forger's own, such as one whose password never expires."""

    def forge(events: list[dict[str, Any]]) -> None:
        payloads = events[0]["workflowExecutionStartedEventAttributes"]["input"]
        state = decoded(payloads)
        state["snapshot"]["deadline"] = "2099-01-01T00:00:00+00:00"
        written(payloads, state)

    first, second = await replayed(runs_of("online", forge, in_run=2))
    assert first.holds
    assert "snapshot.deadline = 2099" in differing(second)


async def test_a_life_that_begins_in_the_middle_is_named() -> None:
    """Started past the gateway: no run was before it, and yet its state has a past."""

    def forge(events: list[dict[str, Any]]) -> None:
        begun = events[0]["workflowExecutionStartedEventAttributes"]
        del begun["continuedExecutionRunId"]

    _, second = await replayed(runs_of("online", forge, in_run=2))
    assert "snapshot.sequence = 0" in differing(second)


async def test_a_history_with_a_missing_event_is_named() -> None:
    def cut(events: list[dict[str, Any]]) -> None:
        del events[12]

    first, _ = await replayed(runs_of("online", cut))
    assert "at event 13 the history says event 14" in differing(first)


@pytest.mark.parametrize("incompatible", [Impatient, Forgetful])
async def test_code_that_would_act_otherwise_is_told_with_run_event_and_both_sides(
    incompatible: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "_workflows", lambda: [incompatible])
    (outcome,) = await replayed(runs_of("lapsed"))
    assert outcome.mismatch
    assert (outcome.mismatch.event_id, outcome.mismatch.recorded) == (5, "ActivityTaskScheduled")
    assert "ActivityTaskScheduled" in differing(outcome)


async def test_an_activity_of_another_kind_is_named() -> None:
    def swap(events: list[dict[str, Any]]) -> None:
        event, _ = recording(events, 1)
        event["activityTaskScheduledEventAttributes"]["activityType"]["name"] = "send_letter"

    (outcome,) = await replayed(runs_of("lapsed", swap))
    assert "send_letter" in differing(outcome)
    assert "record" in differing(outcome)


def differing(outcome: Replayed) -> str:
    """What is said of a run that does not follow, which is the same in both languages but for its words."""
    assert not outcome.holds
    assert outcome.sentence
    for sentence in (str(outcome.sentence), translated(outcome.sentence, Language.HU)):
        assert outcome.run.run_id in sentence
        assert "\n" not in sentence
        assert sentence.endswith(".")
    return str(outcome.sentence)
