-- name: find_revision()$
-- The last migration that ran.
select version_num from alembic_version;
