"""Counts tries (principle 7), apart from the writer, so that a rollback of another change undoes no count."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from registration.limits import Limit, Subject
from store.database import queries
from store.log_ins import BROWSERS_KEPT, LOG_INS_KEPT
from store.rows import LogInEntry, Window
from store.sealing import KeyRing

if TYPE_CHECKING:
    import asyncpg

_NETWORKS_KEPT: Final = 10
"""Known networks of each password: at home, at work, the last ones of a telephone."""

_NO_LOG_IN: Final = LogInEntry()

Windows = list[tuple[Limit, Window]]


class Attempts:
    """Counts through a pool; subjects and networks are kept as keyed hashes only."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing) -> None:
        """Owns neither of them."""
        self._pool = pool
        self._keys = keys

    async def count(
        self,
        limits: Sequence[Limit],
        subject: Subject,
        now: datetime,
        *,
        barring: Sequence[Limit] = (),
        request_id: str | None = None,
    ) -> Windows:
        """Counts a try in one statement and one transaction of its own; each limit's window, this try included.

        If a window of `barring` is full, nothing is counted; the open windows of `barring` come first, unchanged. The
        `request_id` that was counted last is not counted again. A limit that needs a fact which the subject lacks is
        left out. Correct with any number of processes: one statement at a time counts in a row.
        """
        keyed, bars = self._keyed(limits, subject), self._keyed(barring, subject)
        if not keyed:
            return []
        rows = queries.count_attempts(
            self._pool,
            now=now,
            **_barring(bars),
            limits=[limit.name for limit in keyed],
            subjects=list(keyed.values()),
            ends=[now + limit.window for limit in keyed],
            request_id=request_id,
        )
        return _windows([*bars, *keyed], [row async for row in rows])

    async def counted(self, limits: Sequence[Limit], subject: Subject, now: datetime) -> Windows:
        """The open windows of a subject; nothing is counted."""
        keyed = self._keyed(limits, subject)
        rows = queries.open_windows(
            self._pool, now=now, limits=[limit.name for limit in keyed], subjects=list(keyed.values())
        )
        return _windows(keyed, [row async for row in rows])

    async def give_back(self, limits: Sequence[Limit], subject: Subject, now: datetime) -> None:
        """Counts one try less in the windows of a subject that are open."""
        keyed = self._keyed(limits, subject)
        await queries.give_back_attempt(
            self._pool, now=now, limits=[limit.name for limit in keyed], subjects=list(keyed.values())
        )

    async def note_success(  # noqa: PLR0913  whose counts end, unless what, and which password knows the network
        self,
        limits: Sequence[Limit],
        subject: Subject,
        now: datetime,
        *,
        barring: Sequence[Limit],
        registration_id: str,
        credential_id: str | None,
        log_in: LogInEntry | None = None,
    ) -> tuple[Windows, bool]:
        """Ends the counts of a subject whose guess was right, and adds its network to those that the password knows.

        If it was a `log_in`, that is noted. Nothing of it if a window of `barring` is full (these are returned as by
        `count`), or if the credential is no longer the password; `None` is the present one. Also returns whether it was
        done.
        """
        keyed, bars = self._keyed(limits, subject), self._keyed(barring, subject)
        found = queries.note_success(
            self._pool,
            now=now,
            **_barring(bars),
            limits=[limit.name for limit in keyed],
            subjects=list(keyed.values()),
            registration_id=registration_id,
            credential_id=credential_id,
            network=self.network(registration_id, subject.address),
            networks_kept=_NETWORKS_KEPT,
            log_ins_kept=LOG_INS_KEPT,
            browsers_kept=BROWSERS_KEPT,
            **vars(log_in or _NO_LOG_IN),
        )
        rows = [row async for row in found]
        return _windows(bars, [row for row in rows if row["limit_name"]]), rows[0]["is_done"]

    def network(self, account: str, address: str | None) -> bytes:
        """The keyed hash by which an account knows the network of an address; it differs between accounts."""
        return self._keys.blind("known-network", f"{account} {address}")

    def _keyed(self, limits: Sequence[Limit], subject: Subject) -> Mapping[Limit, bytes]:
        keys = {limit: limit.key(subject) for limit in limits}
        return {limit: self._keys.blind(limit.name, key) for limit, key in keys.items() if key is not None}


def _barring(keyed: Mapping[Limit, bytes]) -> dict[str, list[Any]]:
    return {
        "barring_limits": [limit.name for limit in keyed],
        "barring_subjects": list(keyed.values()),
        "most": [limit.tries for limit in keyed],
    }


def _windows(limits: "Sequence[Limit] | Mapping[Limit, bytes]", rows: "Iterable[asyncpg.Record]") -> Windows:
    found = {row["limit_name"]: Window(row["tries"], row["ends_at"]) for row in rows}
    return [(limit, found[limit.name]) for limit in limits if limit.name in found]
