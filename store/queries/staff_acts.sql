-- name: acts_of_office(office, kinds, until, at, registration_id, sequence, most)
-- Acts of staff for an office, oldest first, after a place.
select registration_id, sequence, at, kind, office_of_act(body) as office, body::json #>> '{actor,kind}' as actor_kind,
    body::json #>> '{actor,id}' as actor_id, body::json ->> 'status' as status, body::json ->> 'request_id' as request_id
from events
where office_of_act(body) = :office and kind = any (:kinds::text[]) and at < :until::timestamptz
    and (at, registration_id, sequence) > (:at::timestamptz, :registration_id::uuid, :sequence::integer)
order by at, registration_id, sequence
limit :most;

-- name: acts_of_kind(kind, until, at, registration_id, sequence, most)
-- The same of one kind, for whichever office.
select registration_id, sequence, at, kind, office_of_act(body) as office, body::json #>> '{actor,kind}' as actor_kind,
    body::json #>> '{actor,id}' as actor_id, body::json ->> 'status' as status, body::json ->> 'request_id' as request_id
from events
where office_of_act(body) is not null and kind = :kind and at < :until::timestamptz
    and (at, registration_id, sequence) > (:at::timestamptz, :registration_id::uuid, :sequence::integer)
order by at, registration_id, sequence
limit :most;
