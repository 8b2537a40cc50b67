"""The policy that an operator puts in force: fields of `Policy`, each within bounds that no registration breaks at."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Final, Self

from registration.answers import answer, label
from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.policy import Policy

_MOST: Final = {"version": 1_000_000_000, "validity_max_years": 10, "last_letter_hours": 24 * 365}
_MOST_DAYS: Final = 3650
_DAYS_OF_A_YEAR: Final = 365


@answer
@dataclass(frozen=True)
class PolicyAnswer:
    """The policy in force, in whole days unless a name says otherwise."""

    version: int = field(metadata=label("version", "The version; each one is above the one before."))
    activation_days: int = field(
        metadata=label("activation (days)", "For so long the code of a registration may be redeemed (S3).")
    )
    temporary_days: int = field(
        metadata=label("temporary registration (days)", "For so long a temporary registration is valid (S3).")
    )
    validity_max_years: int = field(
        metadata=label("longest validity (years)", "The longest validity that a client may choose (S7).")
    )
    validity_min_days: int = field(
        metadata=label("shortest validity (days)", "The shortest validity that a client may choose.")
    )
    grace_days: int = field(
        metadata=label("grace (days)", "So long after the expiry a registration becomes inactive (S9).")
    )
    reactivation_days: int = field(
        metadata=label("reactivation code (days)", "For so long the code of a reactivation may be redeemed (S9).")
    )
    code_days: int = field(
        metadata=label("requested codes (days)", "For so long a code that the client asked for may be redeemed (S6).")
    )
    password_reminder_days: tuple[int, ...] = field(
        metadata=label("reminders before expiry (days)", "When reminders go out before a password expires.")
    )
    temporary_reminder_days: int = field(
        metadata=label("reminder before lapse (days)", "When the reminder of a temporary registration goes out.")
    )
    notice_days: int = field(metadata=label("letters without a deadline (days)", "For so long such a letter is tried."))
    last_letter_hours: int = field(
        metadata=label("last letter (hours)", "For so long the last letter is tried, before personal data is erased.")
    )

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """A policy."""
        return cls(**vars(policy))


@answer
@dataclass(frozen=True)
class AdoptedPolicy:
    """A policy that there has been."""

    adopted_at: datetime = field(metadata=label("adopted at", "Since when it has been in force, or was."))
    policy: PolicyAnswer = field(metadata=label("policy", "Its periods."))

    @classmethod
    def of(cls, policy: Policy, adopted_at: datetime) -> Self:
        """A policy and the moment (UTC) that it was put in force."""
        return cls(adopted_at, PolicyAnswer.of(policy))


@answer
@dataclass(frozen=True)
class PolicyHistory:
    """Every policy there has been; the first is in force."""

    policies: tuple[AdoptedPolicy, ...] = field(metadata=label("policies", "Newest first."))


@answer
@dataclass(frozen=True)
class PolicyChange:
    """A field of the policy that gets another value."""

    name: str = field(metadata=label("field", "The field's name."))
    in_force: int | tuple[int, ...] = field(metadata=label("in force", "Its value before."))
    adopted: int | tuple[int, ...] = field(metadata=label("adopted", "Its new value."))


@answer
@dataclass(frozen=True)
class PolicyAdoption:
    """A policy that was put in force, or would be."""

    adopted: bool = field(metadata=label("adopted", "Whether it is in force now."))
    changes: tuple[PolicyChange, ...] = field(metadata=label("changes", "What is different, field by field."))


def policy_of(typed: Mapping[str, Any], present: Policy) -> Policy:
    """The policy in force with the typed fields; `version` must be given, the others stay. Raises `InvalidInput`."""
    known = {each.name for each in fields(Policy)}
    for name, value in typed.items():
        if name not in known:
            raise InvalidInput(field=name, rule=InputRule.UNKNOWN_FIELD)
        _check(name, value)
    if "version" not in typed:
        raise InvalidInput(field="version", rule=InputRule.REQUIRED)
    if typed["version"] <= present.version:
        raise InvalidInput(field="version", rule=InputRule.POLICY, version=str(present.version))
    typed_values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in typed.items()
    }
    made = replace(present, **typed_values)
    longest = made.validity_max_years * _DAYS_OF_A_YEAR
    if made.validity_min_days > longest:
        raise _beyond("validity_min_days", longest)
    return made


def changes(present: Policy, wanted: Policy) -> list[PolicyChange]:
    """What is different, field by field."""
    before, after = asdict(present), asdict(wanted)
    return [PolicyChange(name, before[name], after[name]) for name in before if before[name] != after[name]]


def _check(name: str, value: object) -> None:
    most = _MOST.get(name, _MOST_DAYS)
    if name == "password_reminder_days":
        if not isinstance(value, list) or not all(_is_whole(each, most) for each in value):
            raise InvalidInput(field=name, rule=InputRule.WHOLE_NUMBERS, least="1", most=str(most))
        if len(set(value)) < len(value):
            raise InvalidInput(field=name, rule=InputRule.TWICE)
    elif not _is_whole(value, most):
        raise _beyond(name, most)


def _is_whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _beyond(name: str, most: int) -> InvalidInput:
    return InvalidInput(field=name, rule=InputRule.WHOLE_NUMBER_WITHIN, least="1", most=str(most))
