-- name: find_standing(id, office)^
-- Whether a member of staff is disabled, by an id in any case, and whether the office acted for is open.
select exists (select from disabled_staff where lower(id) = lower(:id)) as disabled,
       coalesce((select open from offices where code = :office), false) as office_open;

-- name: disable_staff(id, now, operator)^
-- Disables a member of staff; returns nothing if they are disabled already.
insert into disabled_staff (id, disabled_at, disabled_by) values (:id, :now, :operator) on conflict (id) do nothing
returning id, disabled_at, disabled_by;

-- name: enable_staff(id)
-- Enables a member of staff again; returns the ids, which may differ in case.
delete from disabled_staff where lower(id) = lower(:id) returning id;

-- name: every_disabled_staff()
-- All disabled members of staff.
select id, disabled_at, disabled_by from disabled_staff order by id;

-- name: disabled_staff_seen()
-- The same, and whether the access record names them as who looked, acted or was refused: one entry is looked for.
select id, disabled_at, disabled_by,
       (select true from access_entries where actor_of_access(body) = lower(disabled_staff.id) limit 1) is not null as seen
from disabled_staff order by id;

-- name: was_seen(id)$
-- Whether the access record names somebody, by an id in any case, as who looked, acted or was refused.
select exists (select from access_entries where actor_of_access(body) = lower(:id));
