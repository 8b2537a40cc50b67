-- name: insert_event(registration_id, sequence, at, kind, previous_hash, hash, body)<!
-- Appends an event and returns the policy in force; nothing is returned where the place is taken already.
insert into events (registration_id, sequence, at, kind, previous_hash, hash, body)
values (:registration_id, :sequence, :at, :kind, :previous_hash, :hash, :body)
on conflict do nothing
returning sequence, (select body from policies order by version desc limit 1) as policy;

-- name: find_event_hash(registration_id, sequence)$
-- The hash of the event that stands at a place of the record.
select hash from events where registration_id = :registration_id and sequence = :sequence;

-- name: events_of(registration_id)
-- A registration's events in their order.
select body, hash from events where registration_id = :registration_id order by sequence;

-- name: move_registration(status, at, kind, moved_by, deadline, password_valid_until, identity_verified, email_id, code_sequences, sequence, hash, recorded_at, final, registration_id)!
-- Moves the read model, only ever to a higher sequence; a final status frees the user name; every live code but those
-- that the event names is void.
with voided as (
    update codes set live = false
    where registration_id = :registration_id and live and sequence <> all(:code_sequences::integer[])
)
update registrations set
    since = case when status = :status then since else :at end,
    because = case when status = :status then because else :kind end,
    moved_by = case when status = :status then moved_by else :moved_by end,
    status = :status,
    deadline = :deadline,
    password_valid_until = :password_valid_until,
    identity_verified = :identity_verified,
    email_id = :email_id,
    codes_issued = greatest(codes_issued, (select max(issued) from unnest(:code_sequences::integer[]) issued)),
    sequence = :sequence,
    head = :hash,
    recorded_at = :recorded_at,
    user_name_index = case when :final then null else user_name_index end
where id = :registration_id and sequence < :sequence;

-- name: issue_code(registration_id, purpose, code_sequence, kid, nonce, valid_until, email_id)!
-- What a code is derived from; the first commit wins, so that a retried letter carries the same code.
insert into codes (registration_id, purpose, sequence, kid, nonce, valid_until, email_id, live)
values (:registration_id, :purpose, :code_sequence, :kid, :nonce, :valid_until, :email_id, true)
on conflict (registration_id, purpose, sequence) do update set valid_until = excluded.valid_until;

-- name: replace_credential(registration_id, id)!
-- The password loses its hash, if the one that replaces it is there.
update credentials set state = 'REPLACED', password_hash = null
where registration_id = :registration_id and state = 'ADOPTED' and exists (
    select from credentials where id = :id and registration_id = :registration_id and state = 'PENDING'
);

-- name: adopt_credential(id, registration_id)$
-- The pending credential becomes the password; nothing is returned where it does not stand.
update credentials set state = 'ADOPTED' where id = :id and registration_id = :registration_id and state = 'PENDING'
returning id;

-- name: erase_key(registration_id)!
-- Erasing is destroying the key (principle 5).
delete from data_keys where registration_id = :registration_id;

-- name: erase_person(registration_id)!
-- The sealed form goes too.
delete from persons where registration_id = :registration_id;

-- name: erase_emails(registration_id)!
-- And the sealed addresses.
delete from emails where registration_id = :registration_id;

-- name: erase_credentials(registration_id)!
-- And the password hashes. Each state is asked for alone: its index has the rows of that state only.
with pending as (
    update credentials set state = 'REFUSED', password_hash = null
    where registration_id = :registration_id and state = 'PENDING'
)
update credentials set state = 'REPLACED', password_hash = null
where registration_id = :registration_id and state = 'ADOPTED';

-- name: find_policy()^
-- The policy in force.
select version, body from policies order by version desc limit 1;

-- name: all_policies()
-- Every policy there has been: events name theirs by version.
select body from policies order by version;

-- name: insert_policy(version, body, adopted_at)!
-- A new version of the policy; versions only grow.
insert into policies (version, body, adopted_at) values (:version, :body, :adopted_at);
