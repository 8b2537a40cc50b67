-- name: find_code(registration_id, purpose)^
-- What the code that a client can hold is derived from: the last one issued, live or not.
select sequence, kid, nonce, live from codes
where registration_id = :registration_id and purpose = :purpose
order by sequence desc
limit 1;

-- name: insert_credential(id, registration_id, kind, message, password_hash, submitted_at)$
-- A pending credential (principle 8): a redemption or a change of password before its workflow knows of it. One that
-- stands stays as it is; a refused one has no hash any more and is pending again. Nothing is returned where the id is
-- another registration's.
insert into credentials as c (id, registration_id, state, kind, message, password_hash, submitted_at)
values (:id, :registration_id, 'PENDING', :kind, :message, :password_hash, :submitted_at)
on conflict (id) do update set
    state = case c.state when 'REFUSED' then 'PENDING' else c.state end,
    message = case c.state when 'REFUSED' then excluded.message else c.message end,
    password_hash = case c.state when 'REFUSED' then excluded.password_hash else c.password_hash end,
    submitted_at = case c.state when 'REFUSED' then excluded.submitted_at else c.submitted_at end
where c.registration_id = excluded.registration_id
returning id;

-- name: find_pending(registration_id)^
-- The one pending credential of a registration.
select id, registration_id, kind, message from credentials where registration_id = :registration_id and state = 'PENDING';

-- name: find_credential(id)^
-- A credential by the request that brought it.
select id, state, password_hash from credentials where id = :id;

-- name: find_adopted(registration_id)^
-- The credential that is the password of a registration.
select id, registration_id, kind, message from credentials where registration_id = :registration_id and state = 'ADOPTED';

-- name: find_password(registration_id)^
-- The adopted password of a registration.
select password_hash from credentials where registration_id = :registration_id and state = 'ADOPTED';

-- name: pending_before(before, most)
-- Pending credentials without an outcome although they are older than a moment.
select id, registration_id, kind, message from credentials
where state = 'PENDING' and submitted_at < :before
order by submitted_at
limit :most;

-- name: refuse_credential(id)!
-- A credential that the workflow refused loses its hash.
update credentials set state = 'REFUSED', password_hash = null where id = :id and state = 'PENDING';

-- name: count_guess(purpose, account, address, now, window_start)^
-- Counts a try before it is checked (principle 7), by account and client address, in a window of time.
insert into guesses (purpose, account, address, failures, since)
values (:purpose, :account, :address, 1, :now)
on conflict (purpose, account, address) do update set
    failures = case when guesses.since < :window_start then 1 else guesses.failures + 1 end,
    since = case when guesses.since < :window_start then excluded.since else guesses.since end
returning failures, since;

-- name: forget_guesses(purpose, account, address)!
-- A right code or password ends the count of its address.
delete from guesses where purpose = :purpose and account = :account and address = :address;
