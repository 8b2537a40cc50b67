-- name: lock_access_chain(office, day, head)^
-- The end of a chain of access entries, locked against other writers until the transaction ends.
insert into access_chains (office, day, entries, head) values (:office, :day, 0, :head)
on conflict (office, day) do update set entries = access_chains.entries
returning entries, head;

-- name: insert_access_entry(office, day, sequence, registration_id, request_id, previous_hash, hash, body)!
-- Appends an entry and moves the end of its chain.
with moved as (
    update access_chains set entries = :sequence, head = :hash where office = :office and day = :day
)
insert into access_entries (office, day, sequence, registration_id, request_id, previous_hash, hash, body)
values (:office, :day, :sequence, :registration_id, :request_id, :previous_hash, :hash, :body);

-- name: lock_administration()$
-- Locks policies, offices, disabled staff and bulk extensions against other changes until the transaction ends.
select pg_advisory_xact_lock(hashtext('administration'));

-- name: newest_access_day(office)$
-- The day of an office's last chain.
select max(day) from access_chains where office = :office;

-- name: access_entries_of(office, day)
-- One chain of access entries in order.
select sequence, previous_hash, hash, body from access_entries
where office = :office and day = :day
order by sequence;

-- name: access_entries_with(request_ids)
-- The access entries of requests, by day and place in the chain.
select office, day, sequence, body from access_entries
where request_id = any (:request_ids::text[])
order by day, office, sequence;

-- name: page_of_access_chain(office, day, sequence, most)
-- One chain of access entries in order, after a place.
select office, day, sequence, body from access_entries
where office = :office and day = :day and sequence > :sequence
order by sequence
limit :most;

-- name: page_of_accesses(registration_id, day, office, sequence, most)
-- The access entries about a registration, by day, office and place in the chain, after a place.
select office, day, sequence, body from access_entries
where registration_id = :registration_id and (day, office, sequence) > (:day, :office, :sequence)
order by day, office, sequence
limit :most;

-- name: newest_accesses_at(office, first, day, sequence, most)
-- The access entries of an office from a day on, before a place, the newest first.
select office, day, sequence, body from access_entries
where office = :office and day >= :first and (day, sequence) < (:day, :sequence)
order by day desc, sequence desc
limit :most;

-- name: newest_accesses(registration_id, day, office, sequence, most)
-- The access entries about a registration before a place, the newest first.
select office, day, sequence, body from access_entries
where registration_id = :registration_id and (day, office, sequence) < (:day, :office, :sequence)
order by day desc, office desc, sequence desc
limit :most;
