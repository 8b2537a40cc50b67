-- name: open_staff_session(id_hash, key_id, sealed, ends_at)!
-- A session of somebody who has just signed in.
insert into staff_sessions (id_hash, key_id, sealed, ends_at) values (:id_hash, :key_id, :sealed, :ends_at);

-- name: find_staff_session(id_hash)^
-- A session.
select key_id, sealed from staff_sessions where id_hash = :id_hash;

-- name: use_staff_session(id_hash, key_id, sealed, ends_at)!
-- Notes that a session was used; one that has ended stays so.
update staff_sessions set key_id = :key_id, sealed = :sealed, ends_at = :ends_at where id_hash = :id_hash;

-- name: end_staff_session(id_hash)$
-- Ends a session; nothing is returned where there is none.
delete from staff_sessions where id_hash = :id_hash returning id_hash;

-- name: forget_staff_sessions(before, most)$
-- Deletes a batch of sessions that have ended, and says how many.
with ended as (
    select ctid from staff_sessions where ends_at < :before order by ends_at limit :most for update skip locked
), gone as (
    delete from staff_sessions where ctid = any (array(select ctid from ended)) returning 1
)
select count(*) from gone;

-- name: begin_sign_in(id, key_id, sealed, ends_at)!
-- A sign-in that has begun.
insert into staff_sign_ins (id, key_id, sealed, ends_at) values (:id, :key_id, :sealed, :ends_at);

-- name: take_sign_in(id)^
-- A sign-in that was answered; it is answered once.
delete from staff_sign_ins where id = :id returning key_id, sealed;

-- name: forget_sign_ins(before, most)$
-- Deletes a batch of sign-ins that were not answered in time, and says how many.
with ended as (
    select ctid from staff_sign_ins where ends_at < :before order by ends_at limit :most for update skip locked
), gone as (
    delete from staff_sign_ins where ctid = any (array(select ctid from ended)) returning 1
)
select count(*) from gone;
