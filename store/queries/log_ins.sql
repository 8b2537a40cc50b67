-- name: last_log_ins(registration_id, most)
-- The last log-ins of a registration, the newest first, and the key that opens them.
select l.id, l.sealed, k.master_key_id, k.wrapped
from log_ins l join data_keys k on k.registration_id = l.registration_id
where l.registration_id = :registration_id
order by l.at desc
limit :most;

-- name: claim_log_in_notices(before, due_since, shortest, most)
-- Hands out notices that wait, the longest waiting first. Each is handed out again, unless it is settled by then, after
-- `shortest`, or after as long again as it has waited.
with waiting as (
    select registration_id from log_in_notices
    where settled_at is null and try_at <= :before and due_at > :due_since
    order by try_at
    limit :most
    for update skip locked
)
update log_in_notices as claimed
set try_at = :before::timestamptz + greatest(:shortest::interval, :before - due_at)
from waiting where claimed.registration_id = waiting.registration_id
returning claimed.registration_id, claimed.id;

-- name: find_log_in_notice(registration_id, id)^
-- A notice that is not settled, and the key that opens it.
select n.sealed, k.master_key_id, k.wrapped
from log_in_notices n join data_keys k on k.registration_id = n.registration_id
where n.registration_id = :registration_id and n.id = :id and n.settled_at is null;

-- name: settle_log_in_notice(registration_id, id, at)!
-- A notice needs nothing more.
update log_in_notices set settled_at = :at where registration_id = :registration_id and id = :id;

-- name: forget_log_ins(before, due_before, most)$
-- Deletes a batch of log-ins and browsers last used before a moment, and of notices due before another one; returns the
-- largest number of rows of one kind. Rows are deleted by their places, as in `forget_sessions`.
with old_log_ins as (
    select ctid from log_ins where at < :before order by at limit :most for update skip locked
), gone_log_ins as (
    delete from log_ins where ctid = any (array(select ctid from old_log_ins)) returning 1
), old_browsers as (
    select ctid from known_browsers where used_at < :before
    order by used_at limit :most for update skip locked
), gone_browsers as (
    delete from known_browsers where ctid = any (array(select ctid from old_browsers)) returning 1
), old_notices as (
    select ctid from log_in_notices where due_at < :due_before
    order by due_at limit :most for update skip locked
), gone_notices as (
    delete from log_in_notices where ctid = any (array(select ctid from old_notices)) returning 1
)
select greatest(
    (select count(*) from gone_log_ins), (select count(*) from gone_browsers), (select count(*) from gone_notices)
);
