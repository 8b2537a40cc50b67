-- name: page_of_registrations(after, until, most)
-- A page of the read model in the order of its ids, after one id, up to another.
select * from registrations where id > :after and id <= :until order by id limit :most;

-- name: registration_at(after, place)$
-- The id at a place (from 1) after another one, in the order of the ids.
select id from registrations where id > :after order by id offset :place - 1 limit 1;

-- name: some_registrations(ids)
-- These rows of the read model, in the order of their ids.
select * from registrations where id = any (:ids::uuid[]) order by id;

-- name: events_among(ids)
-- All that the record holds of these registrations, in order.
select registration_id, sequence, at, kind, previous_hash, hash, body from events
where registration_id = any (:ids::uuid[])
order by registration_id, sequence;

-- name: codes_among(ids)
-- The codes of these registrations.
select registration_id, purpose, sequence, valid_until, live, email_id, confirmation_id from codes
where registration_id = any (:ids::uuid[]);

-- name: credentials_named(ids)
-- Those of these credentials that exist.
select registration_id, id, state, kind, message, seal from credentials where id = any (:ids::uuid[]);

-- name: client_requests_named(ids)
-- Those of these requests of clients that exist.
select registration_id, id, kind from client_requests where id = any (:ids::uuid[]);

-- name: emails_among(ids)
-- The sealed e-mail addresses of these registrations.
select registration_id, id, sealed, address_index from emails where registration_id = any (:ids::uuid[]);

-- name: passwords_among(ids)
-- The adopted passwords of these registrations.
select registration_id, id, state, sealed, kind, message, seal from credentials
where registration_id = any (:ids::uuid[]) and state = 'ADOPTED';

-- name: pending_among(ids)
-- The passwords of these registrations that wait for their events.
select registration_id, id, state, kind, message, seal from credentials
where registration_id = any (:ids::uuid[]) and state = 'PENDING';

-- name: evidence_among(ids)
-- The evidence rows of these registrations.
select registration_id, id, commitment, sealed from evidence where registration_id = any (:ids::uuid[]);

-- name: data_keys_among(ids)
-- The wrapped keys of these registrations, as far as they are not destroyed.
select registration_id, master_key_id, wrapped from data_keys where registration_id = any (:ids::uuid[]);

-- name: accesses_among(ids)
-- The access entries that name these registrations and a request.
select registration_id, request_id, body from access_entries
where registration_id = any (:ids::uuid[]) and request_id is not null;

-- name: persons_among(ids)
-- The sealed forms of these registrations.
select registration_id, sealed, identity_index from persons where registration_id = any (:ids::uuid[]);

-- name: approved_extensions_among(ids, approval)
-- The places of these registrations on the lists of approved bulk extensions, each with the entries of the access record
-- around the day of the approval that name the operation `approval` and the list.
with item as (
    select registration_id, extension_id, valid_until, until, outcome, detail from extension_items
    where registration_id = any (:ids::uuid[])
),
approved as materialized (
    select extension.*, array(
        select entry.body from access_entries entry
        where entry.day between cast(approved_at at time zone 'UTC' as date) - 1
                and cast(approved_at at time zone 'UTC' as date) + 1
            and strpos(entry.body, :approval) > 0
            and strpos(entry.body, cast(extension.id as text)) > 0
    ) as approvals
    from extensions extension
    where approved_by is not null and id in (select extension_id from item)
)
select item.*, approved.*
from item join approved on approved.id = item.extension_id;

-- name: letters_among(ids)
-- The letters of these registrations and their outcomes.
select registration_id, sequence, kind, days, message_id, outcome, failure, smtp_reply, at, seal from letters
where registration_id = any (:ids::uuid[]);

-- name: signatures_among(ids)
-- The marks of the signatures that opened these registrations.
select registration_id, mark, seal from used_signatures where registration_id = any (:ids::uuid[]);

-- name: every_policy()
-- Every policy there has been, with all that the access record has a digest of.
select version, body, adopted_at from policies order by version;

-- name: every_extension()
-- Every bulk extension there has been.
select * from extensions order by id;

-- name: unfinished_extensions()
-- Bulk extensions that are marked as finished although accounts have no outcome.
select id from extensions
where finished_at is not null
    and exists (select from extension_items where extension_id = extensions.id and outcome is null);

-- name: every_answer()
-- The answers that are kept for requests that may come again.
select key, fingerprint, request_id, answer, seal from idempotency_keys;

-- name: number_of_registrations()$
-- How many rows the read model has.
select count(*) from registrations;

-- name: ids_among(ids)
-- Those of these registrations that have a row.
select id from registrations where id = any (:ids::uuid[]);

-- name: access_chains_in_order()
-- The ends of all chains of the access record.
select office, day, entries, head from access_chains order by office collate "C", day;

-- name: access_entries_in_order()
-- The whole access record, chain by chain.
select office, day, sequence, registration_id, request_id, previous_hash, hash, body from access_entries
order by office collate "C", day, sequence;
