-- name: open_session(id_hash, registration_id, credential_id, sealed, ends_at, replaced)$
-- A session of a password that is in force; nothing is returned where it is not (any more). The session that it
-- replaces, if there is one, ends. One with the same token, which a form sent twice has, begins anew.
with password as (
    select registration_id from credentials
    where registration_id = :registration_id and id = :credential_id and state = 'ADOPTED'
),
ended as (
    delete from sessions using password
    where id_hash = :replaced and id_hash <> :id_hash and sessions.registration_id = password.registration_id
)
insert into sessions (id_hash, registration_id, sealed, ends_at)
select :id_hash, registration_id, :sealed, :ends_at from password
on conflict (id_hash) do update set sealed = excluded.sealed, ends_at = excluded.ends_at
where sessions.registration_id = excluded.registration_id
returning id_hash;

-- name: find_session(id_hash)^
-- A session, and what it depends on: the registration as it is now, the password in force, the key that opens it.
select s.id_hash, s.sealed, r.id, r.status, r.deadline, r.password_valid_until, c.id as credential_id, k.master_key_id, k.wrapped
from sessions s
join registrations r on r.id = s.registration_id
join credentials c on c.registration_id = r.id and c.state = 'ADOPTED'
join data_keys k on k.registration_id = r.id
where s.id_hash = :id_hash;

-- name: sessions_of(registration_id, most)
-- The sessions of a registration, as `find_session` gives them; those that would end last come first.
select s.id_hash, s.sealed, r.id, r.status, r.deadline, r.password_valid_until, c.id as credential_id, k.master_key_id, k.wrapped
from sessions s
join registrations r on r.id = s.registration_id
join credentials c on c.registration_id = r.id and c.state = 'ADOPTED'
join data_keys k on k.registration_id = r.id
where s.registration_id = :registration_id
order by s.ends_at desc
limit :most;

-- name: use_session(id_hash, sealed, ends_at)!
-- Notes that a session was used.
update sessions set sealed = :sealed, ends_at = :ends_at where id_hash = :id_hash;

-- name: end_session(id_hash)$
-- Ends a session; nothing is returned where there is none.
delete from sessions where id_hash = :id_hash returning id_hash;

-- name: end_other_sessions(registration_id, id_hash)$
-- Ends the sessions of a registration but for one; nothing is returned where there are no others.
delete from sessions where registration_id = :registration_id and id_hash <> :id_hash returning id_hash;

-- name: forget_sessions(before, most)$
-- Deletes a batch of sessions that have ended, and says how many: by their places (`ctid`), which stay as they are while
-- the rows are locked. By their keys PostgreSQL would read the whole table for a thousand of them.
with ended as (
    select ctid from sessions where ends_at < :before order by ends_at limit :most for update skip locked
), gone as (
    delete from sessions where ctid = any (array(select ctid from ended)) returning 1
)
select count(*) from gone;
