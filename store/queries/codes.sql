-- name: find_code(registration_id, purpose)^
-- The seed of the last code of a purpose, live or not.
select sequence, key_id, nonce, live from codes
where registration_id = :registration_id and purpose = :purpose
order by sequence desc
limit 1;

-- name: note_confirmation(registration_id, purpose, code_sequence, confirmation_id)$
-- Notes the request that confirms with a code before it is sent; a redemption without this note was not sent by a
-- gateway. Returns whether the code is live.
update codes set confirmation_id = :confirmation_id
where registration_id = :registration_id and purpose = :purpose and sequence = :code_sequence
returning live;

-- name: note_client_request(id, registration_id, kind, submitted_at)$
-- Notes that a client asks for a code, another address or closing before the message is sent; an event without this
-- note came from no gateway. Nothing is written or returned if it is noted already, or there is no such registration.
insert into client_requests (id, registration_id, kind, submitted_at)
select :id::uuid, id, :kind::text, :submitted_at::timestamptz from registrations where id = :registration_id
on conflict do nothing
returning id;

-- name: insert_credential(id, registration_id, kind, message, sealed, submitted_at, seal, rests_on)^
-- A pending credential (principle 8), written before its redemption or change of password is sent. An existing one
-- stays as it is; a refused one, which has no hash any more, is pending again. One that rests on credentials is written
-- only if one of them is the password, after a recording that is replacing it. Returns whether it is, and whether the
-- credential is there: not if its id is another registration's.
with password as (
    select id from credentials
    where registration_id = :registration_id::uuid and state = 'ADOPTED' and id = any (:rests_on::uuid[])
    for update
),
stored as (
    insert into credentials as c (id, registration_id, state, kind, message, sealed, submitted_at, seal)
    select :id::uuid, :registration_id, 'PENDING', :kind::text, :message::text, :sealed::bytea,
           :submitted_at::timestamptz, :seal::bytea
    where :rests_on is null or exists (select from password)
    on conflict (id) do update set
        state = case c.state when 'REFUSED' then 'PENDING' else c.state end,
        kind = case c.state when 'REFUSED' then excluded.kind else c.kind end,
        message = case c.state when 'REFUSED' then excluded.message else c.message end,
        seal = case c.state when 'REFUSED' then excluded.seal else c.seal end,
        sealed = case c.state when 'REFUSED' then excluded.sealed else c.sealed end,
        submitted_at = case c.state when 'REFUSED' then excluded.submitted_at else c.submitted_at end
    where c.registration_id = excluded.registration_id
    returning id
)
select exists (select from password) as rests_on_password, exists (select from stored) as is_stored;

-- name: find_pending(registration_id)
-- The pending credentials of a registration that messages have brought, oldest first.
select id, registration_id, kind, message from credentials
where registration_id = :registration_id and state = 'PENDING' and message is not null
order by submitted_at;

-- name: find_credential(id)^
-- A credential by the request that brought it.
select id, state from credentials where id = :id;

-- name: find_adopted(registration_id)^
-- The credential that is the password of a registration, where a message has brought it.
select id, registration_id, kind, message from credentials
where registration_id = :registration_id and state = 'ADOPTED' and message is not null;

-- name: find_password(registration_id)^
-- The adopted password of a registration, and the key that opens its hash.
select credential.registration_id, credential.id as credential_id, credential.sealed, key.master_key_id, key.wrapped
from credentials credential join data_keys key using (registration_id)
where credential.registration_id = :registration_id and credential.state = 'ADOPTED';

-- name: pending_before(before, most)
-- Pending credentials without an outcome although they are older than a moment. An imported one has no message to send:
-- its registration's first event adopts it.
select id, registration_id, kind, message from credentials
where state = 'PENDING' and submitted_at < :before and message is not null
order by submitted_at
limit :most;

-- name: rehash_password(id, sealed)!
-- A new hash of the same password, unless another password has been adopted since the known hash was read.
update credentials set sealed = :sealed where id = :id and state = 'ADOPTED';

-- name: refuse_credential(id)!
-- A credential that the workflow refused loses its hash.
update credentials set state = 'REFUSED', sealed = null where id = :id and state = 'PENDING';
