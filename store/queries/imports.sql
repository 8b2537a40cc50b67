-- name: find_accounts(ids, user_name_indexes)
-- Which registrations have one of these ids, or hold one of these user names.
select id, user_name_index from registrations
where id = any(cast(:ids as uuid[])) or user_name_index = any(cast(:user_name_indexes as bytea[]));

-- name: insert_accounts(ids, channels, openings, user_name_indexes, email_ids, master_key_ids, wrapped_keys, persons, identity_indexes, emails, address_indexes, credential_ids, sealed_hashes, submitted_at, head)
-- The SUBMITTED rows of many accounts with all that belongs to them, in one statement: what is to be sealed of those
-- that were written. Nothing is written of an account whose id exists or whose user name is taken.
with account as (
    select * from unnest(
        cast(:ids as uuid[]), cast(:channels as text[]), cast(:openings as text[]), cast(:user_name_indexes as bytea[]),
        cast(:email_ids as uuid[]), cast(:master_key_ids as text[]), cast(:wrapped_keys as bytea[]),
        cast(:persons as bytea[]), cast(:identity_indexes as bytea[]), cast(:emails as bytea[]),
        cast(:address_indexes as bytea[]), cast(:credential_ids as uuid[]), cast(:sealed_hashes as bytea[])
    ) as account (
        id, channel, opening, user_name_index, email_id, master_key_id, wrapped_key, person, identity_index, email,
        address_index, credential_id, sealed_hash
    )
),
submitted as (
    insert into registrations (id, channel, opening, user_name_index, submitted_at, recorded_at, email_id, head)
    select id, channel, opening, user_name_index, :submitted_at, :submitted_at, email_id, :head from account
    on conflict do nothing
    returning id, channel, office, opening, submitted_at, receipt_number
),
written as (select account.* from account join submitted using (id)),
keyed as (
    insert into data_keys (registration_id, master_key_id, wrapped) select id, master_key_id, wrapped_key from written
),
named as (
    insert into persons (registration_id, sealed, identity_index) select id, person, identity_index from written
),
addressed as (
    insert into emails (id, registration_id, sealed, address_index) select email_id, id, email, address_index from written
),
with_password as (
    insert into credentials (id, registration_id, state, sealed, submitted_at)
    select credential_id, id, 'PENDING', sealed_hash, :submitted_at from written where sealed_hash is not null
)
select id, channel, office, opening, submitted_at, receipt_number from submitted;

-- name: seal_registrations(ids, seals)!
-- The seals of rows that were submitted.
update registrations set seal = sealed.seal
from unnest(cast(:ids as uuid[]), cast(:seals as bytea[])) as sealed (id, seal)
where registrations.id = sealed.id;

-- name: submitted_among(ids)
-- Those of these registrations that no workflow has taken over yet.
select id, channel, office, opening, email_id, receipt_number, status from registrations
where id = any(cast(:ids as uuid[])) and status = 'SUBMITTED';
