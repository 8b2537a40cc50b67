-- name: find_revision()$
-- The last migration that ran.
select version_num from alembic_version;

-- name: prove_writable(now)!
-- Fails on a server that accepts no writes: read-only, or with a full disk.
update write_probe set written_at = :now;
