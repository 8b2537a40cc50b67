"""Entries of the access record that a process of a newer version has written, as during an upgrade."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, cast

import pytest
from pydantic import ValidationError

from registration.access import Access, AccessEntry
from registration.access_lines import AccessLine
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.record import GENESIS
from starter.gateway.accesses import _entry

AT: Final = datetime(2027, 3, 1, 10, tzinfo=UTC)
ENTRY: Final = AccessEntry(
    "1051", AT.date(), 1, AT, Access(Actor(ActorKind.CLERK, "clerk-7", "1051"), Operation.DESK_SEARCH), GENESIS
)


def test_an_operation_that_is_not_known_here_is_its_name() -> None:
    newer = replace(ENTRY, access=replace(ENTRY.access, operation=cast("Operation", "desk.of_a_newer_version")))
    read = _entry(newer.canonical())
    assert AccessLine.of(read).operation == "desk.of_a_newer_version"
    assert read.hash() == newer.hash()


def test_one_that_is_known_keeps_its_row_and_what_is_no_entry_is_refused() -> None:
    assert _entry(ENTRY.canonical()).access.operation.row == Operation.DESK_SEARCH.row
    with pytest.raises(ValidationError):
        _entry("{}")
