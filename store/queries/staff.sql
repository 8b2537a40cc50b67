-- name: find_standing(id, office)^
-- Whether somebody is disabled, and whether the office that is acted for is open.
select exists (select from disabled_staff where id = :id) as disabled,
       coalesce((select open from offices where code = :office), false) as office_open;

-- name: disable_staff(id, now, operator)^
-- Somebody may not act any more; nothing is returned where that is so already.
insert into disabled_staff (id, disabled_at, disabled_by) values (:id, :now, :operator) on conflict (id) do nothing
returning id, disabled_at, disabled_by;

-- name: enable_staff(id)!
-- Somebody may act again.
delete from disabled_staff where id = :id;

-- name: every_disabled_staff()
-- Who may not act any more.
select id, disabled_at, disabled_by from disabled_staff order by id;
