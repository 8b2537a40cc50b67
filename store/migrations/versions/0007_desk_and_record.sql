-- The desk: registration bodies' offices, and staff who may not act any more.

create table offices (
    code text primary key,
    body text not null check (body in ('OKMANYIRODA', 'KOZPONTI_OKMANYIRODA', 'UGYFELKOZPONT', 'ADOHATOSAG')),
    name text not null,
    address text not null,
    open boolean not null
);

comment on table offices is 'Where a client may go in person (S2); a clerk acts for one open office.';

create table disabled_staff (
    id text primary key,
    disabled_at timestamptz not null,
    disabled_by text not null
);

comment on table disabled_staff is 'Clerks, supervisors, auditors and operators whose tokens count no more.';

-- The access record: every look at personal data and every refused attempt, chained by office and day.

create table access_chains (
    office text not null,
    day date not null,
    entries integer not null,
    head text not null,
    primary key (office, day)
);

comment on table access_chains is 'The end of each chain of access entries; its row is locked while an entry is added.';

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

comment on column access_entries.body is 'The canonical text whose SHA-256 is the hash; no personal data.';

create index access_entries_registration on access_entries (registration_id) where registration_id is not null;

-- Search by blind index, receipts.

alter table registrations add column receipt_number bigint generated always as identity;
alter table registrations add constraint registrations_receipt_number_key unique (receipt_number);

comment on column registrations.receipt_number is 'The number of the receipt, without its check digit.';

alter table persons add column identity_index bytea;

comment on column persons.identity_index is
    'HMAC of name at birth, date of birth and mother''s name at birth, folded; goes with the row at erasure.';

create index persons_identity on persons (identity_index);

alter table emails add column address_index bytea;

comment on column emails.address_index is 'HMAC of the folded address; goes with the row at erasure.';

create index emails_address on emails (address_index);

-- Who made a registration what it is.

alter table registrations add column moved_by text;

comment on column registrations.moved_by is 'The actor of the event that began the present status, as JSON.';

-- A confirmation is first a mark on its code, then an update: a redemption that no gateway sent has none.

alter table codes add column confirmation_id uuid;

comment on column codes.confirmation_id is
    'The request that redeems the code, noted before the workflow is asked; null for a password, which has a credential.';

-- Approved extensions of validity.

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
    constraint extensions_approval check ((approved_by is null) = (approved_at is null)),
    constraint extensions_second_person check (lower(approved_by) <> lower(requested_by)),
    constraint extensions_order check (listed_at is null or approved_at is not null)
);

comment on table extensions is 'Bulk extensions of validity: who asked, and the second person who approved.';

comment on column extensions.days is 'By so many days; null: to each registration''s anniversary.';

comment on column extensions.listed_at is 'When the list of accounts was fixed; afterwards none is added.';

create table extension_items (
    extension_id uuid not null references extensions (id),
    registration_id uuid not null references registrations (id),
    valid_until timestamptz not null,
    until timestamptz not null,
    outcome text check (outcome in ('EXTENDED', 'REFUSED')),
    detail text,
    primary key (extension_id, registration_id)
);

comment on table extension_items is 'Every account that an approved extension is for, and what came of it.';

comment on column extension_items.valid_until is 'The end of the validity when the list was fixed; until is the new one.';

create index extension_items_registration on extension_items (registration_id);

create index extension_items_open on extension_items (extension_id, registration_id) where outcome is null;

-- Rotation of master keys: which data keys still need another than the one in use.

create index data_keys_master_key on data_keys (master_key_id, registration_id);
