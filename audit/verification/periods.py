"""The policy that an event follows, and the periods that it gave by it: who edits a policy for a moment leaves both."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from audit.verification.findings import Finding, FindingKind
from registration.policy import Policy, add_years
from registration.record import Code, Event, EventKind
from registration.statuses import Status


@dataclass(frozen=True)
class Policies:
    """All that stand, by version; `adopted` are the versions that the access record has, where it was read.

    A version that was adopted and does not stand is named as the policy's.
    """

    standing: Mapping[int, Policy]
    adopted: Collection[int] = ()


def unfounded_periods(registration_id: str, events: Sequence[Event], policies: Policies) -> Iterator[Finding]:
    """Events by a policy that there never was, each such policy once, and periods that are not those of the policy."""
    invented: set[int] = set()
    for before, event in pairwise([None, *events]):
        version = event.policy_version if event else 0
        if event is None or version in invented:
            continue
        if version not in policies.standing:
            if version not in policies.adopted:
                invented.add(version)
                yield _finding(registration_id, event, f"the event follows policy {version}, which there never was")
        elif not _follows(event, before if before and before.sequence == event.sequence - 1 else None, policies):
            yield _finding(registration_id, event, f"the event gives another period than policy {version}")


def _finding(registration_id: str, event: Event, sentence: str) -> Finding:
    return Finding(registration_id, event.sequence, FindingKind.POLICY_DIFFERS, sentence)


def _follows(event: Event, before: Event | None, policies: Policies) -> bool:
    """Whether deadline, validity and codes that the event gives are those of its policy.

    What depends on a predecessor that is missing or cannot be read, or on a policy that is gone, is not compared.
    """
    policy = policies.standing[event.policy_version]
    try:
        return (
            event.deadline == _deadline(event, before, policies)
            and _validity_is_within(event, policy)
            and all(code.valid_until <= _code_until(event, policy) for code in _new_codes(event, before))
        )
    except (OverflowError, ValueError):
        return True  # no time of such a policy can be told


def _deadline(event: Event, before: Event | None, policies: Policies) -> datetime | None:
    """The deadline that the event's policy gives; the event's own where the policy gives none."""
    policy, expired_at, given = policies.standing[event.policy_version], event.password_valid_until, event.deadline
    match event.kind, event.status:
        case EventKind.REGISTRATION_OPENED, _:
            given = event.at + timedelta(days=policy.activation_days)
        case EventKind.REACTIVATED, _:
            given = event.at + timedelta(days=policy.reactivation_days)
        case (EventKind.PASSWORD_EXPIRED, _) | (EventKind.REGISTRATION_IMPORTED, Status.PASSWORD_EXPIRED):
            given = (expired_at or event.at) + timedelta(days=policy.grace_days)
        case EventKind.REGISTRATION_IMPORTED, Status.TEMPORARY:
            given = event.at + timedelta(days=policy.temporary_days)
        case EventKind.CODE_REDEEMED, Status.TEMPORARY if before and before.status is not Status.TEMPORARY:
            given = event.at + timedelta(days=policy.temporary_days)
        case EventKind.POLICY_APPLIED, status if before and before.deadline:
            old, new = _days(status, policies.standing.get(before.policy_version)), _days(status, policy)
            given = event.deadline if old is None or new is None else before.deadline + timedelta(days=new - old)
    return given


def _days(status: Status, policy: Policy | None) -> int | None:
    """The days that a policy gives a status which ends by itself."""
    if policy is None:
        return None
    return {
        Status.AWAITING_ACTIVATION: policy.activation_days,
        Status.TEMPORARY: policy.temporary_days,
        Status.PASSWORD_EXPIRED: policy.grace_days,
        Status.AWAITING_REACTIVATION: policy.reactivation_days,
    }.get(status)


def _validity_is_within(event: Event, policy: Policy) -> bool:
    """A client may choose a shorter validity."""
    if not event.kind.row.sets_password or event.password_valid_until is None:
        return True
    return event.password_valid_until <= add_years(event.at, policy.validity_years)


def _new_codes(event: Event, before: Event | None) -> Iterator[Code]:
    known = {(code.purpose, code.sequence) for code in before.codes} if before else set()
    return (code for code in event.codes if before and (code.purpose, code.sequence) not in known)


def _code_until(event: Event, policy: Policy) -> datetime:
    """A code that opens or reactivates lives as long as its status, one that was asked for some days, at most."""
    asked = event.at + timedelta(days=policy.request_days)
    return event.deadline if event.status.awaits_code and event.deadline else asked
