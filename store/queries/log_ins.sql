-- name: find_known_browsers(registration_id, credential_id, known_since)^
-- What a log-in with the password in force is compared with: the browsers known since a moment, whether the password
-- was typed in any of them, what had set it, the last notice; the present address; the key that seals.
select k.master_key_id, k.wrapped, r.email_id, c.kind, n.due_at as last_notice,
       coalesce((
           select array_agg(mark) from known_browsers
           where registration_id = c.registration_id and used_at > :known_since
       ), '{}') as marks,
       exists (
           select from known_browsers where registration_id = c.registration_id and credential_id = c.id
       ) as was_typed
from credentials c
join registrations r on r.id = c.registration_id
join data_keys k on k.registration_id = c.registration_id
left join log_in_notices n on n.registration_id = c.registration_id
where c.registration_id = :registration_id and c.id = :credential_id and c.state = 'ADOPTED';

-- name: note_log_in(registration_id, credential_id, id, at, sealed, log_ins_kept, mark, browsers_kept, notice_id, notice, last_notice_before)!
-- A log-in with the password in force, the mark of its browser, and a notice if one is due, which replaces an older one:
-- all of them or, where the password is another one by now, nothing. A log-in without a browser has no mark. Of each
-- registration the last log-ins and browsers are kept.
with password as (
    select registration_id, id as credential_id from credentials
    where registration_id = :registration_id::uuid and id = :credential_id::uuid and state = 'ADOPTED'
),
oldest as (
    delete from log_ins using (
        select log_ins.id from log_ins join password using (registration_id)
        order by at desc offset :log_ins_kept::integer - 1
    ) as surplus where log_ins.id = surplus.id
),
noted as (
    insert into log_ins (id, registration_id, sealed, at)
    select :id::uuid, registration_id, :sealed::bytea, :at::timestamptz from password
),
longest_unused as (
    delete from known_browsers using (
        select registration_id, mark from known_browsers join password using (registration_id)
        where mark <> :mark::bytea
        order by used_at desc offset :browsers_kept::integer - 1
    ) as surplus
    where known_browsers.registration_id = surplus.registration_id and known_browsers.mark = surplus.mark
),
marked as (
    insert into known_browsers (registration_id, mark, credential_id, used_at)
    select registration_id, :mark, credential_id, :at from password where :mark is not null
    on conflict (registration_id, mark) do update set credential_id = excluded.credential_id, used_at = excluded.used_at
)
insert into log_in_notices as last (registration_id, id, sealed, due_at, try_at)
select registration_id, :notice_id::uuid, :notice::bytea, :at, :at from password where :notice is not null
on conflict (registration_id) do update set
    id = excluded.id, sealed = excluded.sealed, due_at = excluded.due_at, try_at = excluded.try_at, settled_at = null
where last.due_at <= :last_notice_before::timestamptz;

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
-- largest number of rows of one kind.
with old_log_ins as (
    select id from log_ins where at < :before order by at limit :most for update skip locked
), gone_log_ins as (
    delete from log_ins using old_log_ins where log_ins.id = old_log_ins.id returning 1
), old_browsers as (
    select registration_id, mark from known_browsers where used_at < :before
    order by used_at limit :most for update skip locked
), gone_browsers as (
    delete from known_browsers using old_browsers
    where known_browsers.registration_id = old_browsers.registration_id and known_browsers.mark = old_browsers.mark
    returning 1
), old_notices as (
    select registration_id from log_in_notices where due_at < :due_before
    order by due_at limit :most for update skip locked
), gone_notices as (
    delete from log_in_notices using old_notices
    where log_in_notices.registration_id = old_notices.registration_id and log_in_notices.due_at < :due_before
    returning 1
)
select greatest(
    (select count(*) from gone_log_ins), (select count(*) from gone_browsers), (select count(*) from gone_notices)
);
