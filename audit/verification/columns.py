"""Every column of every table: how an audit would notice that it was tampered with, or why it cannot.

A table or column that is added to the schema needs its line here (`tests/store/test_columns.py` reads the real schema),
and `docs/tables.md` is made of these lines: `python -m audit.verification.columns > docs/tables.md`.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Seen(StrEnum):
    """How a change is noticed."""

    DERIVED = "follows from the record"
    """Compared with what events or the access record, both chained, give."""
    SEALED = "sealed"
    """Written with our keys; deletion or an older copy decides nothing."""
    UNSEEN = "cannot be shown"
    """Nothing notices it, for the reason given."""


class By(StrEnum):
    """Which command checks it."""

    EACH = "`verify ID`, `verify --all`"
    ALL = "`verify --all`"
    NONE = "–"


@dataclass(frozen=True)
class Columns:
    """Columns of a table, separated by spaces, and what holds for them: `why` names what they are compared with."""

    table: str
    columns: str
    seen: Seen
    by: By
    why: str


def _derived(table: str, columns: str, why: str, by: By = By.EACH) -> Columns:
    return Columns(table, columns, Seen.DERIVED, by, why)


def _sealed(table: str, columns: str, why: str, by: By = By.EACH) -> Columns:
    return Columns(table, columns, Seen.SEALED, by, why)


def _unseen(table: str, columns: str, why: str) -> Columns:
    return Columns(table, columns, Seen.UNSEEN, By.NONE, why)


COLUMNS: Final = (
    # the record
    _derived("events", "registration_id sequence at kind previous_hash hash body", "a chain of hashes; the history"),
    _derived("access_entries", "office day sequence registration_id request_id previous_hash hash body",
             "a chain of hashes for each office and day; the checkpoints; the owner can append", By.ALL),
    _derived("access_chains", "office day entries head", "the last entry of the chain; the checkpoints", By.ALL),
    # the read model
    _derived("registrations", "id status since because deadline password_valid_until identity_verified email_id "
             "codes_issued sequence head moved_by", "the fold of the events"),
    _derived("registrations", "user_name_index", "the user name in the sealed form, while the registration is open"),
    _sealed("registrations", "channel office opening submitted_at receipt_number seal",
            "what was submitted, which never changes; channel, office and opening follow from the first event, too"),
    _unseen("registrations", "recorded_at", "the wall clock of the last write: reconciliation alone looks at it, and "
            "verification compares all rows"),
    _derived("codes", "registration_id purpose sequence valid_until live email_id", "the codes that the events name"),
    _derived("codes", "confirmation_id", "an event of a confirmation needs it; without an event it decides nothing"),
    _unseen("codes", "key_id nonce", "another one makes the code of a letter wrong, and does not reveal the right one"),
    # personal data
    _derived("data_keys", "registration_id", "the record says whether the personal data was erased"),
    _sealed("data_keys", "master_key_id wrapped", "opens under its master key, for its registration, or not at all"),
    _derived("persons", "registration_id", "the record says whether the personal data was erased"),
    _sealed("persons", "sealed", "opens under the registration's key, at its own place, or not at all"),
    _derived("persons", "identity_index", "the person in the sealed form"),
    _derived("emails", "id registration_id", "every address that an event names is stored until it is erased"),
    _sealed("emails", "sealed", "opens under the registration's key, under its own id, or not at all"),
    _derived("emails", "address_index", "the sealed address"),
    _derived("evidence", "id registration_id commitment", "the event that names it"),
    _derived("evidence", "sealed", "the commitment in the event, until it is erased"),
    _unseen("evidence", "written_at", "decides nothing; the event has its own time"),
    # what clients bring
    _derived("credentials", "id registration_id state", "the last event about a password names the one in force"),
    _sealed("credentials", "sealed", "opens under the registration's key, for this credential, or not at all"),
    _sealed("credentials", "kind message seal", "the message that reconciliation may send again"),
    _unseen("credentials", "networks", "keyed hashes, each of one account: without the index key no network becomes "
            "known; without one its client must redeem a code first"),
    _unseen("credentials", "submitted_at", "when reconciliation takes a pending one up; the event has its own time"),
    _derived("client_requests", "id registration_id kind", "the event that followed; without one it decides nothing"),
    _unseen("client_requests", "submitted_at", "decides nothing; the event has its own time"),
    _derived("used_signatures", "registration_id", "one for each opening event with `assurance`, also after erasure"),
    _sealed("used_signatures", "mark seal", "a keyed hash of the signature, which is erased"),
    _derived("letters", "registration_id sequence kind days",
             "the letters that events order and histories have as settled"),
    _sealed("letters", "message_id outcome failure smtp_reply at seal",
            "an outcome that we have not written does not hold a letter back"),
    _sealed("idempotency_keys", "key fingerprint request_id answer seal", "what we have not written is never shown; a "
            "deleted row is a request that never came", By.ALL),
    _unseen("idempotency_keys", "begun_at locked_at", "when a row is deleted, or taken over from a dead process: the "
            "same request is run again, under its own id"),
    _unseen("attempts", "limit_name subject tries ends_at request_id", "counts of guesses, minutes to days old: "
            "resetting them gives more guesses, and no event follows from a count"),
    _sealed("sessions", "sealed", "opens under the registration's key, for this token's hash, or is no session; an "
            "older copy ends 15 minutes after its last use", By.NONE),
    _unseen("sessions", "id_hash registration_id ends_at", "the sealed facts open with these two alone and have their "
            "own times; a deleted row ends a session"),
    _sealed("log_ins", "sealed", "opens under the registration's key, under its own id, or is not listed; has its own "
            "time", By.NONE),
    _unseen("log_ins", "id registration_id at", "the sealed log-in opens with these ids alone; a deleted row is a "
            "log-in that its client does not see"),
    _unseen("known_browsers", "registration_id mark credential_id used_at", "a browser becomes known only with "
            "the registration's key; deleted or changed rows can keep a notice back, or cause one"),
    _sealed("log_in_notices", "sealed", "opens under the registration's key, under its own id, or is not sent",
            By.NONE),
    _unseen("log_in_notices", "registration_id id due_at try_at settled_at", "a deleted or settled row is a notice "
            "that is not sent; the log-in is listed all the same"),
    _sealed("drafts", "sealed", "opens under a key that only the browser's cookie gives", By.NONE),
    _unseen("drafts", "id tries ends_at", "resetting the tries gives more guesses to the holder of the cookie; the "
            "sealed content has its own times"),
    _sealed("staff_sessions", "key_id sealed", "opens under a key of the staff pages, for this token's hash, or is no "
            "session; an older copy ends 15 minutes after its last use", By.NONE),
    _unseen("staff_sessions", "id_hash ends_at", "the sealed facts open with this hash alone and have their own times; "
            "a deleted row ends a session"),
    _sealed("staff_sign_ins", "key_id sealed", "opens under a key of the staff pages together with the browser's "
            "cookie", By.NONE),
    _unseen("staff_sign_ins", "id ends_at", "the sealed content has its own time; a deleted row is a sign-in that is "
            "begun again"),
    _sealed("desk_pages", "key_id sealed", "opens under a key of the staff pages together with the session's token; an "
            "older copy has its own end", By.NONE),
    _unseen("desk_pages", "id ends_at", "the sealed content has its own end; a deleted row is a search or a visit that "
            "is begun again"),
    # what operators do
    _derived("policies", "version body adopted_at", "the digest in the entry of the adoption", By.ALL),
    _derived("offices", "code body name address open", "the digest in the last entry about the office", By.ALL),
    _derived("disabled_staff", "id disabled_at disabled_by", "the digest in the last entry about the person", By.ALL),
    _derived("extensions", "id expiring_before days requested_by requested_at approved_by approved_at",
             "the digests in the entries of request and approval", By.ALL),
    _derived("extensions", "listed_at", "set where the access record has the list", By.ALL),
    _derived("extensions", "finished_at", "set where no account of the list waits", By.ALL),
    _derived("extension_items", "extension_id registration_id valid_until until", "the digest in the entry of the "
             "list; an event has the end that the list gives it", By.ALL),
    _derived("extension_items", "outcome detail", "the event that followed"),
    _sealed("seal_keys", "id master_key_id wrapped", "opens under its master key or not at all; missing, it is named"),
    # what processes share
    _sealed("key_checks", "use key_id digest", "an HMAC under the key itself: with another digest no process "
            "starts, and no other key is accepted", By.NONE),
    _unseen("key_checks", "retired", "a key that is wrongly retired may be missing in a process, which then "
            "says so when it meets a row that needs it"),
    _unseen("processes", "id kind name keys seen_at", "which processes run: a deleted row lets a rotation begin "
            "before that process has the key; it then refuses what it cannot open"),
    _unseen("write_probe", "written_at", "has no meaning: readiness writes it"),
    _unseen("alembic_version", "version_num", "which migrations ran: a process refuses an older schema than its own"),
)  # fmt: skip


_HEAD: Final = """# Every column of the database

How `ugyfelkapu audit verify` notices that it was changed past the programs; see [audit](audit.md). Generated from
`audit/verification/columns.py`.

| table | columns | | checked by | compared with, or why not |
|---|---|---|---|---|
"""


def markdown(lines: Iterable[Columns] = COLUMNS) -> str:
    """The page of the documentation."""
    return _HEAD + "".join(
        f"| `{line.table}` | {', '.join(f'`{name}`' for name in line.columns.split())} | {line.seen} | {line.by} | "
        f"{line.why} |\n"
        for line in lines
    )


if __name__ == "__main__":
    sys.stdout.write(markdown())
