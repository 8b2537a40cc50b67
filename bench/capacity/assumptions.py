"""What the plan takes for granted, and where each is from: an operator replaces what is `ASSUMED` by own counts."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Final

from registration.log_ins import KEPT_FOR
from registration.policy import Policy
from settings.settings import Settings

ASSUMED: Final = "assumption"

_POLICY: Final = Policy()
_SETTINGS: Final = Settings.model_fields
_CONNECTIONS: Final = "[settings.md](settings.md#connections-to-postgresql)"


def _given(value: float, says: str, source: str = ASSUMED) -> Any:  # noqa: ANN401  a field of any number
    return field(default=value, metadata={"says": says, "source": source})


@dataclass(frozen=True)
class Assumptions:
    """Numbers a day are averages of a year."""

    accounts: int = _given(10_000_000, "open accounts", "issue 14; 3.5 million in 2018")
    years: int = _given(10, "years that the plan looks ahead", "issue 14")
    registrations_a_day: int = _given(1_500, "registrations a day; as many accounts are closed as are activated")
    never_activated: float = _given(0.1, "of the registrations, never activated")
    validity_years: float = _given(
        _POLICY.validity_max_years,
        "years that a password is valid; a shorter choice means more acts",
        "the policy (S7)",
    )
    renewed_in_time: float = _given(0.6, "of the passwords, changed before they expire")
    renewed_in_grace: float = _given(0.25, "of the passwords, renewed by a code after they have expired")
    reactivated: float = _given(0.1, "of the passwords, renewed after a desk's reactivation")
    forgotten_a_day: int = _given(10_000, "forgotten passwords a day")
    log_ins_a_day: int = _given(1_000_000, "log-ins a day")
    log_ins_a_second: int = _given(200, "log-ins in the busiest second, such as on the last day of tax returns")
    log_ins_kept_days: int = _given(KEPT_FOR.days, "days that a log-in is listed", "`registration/log_ins.py`")
    browsers_each: float = _given(1.5, "known browsers of an account")
    disclosures_a_day: int = _given(1_000, "disclosures a day")
    looks_a_day: int = _given(20_000, "entries of the access record a day by staff who only look")
    staff_pages_each: int = _given(10, "pages that staff open for each of their acts and looks")
    staff_processes: int = _given(
        2, "processes of the pages for staff at least, so that one may be away", "`deploy/kubernetes/values.yaml`"
    )
    busiest_hour: float = _given(0.15, "of a day's acts, in its busiest hour")
    expiries_of_a_day: int = _given(
        560_000,
        "passwords that expire in one moment, such as after an import with one date",
        "2011: ado.hu, agraragazat.hu",
    )
    storm_hours: float = _given(2, "hours within which such a moment is to be recorded")
    letters_a_second: float = _given(
        _SETTINGS["letters_per_second"].default, "letters a second", "default of `UGYFELKAPU_LETTERS_PER_SECOND`"
    )
    utilisation: float = _given(0.5, "of a processor, used at the busiest moment")
    looseness: float = _given(1.4, "of packed tables and indexes: pages that are not full, rows not yet vacuumed")
    shards: int = _given(512, "history shards", "`docker-compose.yml`")
    partitions: int = _given(1, "partitions of a task queue, at least", "`docker-compose.yml`")
    tasks_per_partition: int = _given(200, "tasks a second that a partition hands out")
    hashing_threads: int = _given(
        _SETTINGS["hashing_threads"].default,
        "hashes at once in an API or pages process",
        "default of `UGYFELKAPU_HASHING_THREADS`",
    )
    pool: int = _given(
        _SETTINGS["database_connections"].default,
        "connections of a process",
        "default of `UGYFELKAPU_DATABASE_CONNECTIONS`",
    )
    other_connections: int = _given(17, "connections of migrate, one command, a backup, administrators", _CONNECTIONS)
    temporal_connections: int = _given(120, "connections of Temporal's four roles", _CONNECTIONS)
    max_connections: int = _given(200, "connections that PostgreSQL takes", "`docker-compose.yml`")
    base_backups: int = _given(2, "base backups that are kept")
    wal_kept_days: int = _given(14, "days of WAL that are kept")


def listed(assumptions: Assumptions) -> Iterator[tuple[str, float, str]]:
    """What each says, its value and its source."""
    for each in fields(assumptions):
        yield each.metadata["says"], getattr(assumptions, each.name), each.metadata["source"]
