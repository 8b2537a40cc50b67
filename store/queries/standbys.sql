-- name: wait_for_standbys()!
-- Returns once a synchronous standby has all that was committed here so far; without one, at once. For an answer that
-- rests on what was found: a commit whose wait for the standby was given up is visible here, and a failover loses it.
-- A transaction that writes nothing waits for nothing, so this writes a message without content into the WAL.
select pg_logical_emit_message(true, 'ugyfelkapu', cast('' as text));
