"""What an answer is: a labelled dataclass that people and programs are shown (principle 15).

The same dataclass is returned by the gateway, sent as JSON by the API and by `--json`, and shown as a table. A field's
title is its label; its description and examples go into OpenAPI. Stored forms are frozen and are no answers.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar

_Kind = TypeVar("_Kind")
_MARK: Final = "__is_answer__"

ID: Final = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
"""The registration of the examples."""
REQUEST_ID: Final = "019a2f61-0d4e-7a11-9c55-0a1b2c3d4e5f"
RUN_ID: Final = "019a2f60-9c20-7b11-a1b2-c3d4e5f60718"
RECEIPT_NUMBER: Final = "0000-0000-427"
HASH: Final = "5f0c…"


def answer(kind: type[_Kind]) -> type[_Kind]:
    """Marks a frozen dataclass as an answer; nothing else leaves a route or a command.

    Raises `TypeError` where a field has no title or no description.
    """
    for each in fields(kind):  # type: ignore[arg-type]  # whatever is no dataclass is refused here
        if not (each.metadata.get("title") and each.metadata.get("description")):
            raise TypeError(f"{kind.__name__}.{each.name} needs a title and a description")
    setattr(kind, _MARK, True)
    return kind


def is_answer(kind: object) -> bool:
    """Whether a type is marked as an answer."""
    return isinstance(kind, type) and _MARK in vars(kind)


def label(title: str, description: str, *examples: object) -> Mapping[str, Any]:
    """The metadata of an answer's field: its label in tables, what OpenAPI says of it, values that it may have."""
    return {"title": title, "description": description} | ({"examples": list(examples)} if examples else {})


def plain(value: Any) -> Any:  # noqa: ANN401  whatever JSON can hold
    """A value as JSON: dataclasses as objects, times in UTC with `Z` (RFC 3339)."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def json_of(shown: object) -> str:
    """An answer as one JSON document. Raises `TypeError` for whatever is not marked as one."""
    if not is_answer(type(shown)):
        raise TypeError(type(shown).__name__)
    return json.dumps(plain(shown), ensure_ascii=False, separators=(",", ":"))


REGISTRATION_ID: Final = label("registration id", "The registration's id, a UUID.", ID)
STATUS: Final = label("status", "The registration's status.", "TEMPORARY")
CHANNEL: Final = label("channel", "How it was opened.", "ONLINE")
OPENED_AT_OFFICE: Final = label("office", "Where it was opened, if in person.", None)
SINCE: Final = label("since", "When the status began.", "2027-03-01T10:00:00Z")
DEADLINE: Final = label(
    "deadline", "When the status ends by itself; null where nothing ends it.", "2027-03-31T10:00:00Z"
)
PASSWORD_VALID_UNTIL: Final = label(
    "password valid until", "Until when the password is valid; null where there is none.", "2029-03-01T10:00:00Z"
)
CODE_VALID_UNTIL: Final = label(
    "code valid until", "Until when the code that was sent last may be redeemed; null where none can be.", None
)
NEXT_STEP: Final = label(
    "next step",
    "What happens next by itself, or who has to act.",
    {"step": "LETTER", "letter": "TEMPORARY_ENDING", "days": 7, "status": None},
)
NEXT_STEP_AT: Final = label("next step at", "When that happens; null where no date is known.", "2027-03-24T10:00:00Z")
AS_OF: Final = label("as of", "The moment that this answer is about.", "2027-03-01T10:02:11Z")
ACTED_FOR: Final = label("office", "The office that was acted for, if any.", "1051")
LETTER_ID: Final = label(
    "letter", "The letter's id: the number of its event, its kind, the days of a reminder.", "1-code_password"
)
FAILURE: Final = label("failure", "Why it did not arrive; null where it did.", None)
SMTP_REPLY: Final = label("SMTP reply", "The reply code of the mail server that refused it.", None)
