-- name: begin_request(key, fingerprint, request_id, now, abandoned, seal)^
-- Takes a request on; returns nothing if it is finished, has other content, or is taken by another process.
insert into idempotency_keys (key, fingerprint, request_id, begun_at, locked_at, seal)
values (:key, :fingerprint, :request_id, :now, :now, :seal)
on conflict (key) do update set locked_at = excluded.locked_at
where idempotency_keys.fingerprint = excluded.fingerprint
  and idempotency_keys.answer is null
  and (idempotency_keys.locked_at is null or idempotency_keys.locked_at < :abandoned)
returning key, fingerprint, request_id, answer, seal;

-- name: find_request(key)^
-- What is known of a request.
select key, fingerprint, request_id, answer, seal from idempotency_keys where key = :key;

-- name: finish_request(key, request_id, answer, seal)^
-- Stores the final answer unless there is one, and returns the stored one.
update idempotency_keys set
    answer = coalesce(answer, :answer), locked_at = null, seal = case when answer is null then :seal else seal end
where key = :key and request_id = :request_id
returning key, fingerprint, request_id, answer, seal;

-- name: release_request(key, request_id)!
-- Releases a request that no process works on any more; the next call takes it on.
update idempotency_keys set locked_at = null where key = :key and request_id = :request_id;

-- name: forget_requests(before, most)$
-- Deletes a batch of old requests, and says how many.
with old as (
    select ctid from idempotency_keys where begun_at < :before order by begun_at limit :most for update skip locked
), gone as (
    delete from idempotency_keys where ctid = any (array(select ctid from old)) returning 1
)
select count(*) from gone;
