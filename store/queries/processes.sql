-- name: read_clock()$
-- The time on the database's own clock.
select clock_timestamp();

-- name: announce_process(id, kind, name, keys)$
-- Says that a process runs, and returns the database's time; rows not refreshed for an hour are deleted.
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
-- The processes that were seen within a time, or, after a jump of the clock, in the future.
select id, kind, name, keys, seen_at from processes
where seen_at > clock_timestamp() - cast(:within as interval)
order by kind, name, id;

-- name: first_process(kind, within)$
-- Of the processes of a kind that were seen within a time, the one that has run longest.
select id from processes
where kind = :kind and seen_at > clock_timestamp() - cast(:within as interval)
order by id
limit 1;
