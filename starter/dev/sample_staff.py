"""The sample staff of the embedded environment, as its OpenID provider names them; their offices are samples, too."""

from dataclasses import dataclass
from typing import Final

from registration.sentences import N_
from starter.gateway.principals import Role


@dataclass(frozen=True)
class SampleStaff:
    """`name` (a message id) is what the page calls them; our own pages and the record know the id alone."""

    id: str
    name: str
    roles: tuple[Role, ...]
    office: str | None = None


SAMPLE_STAFF: Final = (
    SampleStaff("clerk-1", N_("Clerk of the office 1051"), (Role.CLERK,), "1051"),
    SampleStaff("clerk-2", N_("Clerk of the office 9021"), (Role.CLERK,), "9021"),
    SampleStaff("supervisor-1", N_("Supervisor of the office 1051"), (Role.CLERK, Role.SUPERVISOR), "1051"),
    SampleStaff("auditor-1", N_("Auditor"), (Role.AUDITOR,)),
    SampleStaff("operator-1", N_("Operator"), (Role.OPERATOR,)),
    SampleStaff("operator-2", N_("Second operator"), (Role.OPERATOR,)),
)
