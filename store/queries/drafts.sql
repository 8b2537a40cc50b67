-- name: save_draft(id, sealed, ends_at)!
-- Keeps a draft in place of the one before.
insert into drafts (id, sealed, tries, ends_at) values (:id, :sealed, 0, :ends_at)
on conflict (id) do update set sealed = excluded.sealed, tries = 0, ends_at = excluded.ends_at;

-- name: find_draft(id)^
-- A draft.
select sealed from drafts where id = :id;

-- name: try_draft(id, most)$
-- Counts a try to open a draft, and says which one it was; nothing is returned once there were too many.
update drafts set tries = tries + 1 where id = :id and tries < :most returning tries;

-- name: use_draft(id, sealed, ends_at)!
-- Notes that a draft was used, unless another one was saved meanwhile; the tries to open it count no more.
update drafts set sealed = :sealed, tries = 0 where id = :id and ends_at = :ends_at;

-- name: delete_draft(id)!
-- Deletes a draft.
delete from drafts where id = :id;

-- name: forget_drafts(before, most)$
-- Deletes a batch of drafts that have ended, and says how many.
with ended as (
    select ctid from drafts where ends_at < :before order by ends_at limit :most for update skip locked
), gone as (
    delete from drafts where ctid = any (array(select ctid from ended)) returning 1
)
select count(*) from gone;
