"""Past log-ins, the browsers that they came from, and the notices that follow them (issue 12)."""

import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from uuid_utils import compat as uuids

from registration.log_ins import (
    KEPT_FOR,
    NOTICE_EVERY,
    NOTICE_WORTH_SENDING,
    DueNotice,
    KnownBrowsers,
    LogInNotice,
    PastLogIn,
    notice_is_due,
)
from store.database import queries
from store.documents import dump, load
from store.log_in_rows import LogInEntry, LogInFacts
from store.sealing import KeyRing, WrappedKey, part, seal, unseal

if TYPE_CHECKING:
    import asyncpg

_log = structlog.get_logger()

LOG_INS_KEPT: Final = 100
"""Of each registration, however often a program logs in."""

BROWSERS_KEPT: Final = 20
"""The ones used last. However many a thief uses, the first of them has led to a notice."""

_TRIED_AGAIN_AFTER: Final = timedelta(minutes=5)
"""At least: some mail servers refuse a first attempt, and accept it after some minutes (greylisting)."""


class LogInStore:
    """Writes and reads through a pool. What is sealed opens at its own place only: no row can be put in place."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", keys: KeyRing) -> None:
        """Owns neither of them."""
        self._pool = pool
        self._keys = keys

    async def latest(self, registration_id: str, most: int) -> list[PastLogIn]:
        """The last log-ins, the newest first. A row that we have not written is left out, and an alarm in the log."""
        rows = [row async for row in queries.last_log_ins(self._pool, registration_id=registration_id, most=most)]
        found = []
        for row in rows:
            try:
                plain = unseal(
                    self._key(row, registration_id), row["sealed"], _of_log_in(registration_id, str(row["id"]))
                )
            except InvalidTag:
                _log.error("log_in_not_sealed_here", registration_id=registration_id)
            else:
                found.append(load(PastLogIn, plain))
        return found

    async def claim_notices(self, before: datetime, most: int) -> tuple[DueNotice, ...]:
        """Notices that were due before a moment and are not settled, at most `most`; the next claim has others.

        One that is not settled is handed out again after 5 minutes, then after longer and longer, for 3 days.
        """
        rows = queries.claim_log_in_notices(
            self._pool,
            before=before,
            due_since=before - NOTICE_WORTH_SENDING,
            shortest=_TRIED_AGAIN_AFTER,
            most=most,
        )
        return tuple([DueNotice(str(row["registration_id"]), str(row["id"])) async for row in rows])

    async def notice(self, due: DueNotice) -> LogInNotice | None:
        """What a notice is about; `None` once it is settled, replaced or erased, or where we have not written it."""
        row = await queries.find_log_in_notice(self._pool, registration_id=due.registration_id, id=due.notice_id)
        if row is None:
            return None
        context = _of_notice(due.registration_id, due.notice_id)
        try:
            return load(LogInNotice, unseal(self._key(row, due.registration_id), row["sealed"], context))
        except InvalidTag:
            _log.error("log_in_notice_not_sealed_here", registration_id=due.registration_id)
            return None

    async def settle_notice(self, due: DueNotice, at: datetime) -> None:
        """Marks a notice that needs no further attempt."""
        await queries.settle_log_in_notice(self._pool, registration_id=due.registration_id, id=due.notice_id, at=at)

    async def forget(self, now: datetime, most: int) -> bool:
        """Deletes what is kept for no longer, at most `most` rows of a table; returns whether there may be more."""
        deleted = await queries.forget_log_ins(
            self._pool, before=now - KEPT_FOR, due_before=now - NOTICE_WORTH_SENDING, most=most
        )
        return int(deleted) == most

    def _key(self, row: "asyncpg.Record", registration_id: str) -> bytes:
        return self._keys.unwrap(WrappedKey(row["master_key_id"], row["wrapped"]), registration_id)


def log_in_entry(registration_id: str, facts: LogInFacts, log_in: PastLogIn, browser: str | None = None) -> LogInEntry:
    """What is noted of a log-in by `Attempts.note_success`, if the password is still in force by then.

    `browser` is the random cookie of a browser, which is known from then on.
    """
    log_in_id, notice_id = str(uuids.uuid7()), str(uuids.uuid7())
    mark = _mark(facts.key, browser) if browser else None
    known = KnownBrowsers(
        has_this=mark in facts.marks,
        has_any=bool(facts.marks),
        by_new_code=facts.by_new_code,
        last_notice=facts.last_notice,
    )
    notice = LogInNotice(log_in, facts.email_id) if mark and notice_is_due(known, log_in.at) else None
    return LogInEntry(
        log_in_id=log_in_id,
        at=log_in.at,
        sealed=seal(facts.key, dump(log_in), _of_log_in(registration_id, log_in_id)),
        mark=mark,
        notice_id=notice_id,
        notice=seal(facts.key, dump(notice), _of_notice(registration_id, notice_id)) if notice else None,
        last_notice_before=log_in.at - NOTICE_EVERY,
    )


def _mark(key: bytes, browser: str) -> bytes:
    """How a registration knows a browser: without its key nobody can tell that two know the same one."""
    derived = HKDF(SHA256(), 32, salt=None, info=b"ugyfelkapu known browser").derive(key)
    return hmac.digest(derived, browser.encode(), "sha256")


def _of_log_in(registration_id: str, log_in_id: str) -> str:
    return part(registration_id, f"log-in|{log_in_id}")


def _of_notice(registration_id: str, notice_id: str) -> str:
    return part(registration_id, f"log-in notice|{notice_id}")
