"""Every stored form, found by walking the real types from the places where something is stored."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Final, get_args, get_type_hints

from temporalio import activity, workflow

import activities
import workflows
from registration.access import AccessEntry
from registration.checkpoint import Checkpoint
from registration.extensions import ExtensionOutcome
from registration.letters import LetterOutcome
from registration.limits import Act
from registration.log_ins import LogInNotice, PastLogIn
from registration.messages import Actor
from registration.offices import Body
from registration.policy import Policy
from registration.reconciliation import Compared
from registration.record import Event
from registration.rules import MESSAGES
from store.checkpoint_signing import SignedCheckpoint
from store.log_in_rows import SessionFacts
from store.rows import (
    BegunSignIn,
    CredentialState,
    DeskSearch,
    DeskVisit,
    DisclosedPage,
    Draft,
    EvidenceRow,
    Opening,
    Person,
    StaffSessionFacts,
    StoredAnswer,
)

HASHED: Final[tuple[type, ...]] = (Event, AccessEntry, Checkpoint)
"""Stored as their canonical text, of which a hash is taken."""

DOCUMENTS: Final[tuple[type, ...]] = (
    Actor,
    EvidenceRow,
    Opening,
    Person,
    Policy,
    SignedCheckpoint,
    StoredAnswer,
    SessionFacts,
    Draft,
    PastLogIn,
    LogInNotice,
    StaffSessionFacts,
    BegunSignIn,
    DeskSearch,
    DeskVisit,
    DisclosedPage,
    *(row.kind for row in MESSAGES.values() if row.brings_password),
)
"""JSON in columns, sealed blobs and files."""

IN_COLUMNS: Final[tuple[type[Enum], ...]] = (Act, Body, CredentialState, ExtensionOutcome, LetterOutcome)
"""Vocabularies whose values are columns, besides those of stored forms."""


IN_MEMOS: Final[tuple[type, ...]] = (Compared,)
"""What workflows show without a worker."""


def workflow_definitions() -> list[Any]:
    """Temporal's definitions of all workflows, in the order of their names."""
    found = (workflow._Definition.from_class(each) for each in _members(workflows, inspect.isclass))
    return sorted((each for each in found if each), key=lambda each: str(each.name))


def activity_definitions() -> list[Any]:
    """Temporal's definitions of all activities, in the order of their names."""
    methods = (each for kind in _members(activities, inspect.isclass) for each in vars(kind).values())
    found = (activity._Definition.from_callable(each) for each in methods if callable(each))
    return sorted({each.name: each for each in found if each}.values(), key=lambda each: str(each.name))


def in_histories() -> set[type]:
    """What workflows and activities take and return and memos have, but for queries: their answers are not stored."""
    annotations: list[Any] = [*IN_MEMOS, *(row.kind for row in MESSAGES.values())]
    for definition in workflow_definitions():
        for taken in (definition, *definition.updates.values()):
            annotations += [*(taken.arg_types or ()), taken.ret_type]
    for definition in activity_definitions():
        annotations += [*(definition.arg_types or ()), definition.ret_type]
    return {kind for annotation in annotations for kind in _named(annotation) if is_dataclass(kind)}


@cache
def every_form() -> dict[str, type]:
    """All dataclasses and vocabularies that are stored, by their names. ValueError for two of one name."""
    found: dict[str, type] = {}
    ahead: list[type] = [*in_histories(), *HASHED, *DOCUMENTS, *IN_COLUMNS]
    while ahead:
        kind = ahead.pop()
        if found.setdefault(kind.__name__, kind) is not kind:
            raise ValueError(kind.__name__)
        if is_dataclass(kind):
            inner = {each for annotation in hints(kind).values() for each in _named(annotation)}
            ahead += [each for each in inner if each.__name__ not in found]
    return found


def hints(kind: Any) -> dict[str, Any]:  # noqa: ANN401  a dataclass
    """The types of a dataclass's fields, in their order."""
    known = get_type_hints(kind)
    return {each.name: known[each.name] for each in fields(kind)}


def _named(annotation: Any) -> Iterator[type]:  # noqa: ANN401  an annotation
    """The dataclasses and vocabularies in an annotation."""
    if isinstance(annotation, type) and (is_dataclass(annotation) or issubclass(annotation, Enum)):
        yield annotation
    for part in get_args(annotation):
        yield from _named(part)


def _members(package: Any, wanted: Callable[[Any], bool]) -> Iterable[Any]:  # noqa: ANN401  a package
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.name.startswith("activities.letters.templates"):
            continue
        members = vars(importlib.import_module(module.name)).values()
        yield from (each for each in members if wanted(each) and each.__module__ == module.name)


def as_text(annotation: Any) -> str:  # noqa: ANN401  an annotation
    """A type as it is written in code, by its name alone."""
    if annotation in (None, NoneType):
        return "None"
    if annotation is Ellipsis:
        return "..."
    parts = [as_text(part) for part in get_args(annotation)]
    if not parts:
        return str(getattr(annotation, "__name__", annotation))
    origin = getattr(annotation, "__origin__", None)
    return f"{origin.__name__}[{', '.join(parts)}]" if isinstance(origin, type) else " | ".join(parts)
