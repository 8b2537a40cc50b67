"""What operators are shown of keys, search indexes and reconciliation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from registration.answers import REGISTRATION_ID, answer, label
from registration.reconciliation import Disagreement, Findings

_DRY_RUN = label("dry run", "Whether nothing was written.")


@answer
@dataclass(frozen=True)
class KeysRotated:
    """Data keys wrapped by master keys other than the one in use."""

    dry_run: bool = field(metadata=_DRY_RUN)
    rewrapped: int = field(metadata=label("rewrapped", "How many keys were wrapped again."))
    remaining: int = field(metadata=label("remaining", "How many keys of other master keys there are still."))
    master_keys: tuple[str, ...] = field(metadata=label("master keys", "Those master keys, by id."))
    processes_without_key: tuple[str, ...] | None = field(
        default=None,
        metadata=label("processes without the key", "With a dry run: running processes that lack the key in use."),
    )

    @classmethod
    def before(cls, waiting: Mapping[str, int], processes: list[str]) -> Self:
        """What a rotation would do: keys by master key, and what it would be refused for."""
        return cls(
            dry_run=True,
            rewrapped=0,
            remaining=sum(waiting.values()),
            master_keys=tuple(waiting),
            processes_without_key=tuple(processes),
        )

    @classmethod
    def after(cls, rewrapped: int, remaining: Mapping[str, int]) -> Self:
        """What it has done, and what it has left."""
        return cls(
            dry_run=False,
            rewrapped=rewrapped,
            remaining=sum(remaining.values()),
            master_keys=tuple(remaining),
        )


@answer
@dataclass(frozen=True)
class IndexesRenewed:
    """Blind indexes made by search indexes other than the one in use."""

    dry_run: bool = field(metadata=_DRY_RUN)
    renewed: int = field(metadata=label("renewed", "How many indexes were renewed."))
    remaining: int = field(metadata=label("remaining", "How many indexes of other search keys there are still."))
    search_keys: tuple[str, ...] = field(metadata=label("search keys", "Those search keys, by id."))

    @classmethod
    def before(cls, waiting: Mapping[str, int]) -> Self:
        """What it would do: indexes by search key."""
        return cls(dry_run=True, renewed=0, remaining=sum(waiting.values()), search_keys=tuple(waiting))

    @classmethod
    def after(cls, renewed: int, remaining: Mapping[str, int]) -> Self:
        """What it has done, and what it has left."""
        return cls(dry_run=False, renewed=renewed, remaining=sum(remaining.values()), search_keys=tuple(remaining))


@answer
@dataclass(frozen=True)
class DisagreementAnswer:
    """The store and Temporal have different statuses of one registration."""

    registration_id: str = field(metadata=REGISTRATION_ID)
    stored: str = field(metadata=label("stored", "The status in PostgreSQL."))
    running: str | None = field(metadata=label("running", "The workflow's status; null without a workflow."))

    @classmethod
    def of(cls, disagreement: Disagreement) -> Self:
        """What a pass of reconciliation has found."""
        return cls(**vars(disagreement))


@answer
@dataclass(frozen=True)
class ReconciliationAnswer:
    """The outcome of a pass of reconciliation."""

    started: tuple[str, ...] = field(metadata=label("started", "Registrations whose workflow was started, by id."))
    sent: tuple[str, ...] = field(metadata=label("sent again", "Requests that were sent again, by id."))
    disagreements: tuple[DisagreementAnswer, ...] = field(metadata=label("disagreements", "Statuses that differ."))
    checked_until: datetime = field(
        metadata=label("checked up to", "Up to where statuses were compared, by this pass or the last one that did.")
    )

    @classmethod
    def of(cls, findings: Findings) -> Self:
        """What a pass has done and found."""
        differing = tuple(map(DisagreementAnswer.of, findings.disagreements))
        return cls(tuple(findings.started), tuple(findings.sent), differing, findings.checked_until)
