"""An explanation in one language: what tables and JSON show of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from registration.answers import (
    ACTED_FOR,
    AS_OF,
    DEADLINE,
    ID,
    NEXT_STEP_AT,
    PASSWORD_VALID_UNTIL,
    REGISTRATION_ID,
    SINCE,
    answer,
    label,
)
from registration.explanations import Explanation
from registration.sentences import Catalogue, in_words
from registration.statuses import Status


@answer
@dataclass(frozen=True)
class ExplanationAnswer:
    """Where a registration was at a moment, since when, because of which event, rule and actor."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    as_of: datetime = field(metadata=AS_OF)
    status: Status = field(metadata=label("status", "The status at that moment.", "TEMPORARY"))
    since: datetime = field(metadata=SINCE)
    because: str = field(metadata=label("because", "The kind of the event that began the status.", "CODE_REDEEMED"))
    sequence: int = field(metadata=label("event number", "The number of that event.", 2))
    happened: str = field(metadata=label("what happened", "What that event was, in words.", "The code was redeemed."))
    rules: tuple[str, ...] = field(metadata=label("rule", "S1 to S9 of the mission.", ["S3"]))
    reason: str = field(
        metadata=label(
            "reason",
            "The rule that it follows, in words.",
            "Redeeming the code makes the registration temporary, which is valid for 30 days.",
        )
    )
    policy_version: int = field(metadata=label("policy", "The version of the policy that was in force.", 1))
    policy_values: Mapping[str, int] = field(
        metadata=label("periods", "The periods of the policy that the reason names.", {"temporary_days": 30})
    )
    actor_kind: str = field(metadata=label("kind of user", "What kind of user caused it.", "CITIZEN"))
    actor_id: str = field(metadata=label("who", "Who caused it, by an opaque id.", ID))
    office: str | None = field(metadata=ACTED_FOR)
    deadline: datetime | None = field(metadata=DEADLINE)
    password_valid_until: datetime | None = field(metadata=PASSWORD_VALID_UNTIL)
    next_step: str = field(
        metadata=label(
            "next step",
            "What happened next by itself, or who had to act.",
            "a letter goes out: the temporary registration is about to lapse",
        )
    )
    next_step_at: datetime | None = field(metadata=NEXT_STEP_AT)
    last_event: int = field(metadata=label("last event", "The number of the last event before that moment.", 2))

    @classmethod
    def of(cls, found: Explanation, catalogue: Catalogue) -> Self:
        """An explanation in the language of a catalogue."""
        return cls(
            registration_id=found.registration_id,
            as_of=found.as_of,
            status=found.status,
            since=found.since,
            because=found.because,
            sequence=found.sequence,
            happened=in_words(found.what, catalogue),
            rules=found.why.rules,
            reason=in_words(found.why.sentence, catalogue),
            policy_version=found.why.policy_version,
            policy_values=found.why.values,
            actor_kind=found.actor.kind,
            actor_id=found.actor.id,
            office=found.actor.office,
            deadline=found.deadline,
            password_valid_until=found.password_valid_until,
            next_step=in_words(found.next_words, catalogue),
            next_step_at=found.next_step_at,
            last_event=found.last_event,
        )
