"""Every label that a table of the command line can show has its Hungarian word."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from audit.verification.findings import Verdict
from registration.checkpoint import CheckpointMade
from registration.extensions import Extension, ExtensionOutcome, ExtensionState, Progress
from registration.forms import EvidenceForm
from registration.messages import ActorKind, Answer, Description
from registration.offices import Body
from registration.policy import Policy
from registration.reconciliation import Findings
from registration.record import Snapshot
from registration.statistics import Statistics
from registration.statuses import Channel, Status
from registration.timeline import Source
from starter.cli.labels import LABELS, VALUES
from starter.gateway.desk_answers import ActInPerson, Disclosure, Receipt
from starter.gateway.resets import Reset
from starter.gateway.sessions import Session
from store.rows import Person

CLI: Final = Path(__file__).parents[2] / "starter" / "cli"


def names(*kinds: type) -> set[str]:
    return {each.name for kind in kinds for each in fields(kind)}


WHOLE: Final[dict[str, set[str]]] = {
    "accesses.show_accesses": {"office"},
    "admin.reconcile": names(Findings),
    "admin.reset": names(Reset),
    "admin.reindex": set(),
    "admin.rotate_keys": set(),
    "audit.statistics": set(Statistics(None, None, (), None, {}).summary()),
    "audit_record._report": names(Verdict) | {"whole"},
    "audit_record.checkpoint": names(CheckpointMade),
    "clerk.change_email": names(Answer),
    "clerk.close": names(Answer),
    "clerk.disclose": names(Disclosure, Person) - {"person"},
    "clerk.reactivate": names(Answer),
    "clerk.receipt": names(Receipt),
    "clerk.register": set(),
    "clerk.verify_identity": names(Answer),
    "clerk_looks.evidence": names(ActInPerson, EvidenceForm),
    "clerk_looks.search": set(),  # the whole answer goes out as JSON only
    "clerk_looks.send_again": names(Answer),
    "dev_server._announce": set(),
    "embedded.fast_forward": {"registration_id", "now", "status", "deadline", "next_step", "next_step_at"},
    "extend._show_status": (names(Extension, Progress) | {"state", "rate", "waiting"}) - {"open"},
    "extend.account": set(),
    "extend.approve": names(Extension),
    "extend.list_": set(),
    "extend.report": {*ExtensionOutcome},
    "extend.request": names(Extension),
    "import_accounts.import_accounts": {"lines", "taken_over", "already_there", "refused", "started"},
    "policy.adopt": set(),
    "policy.policy": names(Policy),
    "portal.change_email": names(Answer),
    "portal.change_password": names(Answer),
    "portal.close": names(Answer),
    "portal.confirm": names(Answer),
    "portal.describe": names(Description, Snapshot) - {"codes"},
    "portal.login": names(Session) - {"credential_id"},
    "portal.redeem": names(Answer),
    "portal.request_code": names(Answer),
}
"""What is shown whole, not key by key, by the function that shows it; none where that function has made it."""

SHOWING: Final = {"show", "show_rows", "label"}


def calls() -> Iterator[tuple[str, ast.FunctionDef, ast.expr]]:
    """Every call of what shows labels: module, function, and what says the keys."""
    for file in sorted(CLI.glob("*.py")):
        functions = ast.parse(file.read_text(encoding="utf-8")).body
        for function in functions:
            if not isinstance(function, ast.FunctionDef) or file.stem == "output":
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SHOWING:
                    yield file.stem, function, node.args[1]


def keys_of(module: str, shown: ast.expr) -> tuple[set[Any], bool]:
    """The keys that can be read off, and whether these are all."""
    match shown:
        case ast.Dict(keys=keys):
            return {key.value for key in keys if isinstance(key, ast.Constant)}, None not in keys
        case ast.Tuple(elts=elements) if all(isinstance(each, ast.Constant) for each in elements):
            return {each.value for each in elements if isinstance(each, ast.Constant)}, True
        case ast.Name(id=name) if name.isupper():
            return set(getattr(import_module(f"starter.cli.{module}"), name)), True
        case _:
            return set(), False


def shown_labels() -> dict[str, set[str]]:
    """By function. One that shows something whole may have made it itself: all keys in its body count."""
    found: dict[str, set[str]] = {}
    for module, function, shown in calls():
        keys, is_all = keys_of(module, shown)
        if not is_all:
            made = [node for node in ast.walk(function) if isinstance(node, ast.Dict)]
            keys |= {key for each in made for key in keys_of(module, each)[0]}
        found.setdefault(f"{module}.{function.name}", set()).update(keys)
    return found


def test_whatever_is_shown_whole_is_known_here() -> None:
    """A new command that shows an answer whole is added to `WHOLE`."""
    whole = {f"{module}.{function.name}" for module, function, shown in calls() if not keys_of(module, shown)[1]}
    assert whole == set(WHOLE)


@pytest.mark.parametrize("place", sorted(shown_labels()))
def test_every_label_of_a_table_has_its_hungarian_word(place: str) -> None:
    assert (shown_labels()[place] | WHOLE.get(place, set())) - {""} <= set(LABELS)


@pytest.mark.parametrize(
    "value", [True, False, *Status, *Channel, *ExtensionState, *ActorKind, *Body, *Source], ids=str
)
def test_every_value_of_a_closed_vocabulary_has_its_hungarian_word(value: object) -> None:
    assert str(value) in VALUES
    assert VALUES[str(value)] != str(value)
