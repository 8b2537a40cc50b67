-- The schema that the migrations end in, without Alembic's own table `alembic_version` (tests/store/test_schema.py).
-- A migration that adds a column adds it at the end of its table, and so does this file.

-- The read model and the record

create table registrations (
    id uuid primary key,
    -- what was submitted, which never changes
    receipt_number bigint not null generated always as identity unique,
    channel text not null,
    office text,
    opening text not null,
    submitted_at timestamptz not null,
    seal bytea,
    -- what follows from the events
    status text not null default 'SUBMITTED',
    since timestamptz,
    because text,
    moved_by text,
    deadline timestamptz,
    password_valid_until timestamptz,
    identity_verified boolean not null default false,
    email_id uuid not null,
    codes_issued integer not null default 0,
    sequence integer not null default 0,
    head text not null,
    recorded_at timestamptz not null,
    -- personal data, by which a registration is found
    user_name_index bytea unique
);
comment on table registrations is 'The read model: the fold of the events. A row whose workflow has not begun is SUBMITTED.';
comment on column registrations.receipt_number is 'The number of the receipt, without its check digit.';
comment on column registrations.office is 'The office that opened it; null if no office did.';
comment on column registrations.opening is 'What the workflow starts with: actor, evidence, assurance and imported state, as JSON.';
comment on column registrations.seal is 'Over what was submitted. Null only until the receipt number is known, in the same transaction.';
comment on column registrations.since is 'When the present status began; null while SUBMITTED.';
comment on column registrations.because is 'The kind of the event that began the present status.';
comment on column registrations.moved_by is 'The actor of the event that began the present status, as JSON.';
comment on column registrations.email_id is 'The present e-mail address.';
comment on column registrations.codes_issued is 'How many codes have been issued: the sequence of the last one.';
comment on column registrations.sequence is 'The place of the last event, and head its hash.';
comment on column registrations.recorded_at is 'The wall clock of the last write; for reconciliation only.';
comment on column registrations.user_name_index is
    'Mark of the search index, and its HMAC of the folded user name; null once the registration is final.';
create index registrations_submitted on registrations (submitted_at) where status = 'SUBMITTED';
create index registrations_recorded on registrations (recorded_at);
create index registrations_expiry on registrations (password_valid_until) where status in ('ACTIVE', 'PASSWORD_EXPIRED');

create function office_of_act(event text) returns text immutable parallel safe language sql as $$
    select case
        when event is json object and event::json #>> '{actor,kind}' in ('CLERK', 'SUPERVISOR', 'OPERATOR')
        then coalesce(event::json #>> '{actor,office}', '-')
    end
$$;
comment on function office_of_act is
    'The office that staff acted for, or - for none; null for an event that is not an act of staff, and for text that is no event.';

create table events (
    registration_id uuid not null references registrations (id),
    sequence integer not null,
    at timestamptz not null,
    kind text not null,
    previous_hash text not null,
    hash text not null,
    body text not null,
    primary key (registration_id, sequence)
);
comment on table events is 'The record: a chain of events for each registration. Rows are only added.';
comment on column events.body is 'The canonical text whose SHA-256 is the hash; no personal data.';
create index events_acts_of_office on events (office_of_act(body), at, registration_id, sequence)
    where office_of_act(body) is not null;
create index events_undelivered on events (at) where kind = 'LETTER_UNDELIVERED';
create index events_acts_of_kind on events (kind, at, registration_id, sequence) where office_of_act(body) is not null;

create table codes (
    registration_id uuid not null references registrations (id),
    purpose text not null,
    sequence integer not null,
    key_id text not null,
    nonce bytea not null,
    valid_until timestamptz not null,
    live boolean not null,
    email_id uuid,
    confirmation_id uuid,
    primary key (registration_id, purpose, sequence)
);
comment on table codes is 'What a code is derived from; the code itself is never stored.';
comment on column codes.key_id is 'The code key that it is derived with.';
comment on column codes.email_id is 'The address that a code for NEW_EMAIL confirms.';
comment on column codes.confirmation_id is
    'The request that redeems the code, written before the message is sent; null for a password, which has a credential.';
create unique index codes_live on codes (registration_id, purpose) where live;

create table letters (
    registration_id uuid not null references registrations (id),
    sequence integer not null,
    kind text not null,
    days integer,
    message_id text not null,
    outcome text not null check (outcome in ('SENT', 'VOID', 'UNDELIVERED')),
    failure text,
    smtp_reply integer,
    at timestamptz not null,
    seal bytea not null,
    unique nulls not distinct (registration_id, sequence, kind, days),
    constraint letters_failure_check check ((failure is not null) = (outcome = 'UNDELIVERED'))
);
comment on table letters is 'The outcome of each letter.';
comment on column letters.sequence is 'The place of the event that ordered the letter.';
comment on column letters.days is 'How many days before the deadline a reminder is sent; null for all other letters.';
comment on column letters.at is 'When the outcome was known.';
comment on column letters.seal is 'Over the outcome: one that the programs have not written holds no letter back.';

-- Personal data

create table data_keys (
    registration_id uuid primary key references registrations (id),
    master_key_id text not null,
    wrapped bytea not null
);
comment on table data_keys is 'The key that seals one registration; deleting the row erases the personal data.';
create index data_keys_master_key on data_keys (master_key_id, registration_id);

create table persons (
    registration_id uuid primary key references registrations (id),
    sealed bytea not null,
    identity_index bytea not null
);
comment on table persons is 'The registration form; deleted at erasure.';
comment on column persons.identity_index is
    'Mark of the search index, and its HMAC of name at birth, date of birth and mother''s name at birth.';
create index persons_identity on persons (identity_index);

create table emails (
    id uuid primary key,
    registration_id uuid not null references registrations (id),
    sealed bytea not null,
    address_index bytea not null
);
comment on table emails is 'E-mail addresses, present and former ones, which messages name by id; deleted at erasure.';
comment on column emails.address_index is 'Mark of the search index, and its HMAC of the folded address.';
create index emails_registration on emails (registration_id);
create index emails_address on emails (address_index);

create table evidence (
    id uuid primary key,
    registration_id uuid not null references registrations (id),
    commitment text not null,
    sealed bytea not null,
    written_at timestamptz not null
);
comment on table evidence is 'What a clerk saw, or a verified signature, written before the act that names it.';
comment on column evidence.commitment is 'A salted hash of the evidence, which the event has, too.';
create index evidence_registration on evidence (registration_id);

-- What clients bring

create table credentials (
    id uuid primary key,
    registration_id uuid not null references registrations (id),
    state text not null check (state in ('PENDING', 'ADOPTED', 'REFUSED', 'REPLACED')),
    sealed bytea,
    kind text,
    message text,
    seal bytea,
    networks bytea[],
    submitted_at timestamptz not null,
    constraint credentials_sealed_check check ((sealed is not null) = (state in ('PENDING', 'ADOPTED')))
);
comment on table credentials is 'Passwords, each written before the message that adopts it is sent.';
comment on column credentials.sealed is
    'The hash of the password, sealed with the registration''s key for this credential only: write access to the table without the key can set no password.';
comment on column credentials.kind is 'The name of the message that adopts it; null for an imported password.';
comment on column credentials.message is
    'The message that adopts it, as JSON, so that reconciliation can send it again; null for an imported password, which the first event of its registration adopts.';
comment on column credentials.seal is 'Over kind and message; null where there is no message.';
comment on column credentials.networks is
    'HMAC of the client networks that this password was typed or set from, the last one first; deleted with the password.';
create index credentials_pending on credentials (registration_id) where state = 'PENDING';
create unique index credentials_adopted on credentials (registration_id) where state = 'ADOPTED';
create index credentials_submitted on credentials (submitted_at) where state = 'PENDING';

create table client_requests (
    id uuid primary key,
    registration_id uuid not null references registrations (id),
    kind text not null,
    submitted_at timestamptz not null
);
comment on table client_requests is
    'Requests of clients that bring no credential, written before the message is sent: an event of a client without its request did not come from a client.';

create table used_signatures (
    mark bytea primary key,
    registration_id uuid not null references registrations (id),
    seal bytea not null
);
comment on table used_signatures is 'Signatures that have opened a registration; each opens one only. Kept after erasure.';
comment on column used_signatures.mark is 'HMAC of the signature.';
comment on column used_signatures.seal is 'Over mark and registration, because the signature itself is erased.';
create index used_signatures_registration on used_signatures (registration_id);

create table idempotency_keys (
    key bytea primary key,
    fingerprint bytea not null,
    request_id uuid not null,
    begun_at timestamptz not null,
    locked_at timestamptz,
    answer text,
    seal bytea not null
);
comment on table idempotency_keys is 'Requests that came with an Idempotency-Key; a row is kept for a day.';
comment on column idempotency_keys.key is 'HMAC of the caller and the key that it chose.';
comment on column idempotency_keys.fingerprint is 'HMAC of the operation and the body.';
comment on column idempotency_keys.request_id is 'The id under which the request is carried out: running it again changes nothing.';
comment on column idempotency_keys.locked_at is 'When a process began to work on it; null while no process does.';
comment on column idempotency_keys.answer is 'The final answer as JSON, without personal data.';
comment on column idempotency_keys.seal is 'Over request and answer: one that the programs have not written is never shown.';
create index idempotency_keys_begun on idempotency_keys (begun_at);

create table attempts (
    limit_name text not null,
    subject bytea not null,
    tries integer not null,
    ends_at timestamptz not null,
    request_id uuid,
    primary key (limit_name, subject)
);
comment on table attempts is 'Tries within windows of time, by limit and subject; subjects are keyed hashes.';
comment on column attempts.ends_at is 'By the gateway''s clock; a window that has ended begins anew, or is deleted by a later try.';
comment on column attempts.request_id is 'The request that was counted last; repeated, it is not counted again.';
create index attempts_ended on attempts (ends_at);

-- What browsers keep between requests

create table sessions (
    id_hash bytea primary key,
    registration_id uuid not null references registrations (id),
    sealed bytea not null,
    ends_at timestamptz not null
);
comment on table sessions is 'Browsers that are logged in, while the password that was typed is in force.';
comment on column sessions.id_hash is 'SHA-256 of the token in the browser''s cookie.';
comment on column sessions.sealed is
    'Which password was typed, how and when, and when the session was last used, under the registration''s key.';
comment on column sessions.ends_at is 'When the row may be deleted, unless the session is used again.';
create index sessions_registration on sessions (registration_id);
create index sessions_ended on sessions (ends_at);

create table drafts (
    id bytea primary key,
    sealed bytea not null,
    tries integer not null,
    ends_at timestamptz not null
);
comment on table drafts is 'What was typed into a form and not sent yet.';
comment on column drafts.id is 'Derived from the browser''s cookie, which is stored nowhere.';
comment on column drafts.sealed is 'What was typed and when, under a key derived from the same cookie.';
comment on column drafts.tries is 'How often another e-mail address was typed to open it.';
comment on column drafts.ends_at is 'When the row may be deleted.';
create index drafts_ended on drafts (ends_at);

-- What clients look back at

create table log_ins (
    id uuid primary key,
    registration_id uuid not null references registrations (id),
    sealed bytea not null,
    at timestamptz not null
);
comment on table log_ins is 'The last log-ins of each registration, for its client to look back at.';
comment on column log_ins.sealed is 'When, from which rough network, by which browser, under the registration''s key.';
comment on column log_ins.at is 'By which the oldest rows are deleted.';
create index log_ins_registration on log_ins (registration_id, at);
create index log_ins_at on log_ins (at);

create table known_browsers (
    registration_id uuid not null references registrations (id),
    mark bytea not null,
    credential_id uuid not null,
    used_at timestamptz not null,
    primary key (registration_id, mark)
);
comment on table known_browsers is 'The browsers that a registration was logged in with.';
comment on column known_browsers.mark is
    'HMAC-SHA-256 of the browser''s cookie, under a key derived from the registration''s: it differs between registrations.';
comment on column known_browsers.credential_id is 'The password that was typed there last.';
comment on column known_browsers.used_at is 'The last log-in; a browser is forgotten some time after it.';
create index known_browsers_used on known_browsers (used_at);

create table log_in_notices (
    registration_id uuid primary key references registrations (id),
    id uuid not null,
    sealed bytea not null,
    due_at timestamptz not null,
    try_at timestamptz not null,
    settled_at timestamptz
);
comment on table log_in_notices is 'The last letter of each registration about a log-in by a browser that it did not know.';
comment on column log_in_notices.sealed is 'The log-in, and where the letter goes, under the registration''s key.';
comment on column log_in_notices.try_at is 'When reconciliation may send it, or try again.';
comment on column log_in_notices.settled_at is 'When it was sent, refused for good, or not true any more.';
create index log_in_notices_waiting on log_in_notices (try_at) where settled_at is null;
create index log_in_notices_due on log_in_notices (due_at);

-- What staff do, and the record of who saw what

create table staff_sessions (
    id_hash bytea primary key,
    key_id text not null,
    sealed bytea not null,
    ends_at timestamptz not null
);
comment on table staff_sessions is 'Browsers in which a member of staff is signed in.';
comment on column staff_sessions.id_hash is 'SHA-256 of the token in the browser''s cookie.';
comment on column staff_sessions.key_id is 'The key of the staff pages that the row is sealed with.';
comment on column staff_sessions.sealed is
    'Who, with which roles, for which office; when they signed in, and when the session was last used.';
comment on column staff_sessions.ends_at is 'When the row may be deleted, unless the session is used again.';
create index staff_sessions_ended on staff_sessions (ends_at);

create table staff_sign_ins (
    id bytea primary key,
    key_id text not null,
    sealed bytea not null,
    ends_at timestamptz not null
);
comment on table staff_sign_ins is 'Sign-ins that have begun and are not answered yet by the organisation''s provider.';
comment on column staff_sign_ins.id is 'Derived from the browser''s cookie and the state, which are stored nowhere.';
comment on column staff_sign_ins.key_id is 'The key of the staff pages that the row is sealed with, together with the cookie.';
comment on column staff_sign_ins.sealed is 'What the answer is held against: nonce, verifier, when it began.';
comment on column staff_sign_ins.ends_at is 'When the row may be deleted.';
create index staff_sign_ins_ended on staff_sign_ins (ends_at);

create table desk_pages (
    id bytea primary key,
    key_id text not null,
    sealed bytea not null,
    ends_at timestamptz not null
);
comment on table desk_pages is 'What a desk''s page is about, for one session and some minutes: a search, a client''s visit, data that was disclosed.';
comment on column desk_pages.id is 'Derived from the session''s token and the page''s random id, which are stored nowhere.';
comment on column desk_pages.key_id is 'The key of the staff pages that the row is sealed with, together with the token.';
comment on column desk_pages.sealed is 'Criterion of the search; or registration, whether the person matches, what the clerk saw; when it ends.';
comment on column desk_pages.ends_at is 'When the row may be deleted.';
create index desk_pages_ended on desk_pages (ends_at);

create table access_chains (
    office text not null,
    day date not null,
    entries integer not null,
    head text not null,
    primary key (office, day)
);
comment on table access_chains is 'The end of each chain of access entries; its row is locked while an entry is added.';
comment on column access_chains.entries is 'How many there are, and head the hash of the last one.';

create function actor_of_access(entry text) returns text immutable parallel safe language sql as $$
    select case when entry is json object then lower(entry::json #>> '{access,actor,id}') end
$$;
comment on function actor_of_access is 'Who looked, acted or was refused, in lower case; null for text that is no entry.';

create table access_entries (
    office text not null,
    day date not null,
    sequence integer not null,
    registration_id uuid,
    request_id text,
    previous_hash text not null,
    hash text not null,
    body text not null,
    primary key (office, day, sequence),
    foreign key (office, day) references access_chains (office, day)
);
comment on table access_entries is 'The access record: a chain of entries for each office and day. Rows are only added.';
comment on column access_entries.body is 'The canonical text whose SHA-256 is the hash; no personal data.';
create index access_entries_registration on access_entries (registration_id) where registration_id is not null;
create index access_entries_request on access_entries (request_id) where request_id is not null;
create index access_entries_actor on access_entries (actor_of_access(body));

create table policies (
    version integer primary key,
    body text not null,
    adopted_at timestamptz not null
);
comment on table policies is 'Every policy there has been; the highest version is in force.';
comment on column policies.body is 'The policy as JSON.';

create table offices (
    code text primary key,
    body text not null check (body in ('OKMANYIRODA', 'KOZPONTI_OKMANYIRODA', 'UGYFELKOZPONT', 'ADOHATOSAG')),
    name text not null,
    address text not null,
    open boolean not null
);
comment on table offices is 'Where a client may go in person (S2); a clerk acts for one open office.';
comment on column offices.body is 'The kind of registration body.';

create table disabled_staff (
    id text primary key,
    disabled_at timestamptz not null,
    disabled_by text not null
);
comment on table disabled_staff is 'Clerks, supervisors, auditors and operators whose tokens are no longer accepted.';

create table extensions (
    id uuid primary key,
    expiring_before timestamptz not null,
    days integer,
    requested_by text not null,
    requested_at timestamptz not null,
    approved_by text,
    approved_at timestamptz,
    listed_at timestamptz,
    finished_at timestamptz,
    constraint extensions_approval_check check ((approved_by is null) = (approved_at is null)),
    constraint extensions_second_person_check check (lower(approved_by) <> lower(requested_by)),
    constraint extensions_order_check check (listed_at is null or approved_at is not null)
);
comment on table extensions is 'Bulk extensions of validity: who requested them, and the second person who approved.';
comment on column extensions.days is 'By how many days; null: to each registration''s anniversary.';
comment on column extensions.listed_at is 'When the list of accounts was fixed; afterwards none is added.';
comment on column extensions.finished_at is 'When every account of the list had its outcome.';

create table extension_items (
    extension_id uuid not null references extensions (id),
    registration_id uuid not null references registrations (id),
    valid_until timestamptz not null,
    until timestamptz not null,
    outcome text check (outcome in ('EXTENDED', 'REFUSED')),
    detail text,
    primary key (extension_id, registration_id)
);
comment on table extension_items is 'Every account that an approved extension is for, and its outcome.';
comment on column extension_items.valid_until is 'The end of the validity when the list was fixed; until is the new one.';
create index extension_items_registration on extension_items (registration_id);
create index extension_items_open on extension_items (extension_id, registration_id) where outcome is null;

-- Keys and processes

create table seal_keys (
    id text primary key check (id = 'rows'),
    master_key_id text not null,
    wrapped bytea not null
);
comment on table seal_keys is 'The key of the seals of rows, wrapped by a master key; a seal is an HMAC over what its row decides.';

create table key_checks (
    use text not null,
    key_id text not null,
    digest bytea not null,
    retired boolean not null default false,
    primary key (use, key_id)
);
comment on table key_checks is
    'The keys that this installation works with. Only `migrate` writes it; every process compares its own keys at start.';
comment on column key_checks.digest is
    'HMAC-SHA-256 under the key, of its use and id: it reveals nothing of the key, and cannot be made without it.';
comment on column key_checks.retired is
    'Nothing that is stored needs the key any more: a process may lack it, and none may have it in first place.';

create table processes (
    id uuid primary key,
    kind text not null,
    name text not null,
    keys text not null,
    seen_at timestamptz not null
);
comment on table processes is 'The processes that run, or did a moment ago: a key that one of them uses is not taken away.';
comment on column processes.name is 'Host and process number.';
comment on column processes.keys is 'The ids of its keys by use, as JSON, in order: the first of each is the one in use.';
comment on column processes.seen_at is
    'By the clock of the database, the only one that all processes share; a row that is not refreshed counts as ended.';

create table write_probe (written_at timestamptz not null);
comment on table write_probe is 'One row that readiness probes write, to see that the database accepts writes.';

-- How tables are kept: docs/postgresql.md says why

-- Rows are only added: frozen at their first vacuum, which no later one has to do for the whole table at once
alter table events set (
    autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02
);
alter table access_entries set (
    autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02
);
alter table letters set (
    autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02
);
alter table client_requests set (
    autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02
);
alter table evidence set (
    autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02
);
alter table used_signatures set (
    autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02
);
-- A few rows of each registration, which change with its events or are erased
alter table registrations set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table data_keys set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table persons set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table emails set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table codes set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table credentials set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
-- Rows come and go, the oldest first, or are changed often: what is dead is passed by each reader until a vacuum
alter table sessions set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table log_ins set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table known_browsers set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table log_in_notices set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table desk_pages set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table staff_sessions set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table staff_sign_ins set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table attempts set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table drafts set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table access_chains set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
-- The same, and each row is changed once, soon after it came, in no column of an index: on its own page, which has room
alter table idempotency_keys set (
    fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02
);
