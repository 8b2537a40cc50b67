-- name: lock_indexes(locks)
-- While several search indexes are in force, writers of the same user name wait here for each other.
select pg_advisory_xact_lock(lock) from unnest(:locks::bigint[]) with ordinality as wanted (lock, place) order by place;

-- name: count_data_keys()$
-- How many registrations have personal data.
select count(*) from data_keys;

-- name: count_indexes(least, beyond, mark_bytes)
-- How many values each search index has made, by its mark, but for the one in use, whose values lie between two.
select mark, sum(made)::integer as made from (
    select substring(user_name_index for :mark_bytes::integer) as mark, count(*) as made from registrations
    where user_name_index < :least::bytea or user_name_index > :beyond::bytea group by 1
    union all
    select substring(identity_index for :mark_bytes), count(*) from persons
    where identity_index < :least or identity_index > :beyond group by 1
    union all
    select substring(address_index for :mark_bytes), count(*) from emails
    where address_index < :least or address_index > :beyond group by 1
) as each
group by mark
order by mark;

-- name: persons_to_index(after, most)
-- The next registrations that have personal data: sealed form, the key that opens it, and their indexes.
select r.id, r.user_name_index, p.identity_index, p.sealed as person, k.master_key_id, k.wrapped
from data_keys k
join registrations r on r.id = k.registration_id
join persons p on p.registration_id = k.registration_id
where k.registration_id > :after
order by k.registration_id
limit :most;

-- name: emails_to_index(registration_ids)
-- The e-mail addresses of some registrations and their indexes.
select id, registration_id, sealed, address_index from emails
where registration_id = any(:registration_ids::uuid[]);

-- name: renew_user_name_indexes(ids, known, anew)$
-- Replaces the indexes of user names that are still as they were read and whose new index no other registration has;
-- returns how many. Locked rows are left for the next pass, so that no transaction waits.
with free as (
    select r.id, new.anew
    from unnest(:ids::uuid[], :known::bytea[], :anew::bytea[]) as new (id, known, anew)
    join registrations r on r.id = new.id and r.user_name_index = new.known
    where not exists (select from registrations other where other.user_name_index = new.anew)
    for update of r skip locked
),
renewed as (
    update registrations set user_name_index = free.anew from free where registrations.id = free.id returning 1
)
select count(*) from renewed;

-- name: renew_identity_indexes(ids, known, anew)$
-- The same for natural identity data.
with free as (
    select p.registration_id, new.anew
    from unnest(:ids::uuid[], :known::bytea[], :anew::bytea[]) as new (id, known, anew)
    join persons p on p.registration_id = new.id and p.identity_index = new.known
    for no key update of p skip locked
),
renewed as (
    update persons set identity_index = free.anew from free
    where persons.registration_id = free.registration_id returning 1
)
select count(*) from renewed;

-- name: renew_address_indexes(ids, known, anew)$
-- The same for e-mail addresses.
with free as (
    select e.id, new.anew
    from unnest(:ids::uuid[], :known::bytea[], :anew::bytea[]) as new (id, known, anew)
    join emails e on e.id = new.id and e.address_index = new.known
    for no key update of e skip locked
),
renewed as (
    update emails set address_index = free.anew from free where emails.id = free.id returning 1
)
select count(*) from renewed;
