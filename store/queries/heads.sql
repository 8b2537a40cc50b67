-- name: access_heads()
-- The ends of all chains of the access record, in the order of a checkpoint's leaves.
select office, day, entries, head from access_chains order by office collate "C", day;

-- name: registration_heads()
-- The ends of all registrations' chains, in the order of a checkpoint's leaves.
select id, sequence, head from registrations order by id;

-- name: event_hashes_at(ids, sequences)
-- The hashes of the events at these places of these registrations' chains.
select registration_id, sequence, hash from events
join unnest(:ids::uuid[], :sequences::integer[]) as asked (id, place)
    on registration_id = asked.id and sequence = asked.place;

-- name: access_hashes_at(offices, days, sequences)
-- The hashes of the entries at these places of these offices' days.
select access_entries.office, access_entries.day, sequence, hash from access_entries
join unnest(:offices::text[], :days::date[], :sequences::integer[]) as asked (office, day, place)
    on access_entries.office = asked.office and access_entries.day = asked.day and sequence = asked.place;
