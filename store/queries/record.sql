-- name: append_event(registration_id, sequence, previous_hash, at, kind, hash, body, code_sequences, status, moved_by, deadline, password_valid_until, identity_verified, email_id, recorded_at, final, code_purposes, code_ends, code_emails, key_id, nonces, adopt)^
-- Appends an event, and moves with it all that follows from it: read model, codes, credential. Returns the policy in
-- force and the credential that was adopted. Changes and returns nothing if the read model is not at the event right
-- before this one (an event is missing, or another one has this place). A final status frees the user name; every live
-- code but those that the event names is void, and a code that exists already keeps its seed, so that a retried letter
-- carries the same one. A password loses its hash only if the one that replaces it is there; all pending ones lose
-- theirs with it, for each rests on a password or a code that is void now. The counts force the order of the parts.
with follows as (
    select id from registrations
    where id = :registration_id::uuid and sequence = :sequence::integer - 1 and head = :previous_hash::text
    for no key update
),
appended as (
    insert into events (registration_id, sequence, at, kind, previous_hash, hash, body)
    select id, :sequence, :at::timestamptz, :kind::text, :previous_hash, :hash::text, :body::text from follows
    on conflict do nothing
    returning registration_id
),
voided as (
    update codes set live = false from appended
    where codes.registration_id = appended.registration_id and live and sequence <> all(:code_sequences::integer[])
    returning codes.sequence
),
issued as (
    insert into codes (registration_id, purpose, sequence, key_id, nonce, valid_until, email_id, live)
    select appended.registration_id, code.purpose, code.sequence, :key_id::text, code.nonce, code.ends, code.email_id, true
    from appended, unnest(
        :code_purposes::text[], :code_sequences, :nonces::bytea[], :code_ends::timestamptz[], :code_emails::uuid[]
    ) as code (purpose, sequence, nonce, ends, email_id)
    where (select count(*) from voided) >= 0
    on conflict (registration_id, purpose, sequence) do update set valid_until = excluded.valid_until
),
replaced as (
    update credentials set state = 'REPLACED', sealed = null, networks = null from appended
    where credentials.registration_id = appended.registration_id and state = 'ADOPTED' and exists (
        select from credentials
        where id = :adopt::uuid and registration_id = :registration_id and state = 'PENDING'
    )
    returning id
),
adopted as (
    update credentials set state = 'ADOPTED' from appended
    where id = :adopt and credentials.registration_id = appended.registration_id and state = 'PENDING'
        and (select count(*) from replaced) >= 0
    returning id
),
void as (
    update credentials set state = 'REFUSED', sealed = null from adopted
    where registration_id = :registration_id and state = 'PENDING' and credentials.id <> adopted.id
),
moved as (
    update registrations set
        since = case when status = :status then since else :at end,
        because = case when status = :status then because else :kind end,
        moved_by = case when status = :status then moved_by else :moved_by end,
        status = :status,
        deadline = :deadline,
        password_valid_until = :password_valid_until,
        identity_verified = :identity_verified,
        email_id = :email_id,
        codes_issued = greatest(codes_issued, (select max(issued) from unnest(:code_sequences) issued)),
        sequence = :sequence,
        head = :hash,
        recorded_at = :recorded_at,
        user_name_index = case when :final then null else user_name_index end
    from appended where id = appended.registration_id
)
select (select body from policies order by version desc limit 1) as policy, (select id from adopted) as adopted
from appended;

-- name: find_event_hash(registration_id, sequence)$
-- The hash of the event at a place of the record.
select hash from events where registration_id = :registration_id and sequence = :sequence;

-- name: events_of(registration_id)
-- A registration's events in their order.
select sequence, body, hash from events where registration_id = :registration_id order by sequence;

-- name: erase_personal_data(registration_id)!
-- Erasing is destroying the key (principle 5); the sealed form, the addresses, the password hashes and the networks
-- that they were typed from are deleted, too, sessions, and what is kept of log-ins. Each state of credentials has a
-- query part of its own, because an index has the rows of one state only.
with key as (delete from data_keys where registration_id = :registration_id),
person as (delete from persons where registration_id = :registration_id),
addresses as (delete from emails where registration_id = :registration_id),
sessions as (delete from sessions where registration_id = :registration_id),
log_ins as (delete from log_ins where registration_id = :registration_id),
browsers as (delete from known_browsers where registration_id = :registration_id),
notices as (delete from log_in_notices where registration_id = :registration_id),
pending as (
    update credentials set state = 'REFUSED', sealed = null
    where registration_id = :registration_id and state = 'PENDING'
)
update credentials set state = 'REPLACED', sealed = null, networks = null
where registration_id = :registration_id and state = 'ADOPTED';

-- name: find_policy()^
-- The policy in force.
select version, body from policies order by version desc limit 1;

-- name: all_policies()
-- Every policy there has been: events name theirs by version.
select body from policies order by version;

-- name: policy_history()
-- Every policy there has been and when it was put in force, newest first.
select body, adopted_at from policies order by version desc;

-- name: insert_policy(version, body, adopted_at)^
-- A new version of the policy; versions only grow.
insert into policies (version, body, adopted_at) values (:version, :body, :adopted_at)
returning version, body, adopted_at;
