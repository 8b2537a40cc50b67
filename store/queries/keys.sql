-- name: count_master_keys(present)
-- How many keys each master key wraps, but for the one in use.
select master_key_id, sum(wrapped)::bigint as wrapped from (
    select master_key_id, count(*) as wrapped from data_keys
    where master_key_id < :present or master_key_id > :present
    group by master_key_id
    union all
    select master_key_id, 1 from seal_keys where id = 'rows' and master_key_id <> :present
) wrapping
group by master_key_id
order by master_key_id;

-- name: keys_wrapped_by(master_key_id, after, most)
-- The next data keys that a master key wraps, by registration.
select registration_id, wrapped from data_keys
where master_key_id = :master_key_id and registration_id > :after
order by registration_id
limit :most;

-- name: replace_wrapped_keys(registration_ids, known, wrapped, master_key_id)$
-- The same data keys under another master key, where they are still wrapped as they were read; says how many.
with replaced as (
    update data_keys key set master_key_id = :master_key_id, wrapped = anew.wrapped
    from unnest(
        cast(:registration_ids as uuid[]), cast(:known as bytea[]), cast(:wrapped as bytea[])
    ) as anew (registration_id, known, wrapped)
    where key.registration_id = anew.registration_id and key.wrapped = anew.known
    returning 1
)
select count(*) from replaced;

-- name: find_seal_key()^
-- The wrapped key of the seals of rows.
select master_key_id, wrapped from seal_keys where id = 'rows';

-- name: replace_seal_key(known, wrapped, master_key_id)$
-- The same key under another master key, where it is still wrapped as it was read; says how many.
with replaced as (
    update seal_keys set wrapped = :wrapped, master_key_id = :master_key_id
    where id = 'rows' and wrapped = :known
    returning 1
)
select count(*) from replaced;
