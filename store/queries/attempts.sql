-- name: count_attempts(now, limits, subjects, ends, request_id)
-- Counts a try against each of some limits (principle 7). A window that has ended begins anew; a few ended windows of
-- others go, so that the table does not grow for ever. The request that was counted last may be repeated. The order
-- spares parallel statements a deadlock; the deletion comes after it and waits for nobody.
with ended as (
    select limit_name, subject from attempts
    where ends_at <= :now and subject <> all (:subjects::bytea[])
    order by ends_at
    limit 10
    for update skip locked
), gone as (
    delete from attempts using ended
    where attempts.limit_name = ended.limit_name and attempts.subject = ended.subject
)
insert into attempts as present (limit_name, subject, tries, ends_at, request_id)
select limit_name, subject, 1, ends_at, :request_id::uuid
from unnest(:limits::text[], :subjects::bytea[], :ends::timestamptz[]) as tried (limit_name, subject, ends_at)
order by limit_name, subject
on conflict (limit_name, subject) do update set
    tries = case
        when present.ends_at <= :now then 1
        when present.request_id = excluded.request_id then present.tries
        else present.tries + 1
    end,
    ends_at = case when present.ends_at <= :now then excluded.ends_at else present.ends_at end,
    request_id = excluded.request_id
returning limit_name, tries, ends_at;

-- name: open_windows(now, limits, subjects)
-- What was counted in windows that are still open; nothing is counted by it.
select attempts.limit_name, attempts.tries, attempts.ends_at
from attempts
join unnest(:limits::text[], :subjects::bytea[]) as asked (limit_name, subject)
    on attempts.limit_name = asked.limit_name and attempts.subject = asked.subject
where attempts.ends_at > :now;

-- name: forget_attempts(limits, subjects)!
-- What was right ends the counts of its subject. The order is that of the tries, or a right one and a parallel try
-- would wait for each other.
with forgotten as (
    select attempts.limit_name, attempts.subject
    from attempts
    join unnest(:limits::text[], :subjects::bytea[]) as asked (limit_name, subject)
        on attempts.limit_name = asked.limit_name and attempts.subject = asked.subject
    order by limit_name, subject
    for update of attempts
)
delete from attempts using forgotten
where attempts.limit_name = forgotten.limit_name and attempts.subject = forgotten.subject;
