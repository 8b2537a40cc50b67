"""What operators are shown of staff who may not act any more. All times are UTC."""

from dataclasses import dataclass, field
from datetime import datetime

from registration.answers import answer, label

_STAFF_ID = label("staff id", "The opaque id, as tokens have it.", "clerk-7")
_SEEN = label(
    "seen here", "Whether this id has ever looked, acted or been refused here; if not, it may be wrong.", True
)


@answer
@dataclass(frozen=True)
class DisabledStaff:
    """A clerk, supervisor, auditor or operator who may not act any more."""

    staff_id: str = field(metadata=_STAFF_ID)
    disabled_at: datetime = field(metadata=label("disabled at", "Since when.", "2027-03-01T10:00:00Z"))
    disabled_by: str = field(metadata=label("disabled by", "Which operator said so, by an opaque id.", "operator-1"))
    seen: bool = field(metadata=_SEEN)


@answer
@dataclass(frozen=True)
class DisabledStaffList:
    """Who may not act any more, by id."""

    disabled: tuple[DisabledStaff, ...] = field(metadata=label("disabled", "All of them, by id."))


@answer
@dataclass(frozen=True)
class StaffAdmission:
    """Whether a member of staff may act from now on."""

    staff_id: str = field(metadata=_STAFF_ID)
    disabled: bool = field(metadata=label("disabled", "Whether this person may not act any more.", True))
    seen: bool = field(metadata=_SEEN)
