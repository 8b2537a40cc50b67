create table registrations (
    id uuid primary key,
    channel text not null,
    office text,
    opened_by text not null,
    user_name_index bytea unique,
    submitted_at timestamptz not null,
    recorded_at timestamptz not null,
    status text not null default 'SUBMITTED',
    since timestamptz,
    because text,
    deadline timestamptz,
    password_valid_until timestamptz,
    identity_verified boolean not null default false,
    email_id uuid not null,
    codes_issued integer not null default 0,
    sequence integer not null default 0,
    head text not null
);
comment on table registrations is 'The read model: the fold of the events; a row before its workflow is SUBMITTED.';
comment on column registrations.user_name_index is 'HMAC of the folded user name; null once the registration is final.';
comment on column registrations.opened_by is 'The actor that the workflow starts with, and the evidence, as JSON.';
comment on column registrations.recorded_at is 'The wall clock of the last write; for reconciliation only.';
create index registrations_submitted on registrations (submitted_at) where status = 'SUBMITTED';
create index registrations_recorded on registrations (recorded_at);
create index registrations_expiry on registrations (password_valid_until) where status in ('ACTIVE', 'PASSWORD_EXPIRED');

create table events (
    registration_id uuid not null references registrations,
    sequence integer not null,
    at timestamptz not null,
    kind text not null,
    previous_hash text not null,
    hash text not null,
    body text not null,
    primary key (registration_id, sequence)
);
comment on column events.body is 'The canonical text whose SHA-256 is the hash.';

create table data_keys (
    registration_id uuid primary key references registrations,
    master_key_id text not null,
    wrapped bytea not null
);
comment on table data_keys is 'The key that seals one registration; deleting the row erases the personal data.';

create table persons (
    registration_id uuid primary key references registrations,
    sealed bytea not null
);

create table emails (
    id uuid primary key,
    registration_id uuid not null references registrations,
    sealed bytea not null
);
create index emails_registration on emails (registration_id);

create table evidence (
    id uuid primary key,
    registration_id uuid not null references registrations,
    commitment text not null,
    sealed bytea not null,
    written_at timestamptz not null
);
create index evidence_registration on evidence (registration_id);

create table credentials (
    id uuid primary key,
    registration_id uuid not null references registrations,
    state text not null check (state in ('PENDING', 'ADOPTED', 'REFUSED', 'REPLACED')),
    kind text not null,
    message text not null,
    password_hash text,
    submitted_at timestamptz not null,
    check ((password_hash is not null) = (state in ('PENDING', 'ADOPTED')))
);
comment on column credentials.message is 'The message that adopts it, as JSON, so that reconciliation can send it again.';
create unique index credentials_pending on credentials (registration_id) where state = 'PENDING';
create unique index credentials_adopted on credentials (registration_id) where state = 'ADOPTED';
create index credentials_submitted on credentials (submitted_at) where state = 'PENDING';

create table codes (
    registration_id uuid not null references registrations,
    purpose text not null,
    sequence integer not null,
    kid text not null,
    nonce bytea not null,
    valid_until timestamptz not null,
    live boolean not null,
    primary key (registration_id, purpose, sequence)
);
comment on table codes is 'What a code is derived from; the code itself is never stored.';
create unique index codes_live on codes (registration_id, purpose) where live;

create table letters (
    registration_id uuid not null references registrations,
    letter_id text not null,
    message_id text not null,
    outcome text not null,
    at timestamptz not null,
    primary key (registration_id, letter_id)
);

create table guesses (
    purpose text not null,
    account bytea not null,
    address bytea not null,
    failures integer not null,
    since timestamptz not null,
    primary key (purpose, account, address)
);
comment on table guesses is 'Wrong codes and passwords by account and client address, both as HMAC.';

create table policies (
    version integer primary key,
    body text not null,
    adopted_at timestamptz not null
);
