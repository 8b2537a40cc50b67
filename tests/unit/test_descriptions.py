"""What a registration is said to be by its workflow and by the read model, side by side."""

from dataclasses import replace
from datetime import UTC, datetime

from registration.deadlines import describe_snapshot
from registration.descriptions import ComparedDescription
from registration.record import Snapshot
from registration.statuses import Status

WORKFLOW = describe_snapshot("0198a4d2-0000-7000-8000-000000000000", Snapshot(), datetime(2027, 3, 1, tzinfo=UTC))


def test_both_agree_on_status_number_of_events_and_last_hash_whatever_else_they_say() -> None:
    later = replace(WORKFLOW, as_of=datetime(2027, 3, 2, tzinfo=UTC))
    assert ComparedDescription.of(WORKFLOW, later).agree
    for other in (
        replace(WORKFLOW, status=Status.CLOSED),
        replace(WORKFLOW, sequence=WORKFLOW.sequence + 1),
        replace(WORKFLOW, head="f" * 64),
    ):
        compared = ComparedDescription.of(WORKFLOW, other)
        assert not compared.agree
        assert (compared.workflow, compared.read_model) == (WORKFLOW, other)
