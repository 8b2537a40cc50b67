"""Counts tries (principle 7), apart from the writer, so that a rollback of another change undoes no count."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from registration.forms import user_name_key
from registration.limits import Limit, Subject
from store.database import queries
from store.log_in_rows import Claim, CountedClaim, Holder, LogInEntry, Window, Windows
from store.log_ins import BROWSERS_KEPT, LOG_INS_KEPT
from store.sealing import KeyRing

if TYPE_CHECKING:
    import asyncpg

_NETWORKS_KEPT: Final = 10
"""Known networks of each password: at home, at work, the last ones of a telephone."""

_NO_LOG_IN: Final = LogInEntry()

_NO_CLAIM: Final[Mapping[str, Any]] = {
    "user_name_indexes": [],
    **dict.fromkeys(("free_name", "browsers_since", "network")),
}

_CLAIMED: Final = ""
"""The account of a subject whose account is not known yet: the statement that counts finds it."""


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
        if all(limit.key(subject) is None for limit in limits):
            return []
        keyed, bars = self._keyed(limits, subject), self._keyed(barring, subject)
        return _windows([*bars, *keyed], await self._counted(keyed, bars, now, request_id))

    async def count_claim(
        self,
        claim: Claim,
        limits: Sequence[Limit],
        now: datetime,
        *,
        barring: Sequence[Limit] = (),
        request_id: str | None = None,
    ) -> CountedClaim:
        """The same at the account that holds a user name, found by the same statement; for a free one the same work."""
        claimed = replace(claim.sender, account=_CLAIMED)
        keyed, bars = self._keyed(limits, claimed), self._keyed(barring, claimed)
        free_name = self._keys.blind("free-name", user_name_key(claim.user_name))
        asked = {
            "user_name_indexes": self._keys.user_name_indexes(claim.user_name),
            "free_name": free_name,
            "browsers_since": claim.browsers_since,
            "network": self._network(claim.sender.address),
        }
        row = await self._counted(keyed, bars, now, request_id, asked)
        holder = Holder.of(row) if row["id"] else None
        account = holder.registration_id if holder else free_name.hex()
        subject = replace(claim.sender, account=account, is_known=row["is_known"])
        return CountedClaim(holder, subject, _windows([*bars, *keyed], row), row)

    async def _counted(
        self,
        keyed: Mapping[Limit, bytes],
        bars: Mapping[Limit, bytes],
        now: datetime,
        request_id: str | None,
        claim: Mapping[str, Any] | None = None,
    ) -> "asyncpg.Record":
        is_claim = claim is not None
        row: asyncpg.Record = await queries.count_attempts(
            self._pool,
            now=now,
            **_barring(bars),
            barring_at_account=[is_claim and limit.is_at_account for limit in bars],
            barring_strangers=[limit.strangers for limit in bars],
            limits=[limit.name for limit in keyed],
            subjects=list(keyed.values()),
            at_account=[is_claim and limit.is_at_account for limit in keyed],
            ends=[now + limit.window for limit in keyed],
            request_id=request_id,
            **(claim or _NO_CLAIM),
        )
        return row

    async def counted(self, limits: Sequence[Limit], subject: Subject, now: datetime) -> Windows:
        """The open windows of a subject; nothing is counted."""
        keyed = self._keyed(limits, subject)
        row = await queries.open_windows(
            self._pool, now=now, limits=[limit.name for limit in keyed], subjects=list(keyed.values())
        )
        return _windows(keyed, row)

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
        row = await queries.note_success(
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
        return _windows(bars, row), row["is_done"]

    def network(self, account: str, address: str | None) -> bytes:
        """The keyed hash by which an account knows the network of an address; it differs between accounts."""
        return at_account(self._network(address), account)

    def _network(self, address: str | None) -> bytes:
        return self._keys.blind("known-network", str(address))

    def _keyed(self, limits: Sequence[Limit], subject: Subject) -> Mapping[Limit, bytes]:
        keys = {limit: limit.key(subject) for limit in limits}
        return {limit: self._at(limit, subject, key) for limit, key in keys.items() if key is not None}

    def _at(self, limit: Limit, subject: Subject, key: str) -> bytes:
        keyed = self._keys.blind(limit.name, key)
        return at_account(keyed, subject.account) if limit.is_at_account and subject.account else keyed


def at_account(keyed: bytes, account: str) -> bytes:
    """A keyed hash at an account, whose id is no secret: computed where the account is found, which has no keys."""
    return sha256(keyed + account.encode()).digest()


def _barring(keyed: Mapping[Limit, bytes]) -> dict[str, list[Any]]:
    return {
        "barring_limits": [limit.name for limit in keyed],
        "barring_subjects": list(keyed.values()),
        "most": [limit.tries for limit in keyed],
    }


def _windows(limits: Iterable[Limit], row: "asyncpg.Record") -> Windows:
    found = {
        name: Window(tries, ends_at)
        for name, tries, ends_at in zip(row["limit_names"] or (), row["tries"] or (), row["ends"] or (), strict=True)
    }
    return [(limit, found[limit.name]) for limit in limits if limit.name in found]
