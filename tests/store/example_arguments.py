"""Arguments of every query as the programs give them, taken from a registration and a clerk's act that there are.

Most follow from a parameter's name; where a name means different things, the query has its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self
from uuid import UUID

import asyncpg

from bench.record.plans import parameters
from tests.store.large_record import EXTENSION

_PAGE: Final = 500
"""Registrations that a verification looks at together; no caller gives more ids than a thousand."""
_MOST: Final = 1000
_DAY: Final = timedelta(days=1)
_NEW: Final = UUID("00000000-0000-7000-8000-00000000abcd")
_MARK: Final = b"\x00" * 40
_FIRST: Final = UUID(int=0)
_LAST: Final = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class Examples:
    """Rows of a large database, by table; `ids` are registrations of one page, `named` the ids of what they brought.

    `submitted` is a registration without personal data.
    """

    rows: Mapping[str, asyncpg.Record]
    ids: list[UUID]
    named: Mapping[str, list[UUID]]

    @classmethod
    async def read(cls, connection: "asyncpg.Connection[asyncpg.Record]") -> Self:
        """A page of registrations from the middle, and what belongs to the first of them."""
        page = await connection.fetch(
            "select id from registrations where id > '80000000-0000-7000-8000-000000000000' and status = 'ACTIVE'"
            " order by id limit $1",
            _PAGE,
        )
        ids = [row["id"] for row in page]
        rows = {}
        for table in ("registrations", "codes", "credentials", "emails", "persons", "data_keys", "access_entries"):
            by = "id" if table == "registrations" else "registration_id"
            alive = "and state = 'ADOPTED'" if table == "credentials" else ""
            one = f"select * from {table} where {by} = $1 {alive} limit 1"  # noqa: S608  our own names
            found = await connection.fetchrow(one, ids[0])
            assert found, table
            rows[table] = found
        for table in ("sessions", "attempts", "idempotency_keys", "drafts", "log_in_notices"):
            found = await connection.fetchrow(f"select * from {table} offset 300 limit 1")  # noqa: S608  our own names
            assert found, table
            rows[table] = found
        empty = await connection.fetchrow("select * from registrations where status = 'SUBMITTED' limit 1")
        assert empty
        rows["submitted"] = empty
        named = {
            table: [
                row["id"]
                for row in await connection.fetch(f"select id from {table} where registration_id = any ($1)", ids)  # noqa: S608  our own names
            ]
            for table in ("credentials", "client_requests")
        }
        return cls(rows, ids, named)

    def of(self, query: str) -> dict[str, Any]:
        """The arguments of a query. Raises `KeyError` with the name of a parameter that has no example."""
        known = self._by_name() | self._by_query().get(query, {})
        return {name: known[name] for name in parameters(query)}

    def _by_name(self) -> dict[str, Any]:
        registration, code, credential = (self.rows[name] for name in ("registrations", "codes", "credentials"))
        entry, key, person, email = (self.rows[name] for name in ("access_entries", "data_keys", "persons", "emails"))
        attempt, kept, now = self.rows["attempts"], self.rows["idempotency_keys"], datetime.now(UTC)
        one, many = registration["id"], self.ids
        return {
            "id": one,
            "ids": many,
            "registration_id": one,
            "registration_ids": many,
            "extension_id": UUID(EXTENSION),
            "email_id": registration["email_id"],
            "credential_id": credential["id"],
            "confirmation_id": _NEW,
            "request_id": _NEW,
            "request_ids": [str(each) for each in many],
            "adopt": _NEW,
            "rests_on": [credential["id"], _NEW],
            "log_in_id": _NEW,
            "notice_id": _NEW,
            # search indexes and keys
            "user_name_indexes": [registration["user_name_index"]],
            "free_name": _MARK,
            "identity_indexes": [person["identity_index"]],
            "address_indexes": [email["address_index"]],
            "identity_index": _MARK,
            "address_index": _MARK,
            "least": registration["user_name_index"][:8],
            "beyond": registration["user_name_index"][:7] + b"\xff",
            "mark_bytes": 8,
            "master_key_id": key["master_key_id"],
            "present": key["master_key_id"],
            "wrapped": [key["wrapped"]] * _PAGE,
            "known": [key["wrapped"]] * _PAGE,
            "anew": [_MARK] * _PAGE,
            "key": kept["key"],
            "key_id": "k1",
            "keys": "{}",
            "use": "master",
            "digest": b"x",
            "locks": [1, 2],
            "mark": _MARK,
            "seals": [b"x"] * _PAGE,
            # times
            "now": now,
            "at": now,
            "before": now - _DAY,
            "due_before": now - 3 * _DAY,
            "due_since": now - 3 * _DAY,
            "since": registration["recorded_at"],
            "until": registration["recorded_at"] + _DAY,
            "browsers_since": now - 180 * _DAY,
            "last_notice_before": now - _DAY,
            "ends_at": now + _DAY,
            "day": entry["day"],
            "first": entry["day"],
            "shortest": timedelta(minutes=5),
            "within": timedelta(minutes=1),
            "abandoned": now,
            **dict.fromkeys(_TIMES, now),
            # pages
            "after": _FIRST,
            "most": _MOST,
            "sequence": 1,
            "sequences": [1] * _PAGE,
            "networks_kept": 10,
            "log_ins_kept": 100,
            "browsers_kept": 20,
            # tries
            "limits": [attempt["limit_name"], "another"],
            "subjects": [attempt["subject"], _MARK],
            "ends": [now, now],
            "barring_limits": [attempt["limit_name"]],
            "barring_subjects": [_MARK],
            "barring_at_account": [True],
            "barring_strangers": [True],
            "at_account": [True, False],
            # codes and letters
            "purpose": code["purpose"],
            "code_purpose": code["purpose"],
            "code_sequence": code["sequence"],
            "code_sequences": [9],
            "code_purposes": ["PASSWORD"],
            "code_ends": [now],
            "code_emails": [None],
            "nonces": [b"n"],
            "kind": "CODE_PASSWORD",
            "kinds": ["IDENTITY_VERIFIED", "DISCLOSED"],
            "days": None,
            "redemptions": ["CODE_REDEEMED"],
            "message_id": "<1@example.org>",
            "outcome": "SENT",
            "failure": None,
            "smtp_reply": None,
            # what is written
            "receipt_number": registration["receipt_number"],
            "previous_hash": registration["head"],
            "head": registration["head"],
            "hash": registration["head"],
            "body": "{}",
            "status": registration["status"],
            "moved_by": registration["moved_by"],
            "deadline": registration["deadline"],
            "password_valid_until": registration["password_valid_until"],
            "identity_verified": True,
            "final": False,
            "channel": "ONLINE",
            "opening": "{}",
            "office": entry["office"],
            "offices": [entry["office"]] * _PAGE,
            "version": 99,
            "operator": "operator-1",
            "name": "host 1",
            "approval": "operations.extensions.approve",
            "requested_by": "operator-1",
            "approved_by": "operator-2",
            **dict.fromkeys(_BYTES, b"x"),
            **dict.fromkeys(_TEXTS, "{}"),
            "id_hash": self.rows["sessions"]["id_hash"],
            "replaced": _MARK,
        }

    def _by_query(self) -> dict[str, dict[str, Any]]:
        registration, entry, now = self.rows["registrations"], self.rows["access_entries"], datetime.now(UTC)
        notice, draft, last = self.rows["log_in_notices"], self.rows["drafts"], registration["sequence"]
        a_row = {"id": draft["id"]}
        offices = {"codes": ["9999"], "bodies": ["OKMANYIRODA"], "names": ["A"], "addresses": ["B"], "opens": [True]}
        new = [UUID(int=number) for number in range(1, _PAGE + 1)]
        texts, marks = ["x"] * _PAGE, [number.to_bytes(40) for number in range(_PAGE)]
        accounts: dict[str, Any] = dict.fromkeys(("ids", "email_ids", "credential_ids"), new)
        accounts |= dict.fromkeys(("channels", "openings", "master_key_ids"), texts)
        accounts |= dict.fromkeys(("user_name_indexes", "identity_indexes", "address_indexes"), marks)
        accounts |= dict.fromkeys(("wrapped_keys", "persons", "emails", "sealed_hashes"), marks)
        first_window = {"most": [100]}
        return {
            "append_event": {"sequence": last + 1},
            "find_event_hash": {"sequence": last},
            "page_of_registrations": {"after": self.ids[0], "until": _LAST, "most": _PAGE},
            "registration_at": {"after": self.ids[0], "place": _PAGE},
            "recorded_between": {"after": self.ids[0]},
            "expiring_accounts": {"before": now + 700 * _DAY, "since": now, "after": self.ids[0]},
            "acts_of_office": {"until": now, "at": now - 90 * _DAY, "registration_id": _FIRST, "sequence": 0},
            "acts_of_kind": {
                "until": now,
                "at": now - 90 * _DAY,
                "registration_id": _FIRST,
                "sequence": 0,
                "kind": "DATA_DISCLOSED",
            },
            "newest_accesses": {"sequence": 10**6},
            "newest_accesses_at": {"sequence": 10**6},
            "access_hashes_at": {"days": [entry["day"]] * _PAGE},
            "access_entries_with": {"request_ids": [entry["request_id"]]},
            "insert_access_entry": {"sequence": 10**6, "request_id": str(_NEW)},
            "newest_extensions": {"id": _NEW, "most": 21},
            "insert_extension": {"id": _NEW, "days": 30},
            **{name: {"id": UUID(EXTENSION)} for name in ("find_extension", "approve_extension", "finish_extension")},
            **{name: {"id": UUID(EXTENSION)} for name in ("lock_unlisted_extension", "note_extension_listed")},
            "insert_extension_items": {
                "extension_id": UUID(EXTENSION),
                "registration_ids": [],
                "valid_until": [],
                "until": [],
            },
            "settle_extension_items": {"request_ids": [str(each) for each in self.ids]},
            **{
                name: {"id": notice["id"], "registration_id": notice["registration_id"]}
                for name in ("find_log_in_notice", "settle_log_in_notice")
            },
            **dict.fromkeys(("find_draft", "try_draft", "use_draft", "delete_draft"), a_row),
            **dict.fromkeys(("find_desk_page", "lock_desk_page", "put_desk_page", "save_draft", "take_sign_in"), a_row),
            "begin_sign_in": {"id": b"new"},
            **{
                name: {"id_hash": draft["id"]}
                for name in ("find_staff_session", "use_staff_session", "end_staff_session")
            },
            "open_staff_session": {"id_hash": b"new"},
            **{name: {"id": "clerk-7"} for name in ("find_standing", "disable_staff", "enable_staff", "was_seen")},
            "find_office": {"code": "office-1"},
            "put_offices": offices,
            "insert_accounts": accounts,
            "find_accounts": {"ids": new, "user_name_indexes": marks},
            **{name: {"ids": self.named["credentials"]} for name in ("credentials_named",)},
            "client_requests_named": {"ids": self.named["client_requests"]},
            **{
                name: {"id": self.rows["credentials"]["id"]}
                for name in ("find_credential", "refuse_credential", "rehash_password")
            },
            "insert_credential": {"id": _NEW, "message": "{}"},
            **{
                name: {"id": _NEW}
                for name in (
                    "note_client_request",
                    "insert_registration",
                    "insert_evidence",
                    "withdraw_process",
                    "announce_process",
                )
            },
            "insert_registration": {"id": _NEW, "user_name_indexes": [_MARK]},
            "insert_personal_data": {
                "registration_id": self.rows["submitted"]["id"],
                "wrapped": b"x",
                "email_id": _NEW,
            },
            "insert_email": {"email_id": _NEW},
            "find_evidence": {"id": _NEW},
            "replace_seal_key": {"known": b"x", "wrapped": b"x"},
            "count_attempts": first_window,
            "note_success": first_window,
            "claim_log_in_notices": {"most": 50},
            "submitted_before": {"before": now},
            "pending_before": {"before": now},
            **{
                name: {"since": None, "until": None}
                for name in ("count_registrations", "count_undelivered", "median_to_activation")
            },
            "count_undelivered_between": {"since": now - _DAY, "until": now},
        }


_TIMES: Final = (
    *("adopted_at", "approved_at", "finished_at", "listed_at", "recorded_at", "requested_at", "submitted_at"),
    "written_at",
)
_BYTES: Final = ("sealed", "seal", "email", "person", "fingerprint", "network", "notice")
_TEXTS: Final = ("answer", "message", "commitment")
