-- name: put_desk_page(id, key_id, sealed, ends_at)!
-- What a page is about, in place of what it was about before.
insert into desk_pages (id, key_id, sealed, ends_at) values (:id, :key_id, :sealed, :ends_at)
on conflict (id) do update set key_id = excluded.key_id, sealed = excluded.sealed, ends_at = excluded.ends_at;

-- name: find_desk_page(id)^
-- What a page is about.
select key_id, sealed from desk_pages where id = :id;

-- name: lock_desk_page(id)^
-- The same, locked against other changes until the transaction ends.
select key_id, sealed from desk_pages where id = :id for update;

-- name: forget_desk_pages(before, most)$
-- Deletes a batch of pages that have ended, and says how many.
with ended as (
    select ctid from desk_pages where ends_at < :before order by ends_at limit :most for update skip locked
), gone as (
    delete from desk_pages where ctid = any (array(select ctid from ended)) returning 1
)
select count(*) from gone;
