"""The policy of an event, and its periods by that policy: both show a policy that was changed for a moment."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from audit.verification.findings import Finding, FindingKind
from registration.policy import Policy, add_years
from registration.record import Code, Event, EventKind
from registration.sentences import N_, Sentence
from registration.statuses import Status


@dataclass(frozen=True)
class Policies:
    """`stored` are all policies by version; `adopted` the versions that the access record has, where it was read.

    A version that was adopted and is not stored is named as a finding about the policy.
    """

    stored: Mapping[int, Policy]
    adopted: Collection[int] = ()


def unfounded_periods(registration_id: str, events: Sequence[Event], policies: Policies) -> Iterator[Finding]:
    """Events with a policy that never existed, each policy once, and periods that are not those of the policy."""
    invented: set[int] = set()
    for before, event in pairwise([None, *events]):
        version = event.policy_version if event else 0
        if event is None or version in invented:
            continue
        if version not in policies.stored:
            if version not in policies.adopted:
                invented.add(version)
                yield _finding(
                    registration_id,
                    event,
                    Sentence(N_("the event follows policy {version}, which never existed"), {"version": version}),
                )
        elif not _follows(event, before if before and before.sequence == event.sequence - 1 else None, policies):
            yield _finding(
                registration_id,
                event,
                Sentence(N_("the event gives another period than policy {version}"), {"version": version}),
            )


def _finding(registration_id: str, event: Event, sentence: Sentence) -> Finding:
    return Finding(registration_id, event.sequence, FindingKind.POLICY_DIFFERS, sentence)


def _follows(event: Event, before: Event | None, policies: Policies) -> bool:
    """Whether deadline, validity and codes that the event gives are those of its policy.

    What depends on a predecessor or a policy that is missing or unreadable is not compared.
    """
    policy = policies.stored[event.policy_version]
    try:
        return (
            event.deadline == _deadline(event, before, policies)
            and _validity_is_within(event, policy)
            and all(code.valid_until <= _code_until(event, policy) for code in _new_codes(event, before))
        )
    except (OverflowError, ValueError):
        return True  # a policy with periods beyond any time


def _deadline(event: Event, before: Event | None, policies: Policies) -> datetime | None:
    """The deadline that the event's policy gives; the event's own where the policy gives none."""
    policy, expired_at, given = policies.stored[event.policy_version], event.password_valid_until, event.deadline
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
            old, new = _days(status, policies.stored.get(before.policy_version)), _days(status, policy)
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
    return event.password_valid_until <= add_years(event.at, policy.validity_max_years)


def _new_codes(event: Event, before: Event | None) -> Iterator[Code]:
    known = {(code.purpose, code.sequence) for code in before.codes} if before else set()
    return (code for code in event.codes if before and (code.purpose, code.sequence) not in known)


def _code_until(event: Event, policy: Policy) -> datetime:
    """The longest life of a code: of opening and reactivation, until the status ends; of a request, some days."""
    asked = event.at + timedelta(days=policy.code_days)
    return event.deadline if event.status.awaits_code and event.deadline else asked
