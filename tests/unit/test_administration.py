"""What an entry of the access record says that an administrative act put in place."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from registration.access import CHECKPOINTING, LISTING, PREPARATION, Access, AccessEntry, AccessOutcome
from registration.administration import GONE, Administered, Content, ListContent
from registration.messages import Actor, ActorKind
from registration.operations import Operation
from registration.record import GENESIS
from store.documents import load

_AT = datetime(2027, 3, 1, 8, tzinfo=UTC)
_OFFICE = {"code": "1051", "body": "OKMANYIRODA", "name": "Okmányiroda", "address": "1051 Budapest", "open": True}
_EXTENSION: dict[str, Any] = {
    "id": "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a",
    "expiring_before": _AT,
    "days": None,
    "requested_by": "operator-1",
    "requested_at": _AT,
    "approved_by": "operator-2",
    "approved_at": _AT,
    "listed_at": None,
}


def entry(operation: Operation, content: Content | None, outcome: AccessOutcome = AccessOutcome.BEGUN) -> Access:
    return Access(Actor(ActorKind.OPERATOR, "operator-1"), operation, outcome, content=content)


def test_the_digest_of_an_office_is_that_of_its_columns_as_json() -> None:
    """Anybody can compute it: `printf '%s' '{"address":"1051 Budapest",…}' | sha256sum`."""
    assert str(Content.of(Administered.OFFICE, _OFFICE)) == (
        "office 1051 dc739d2acab261d339164860dea3f38b11f0c7a2da5ad17e56fb8f3b92d8378d"
    )


@pytest.mark.parametrize("column", ["body", "name", "address", "open"])
def test_every_column_counts(column: str) -> None:
    other = Content.of(Administered.OFFICE, _OFFICE | {column: "another"})
    assert other.digest != Content.of(Administered.OFFICE, _OFFICE).digest


def test_a_column_without_a_value_is_left_out_so_that_a_table_may_gain_columns() -> None:
    terms = {name: value for name, value in _EXTENSION.items() if value is not None}
    assert Content.of(Administered.EXTENSION, _EXTENSION) == Content.of(Administered.EXTENSION, {**terms, "days": None})


def test_a_moment_is_the_same_in_every_zone() -> None:
    elsewhere = _EXTENSION | {"requested_at": _AT.astimezone(timezone(timedelta(hours=2)))}
    assert Content.of(Administered.EXTENSION, elsewhere) == Content.of(Administered.EXTENSION, _EXTENSION)


def test_an_approval_tells_the_terms_that_were_approved() -> None:
    other = Content.of(Administered.APPROVAL, _EXTENSION | {"days": 3650})
    assert other.digest != Content.of(Administered.APPROVAL, _EXTENSION).digest


def test_a_list_is_told_account_by_account() -> None:
    rows = [{"registration_id": str(number), "valid_until": _AT, "until": _AT} for number in range(3)]
    one, other = ListContent("a"), ListContent("a")
    assert one.content() == other.content()
    for row in rows:
        one.add(row)
    for row in reversed(rows):
        other.add(row)
    assert one.content().key == "a"
    assert one.content().digest != other.content().digest


@pytest.mark.parametrize(
    ("about", "operation"),
    [
        (Administered.POLICY, Operation.OPERATIONS_ADOPT_POLICY),
        (Administered.OFFICE, Operation.OPERATIONS_IMPORT_OFFICES),
        (Administered.OFFICE, Operation.OPERATIONS_PUT_OFFICE),
        (Administered.STAFF, Operation.OPERATIONS_DISABLE_STAFF),
        (Administered.STAFF, Operation.OPERATIONS_ENABLE_STAFF),
        (Administered.EXTENSION, Operation.OPERATIONS_REQUEST_EXTENSION),
        (Administered.APPROVAL, Operation.OPERATIONS_APPROVE_EXTENSION),
        (Administered.LIST, LISTING.operation),
        (Administered.CHECKPOINT, CHECKPOINTING.operation),
        *((about, PREPARATION.operation) for about in Administered),
    ],
)
def test_what_was_put_in_place_is_read_back_from_the_entry_of_its_operation(
    about: Administered, operation: Operation
) -> None:
    for digest in ("0" * 64, GONE):
        content = Content(about, "auth0|key:1", digest)
        assert entry(operation, content).puts == content


_AN_OFFICE = Content.of(Administered.OFFICE, _OFFICE)


@pytest.mark.parametrize(
    "access",
    [
        entry(Operation.OPERATIONS_PUT_OFFICE, None),
        entry(Operation.OPERATIONS_PUT_OFFICE, _AN_OFFICE, AccessOutcome.DONE),
        entry(Operation.OPERATIONS_PUT_OFFICE, _AN_OFFICE, AccessOutcome.REFUSED),
        entry(Operation.OPERATIONS_PUT_OFFICE, Content(Administered.STAFF, "clerk-7", "0" * 64)),
        entry(Operation.DESK_SEARCH, _AN_OFFICE),
    ],
)
def test_any_other_entry_puts_nothing_in_place(access: Access) -> None:
    assert access.puts is None


def test_a_content_is_a_part_of_the_canonical_text_and_read_back() -> None:
    written = AccessEntry("-", _AT.date(), 1, _AT, entry(Operation.OPERATIONS_PUT_OFFICE, _AN_OFFICE), GENESIS)
    digest = "dc739d2acab261d339164860dea3f38b11f0c7a2da5ad17e56fb8f3b92d8378d"
    assert f'"content":{{"about":"office","digest":"{digest}","key":"1051"}}' in written.canonical()
    assert load(AccessEntry, written.canonical()) == written
