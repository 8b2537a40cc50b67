-- name: key_checks()
-- Every key that was ever registered.
select use, key_id, digest, retired from key_checks order by use, key_id;

-- name: lock_key_checks()$
-- Makes a second migration, and starting processes, wait until this transaction ends.
select pg_advisory_xact_lock(hashtext('key_checks'));

-- name: share_key_checks()$
-- Waits for a migration, and makes others wait until this transaction ends, so that what it reads stays true.
select pg_advisory_xact_lock_shared(hashtext('key_checks'));

-- name: put_key_check(use, key_id, digest)!
-- Registers a key; one that was retired is in use again. A digest is never changed.
insert into key_checks (use, key_id, digest) values (:use, :key_id, :digest)
on conflict (use, key_id) do update set retired = false;

-- name: retire_key_check(use, key_id)!
-- Retires a key that nothing needs any more.
update key_checks set retired = true where use = :use and key_id = :key_id;

-- name: master_keys_needed()
-- Every master key that wraps a data key: a step of the index for each of them, however many rows there are.
with recursive needed as (
    (select master_key_id from data_keys order by master_key_id limit 1)
    union all
    select (
        select data_keys.master_key_id from data_keys
        where data_keys.master_key_id > needed.master_key_id
        order by data_keys.master_key_id
        limit 1
    )
    from needed
    where needed.master_key_id is not null
)
select master_key_id as key_id from needed where master_key_id is not null;

-- name: code_keys_needed(now)
-- Every code key under which a code can still be redeemed.
select distinct key_id from codes where live and valid_until > :now;

-- name: wrapped_samples(master_key_id, most)
-- The oldest and the newest data keys that a master key wraps.
(select registration_id, wrapped from data_keys where master_key_id = :master_key_id
 order by registration_id limit :most)
union
(select registration_id, wrapped from data_keys where master_key_id = :master_key_id
 order by registration_id desc limit :most);

-- name: index_samples(most)
-- The newest persons with what is stored as their indexes.
select registration.id, registration.user_name_index, person.identity_index, person.sealed, key.master_key_id, key.wrapped
from registrations registration
join persons person on person.registration_id = registration.id
join data_keys key on key.registration_id = registration.id
order by registration.id desc
limit :most;
