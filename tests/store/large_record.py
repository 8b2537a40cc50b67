"""A database as large as plans need it: registrations of the bench's writer, each copied in SQL with ids of its own.

Copies open with no key, and their events have short bodies: a plan follows from numbers of rows, from their widths and
from what PostgreSQL knows of their values. Narrower rows make whole scans cheaper, so what is proven holds for wider.
"""

from typing import Final

import asyncpg

from bench.record import write_record
from starter.dev.postgres import PostgresServer
from store.migrate import migrate
from tests.store.lives import KEYS

REGISTRATIONS: Final = 200_000
_WRITTEN: Final = 2_000

_FUNCTIONS: Final = """
create function anew(id uuid, n int) returns uuid immutable parallel safe language sql as
    $$ select case when n = 0 then id else md5(id::text || n)::uuid end $$;
create function anew(mark bytea, n int) returns bytea immutable parallel safe language sql as
    $$ select substring(mark for 8) || sha256(mark || n::text::bytea) $$;
create function anew(entry text, n int) returns text immutable parallel safe language sql as
    $$ select replace(replace(entry, '"office-', '"office-' || n || '-'), '"clerk-', '"clerk-' || n || '-') $$;
"""

_COPIES: Final = {
    "registrations": {
        "id": "anew(id, n)",
        "receipt_number": f"receipt_number + n * {_WRITTEN}",
        "user_name_index": "anew(user_name_index, n)",
        "email_id": "anew(email_id, n)",
        "recorded_at": "recorded_at + n * interval '1 minute'",
        "submitted_at": "submitted_at + n * interval '1 minute'",
        "password_valid_until": "password_valid_until + n * interval '7 days'",
        "status": "case n % 20 when 1 then 'PASSWORD_EXPIRED' when 2 then 'LAPSED' else status end",
    },
    "data_keys": {"registration_id": "anew(registration_id, n)"},
    "persons": {"registration_id": "anew(registration_id, n)", "identity_index": "anew(identity_index, n)"},
    "emails": {
        "id": "anew(id, n)",
        "registration_id": "anew(registration_id, n)",
        "address_index": "anew(address_index, n)",
    },
    "events": {
        "registration_id": "anew(registration_id, n)",
        "at": "at + n * interval '1 minute'",
        "previous_hash": "left(previous_hash, 8)",
        "hash": "left(hash, 8)",
        "body": "case when office_of_act(body) is null then '{}' else anew(body, n) end",
    },
    "codes": {
        "registration_id": "anew(registration_id, n)",
        "live": "n % 20 = 1 and sequence = 4",
        "valid_until": "valid_until + n * interval '1 minute'",
    },
    "letters": {"registration_id": "anew(registration_id, n)", "at": "at + n * interval '1 minute'"},
    "client_requests": {"id": "anew(id, n)", "registration_id": "anew(registration_id, n)"},
    "credentials": {"id": "anew(id, n)", "registration_id": "anew(registration_id, n)"},
    "evidence": {"id": "anew(id, n)", "registration_id": "anew(registration_id, n)"},
    "log_ins": {
        "id": "anew(id, n)",
        "registration_id": "anew(registration_id, n)",
        "at": "at + n * interval '1 minute'",
    },
    "known_browsers": {
        "registration_id": "anew(registration_id, n)",
        "mark": "anew(mark, n)",
        "used_at": "used_at + n * interval '1 minute'",
    },
    "log_in_notices": {
        "registration_id": "anew(registration_id, n)",
        "due_at": "due_at + n * interval '1 second'",
        "settled_at": "case when n % 50 = 1 then null else settled_at end",
    },
    "sessions": {"id_hash": "anew(id_hash, n)", "registration_id": "anew(registration_id, n)"},
    "attempts": {"subject": "anew(subject, n)", "ends_at": "ends_at + n * interval '1 second'"},
    "idempotency_keys": {"key": "anew(key, n)", "begun_at": "begun_at + n * interval '1 second'"},
    "access_chains": {"office": "office || '-' || n"},
    "access_entries": {
        "office": "office || '-' || n",
        "registration_id": "anew(registration_id, n)",
        "request_id": "anew(cast(request_id as uuid), n)::text",
        "body": "anew(body, n)",
    },
}
"""What differs in copy `n` of a row; all else is as in the row."""

_COPIED: Final = {"letters": "sequence <= 3"}
"""Some rows say as much as all of them, and take less time."""

EXTENSION: Final = "00000000-0000-7000-8000-000000000000"

_OTHERS: Final = """
select setval(pg_get_serial_sequence('registrations', 'receipt_number'), max(receipt_number)) from registrations;
insert into registrations (id, channel, opening, submitted_at, email_id, head, recorded_at, user_name_index)
    select anew(id, -1), channel, opening, submitted_at, anew(email_id, -1), repeat('0', 64), recorded_at,
        anew(user_name_index, -1)
    from registrations limit 500;
insert into credentials (id, registration_id, state, sealed, kind, message, seal, submitted_at)
    select anew(id, -1), registration_id, 'PENDING', '\\x00', kind, message, seal, submitted_at
    from credentials where state = 'ADOPTED' limit 500;
insert into used_signatures (mark, registration_id, seal)
    select sha256(id::text::bytea), id, '\\x00' from registrations limit 20000;
insert into drafts (id, sealed, tries, ends_at)
    select sha256(i::text::bytea), repeat('x', 200)::bytea, 0, now() + i * interval '1 second'
    from generate_series(-500, 20000) i;
insert into desk_pages (id, key_id, sealed, ends_at)
    select sha256(i::text::bytea), 's1', repeat('x', 200)::bytea, now() + i * interval '1 second'
    from generate_series(-500, 20000) i;
insert into staff_sessions (id_hash, key_id, sealed, ends_at)
    select sha256(i::text::bytea), 's1', repeat('x', 200)::bytea, now() + i * interval '1 second'
    from generate_series(-500, 20000) i;
insert into staff_sign_ins (id, key_id, sealed, ends_at)
    select sha256(i::text::bytea), 's1', repeat('x', 200)::bytea, now() + i * interval '1 second'
    from generate_series(-500, 20000) i;
insert into extensions (id, expiring_before, days, requested_by, requested_at, approved_by, approved_at, listed_at)
    select ('EXTENSION' || lpad(i::text, 2, '0'))::uuid, now(), 30, 'a', now(), 'b', now(), now()
    from generate_series(0, 19) i;
insert into extension_items (extension_id, registration_id, valid_until, until, outcome)
    select extensions.id, r.id, now(), now(), case when hashtext(r.id::text) % 3 = 0 then 'EXTENDED' end
    from registrations r join extensions on right(extensions.id::text, 2)::int = abs(hashtext(r.id::text)) % 20;
"""


async def large_record(server: PostgresServer, name: str) -> str:
    """The address of a database with so many registrations, vacuumed and analysed."""
    url = await server.create_database(name)
    await migrate(url, KEYS)
    await write_record(url, KEYS, _WRITTEN)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set session_replication_role = replica")  # checks no foreign keys
        await connection.execute(_FUNCTIONS)
        for table, changes in _COPIES.items():
            rows = await connection.fetch(
                "select column_name from information_schema.columns where table_name = $1 order by ordinal_position",
                table,
            )
            columns = [row["column_name"] for row in rows]
            values = ", ".join(changes.get(column, column) for column in columns)
            await connection.execute(
                f"insert into {table} ({', '.join(columns)}) overriding system value"  # noqa: S608  our own names
                f" select {values} from {table}, generate_series(1, {REGISTRATIONS // _WRITTEN - 1}) n"
                f" where {_COPIED.get(table, 'true')}"
            )
        await connection.execute(_OTHERS.replace("EXTENSION", EXTENSION[:-2]))
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()
    return url
