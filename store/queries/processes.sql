-- name: read_clock()$
-- The time on the database's own clock.
select clock_timestamp();

-- name: announce_process(id, kind, name, keys)$
-- Says that a process runs, and returns the database's time; rows that were forgotten an hour ago go.
with gone as (
    delete from processes where id in (
        select id from processes where seen_at < clock_timestamp() - interval '1 hour' for update skip locked
    )
)
insert into processes (id, kind, name, keys, seen_at) values (:id, :kind, :name, :keys, clock_timestamp())
on conflict (id) do update set seen_at = excluded.seen_at
returning clock_timestamp();

-- name: withdraw_process(id)!
-- The process has ended.
delete from processes where id = :id;

-- name: running_processes(within)
-- Those that were seen a moment ago, but for a clock that jumped.
select id, kind, name, keys, seen_at from processes
where seen_at > clock_timestamp() - cast(:within as interval)
order by kind, name, id;
