-- name: insert_registration(id, channel, office, opening, user_name_indexes, submitted_at, email_id, head)^
-- The SUBMITTED row of a registration (principle 8); user names are unique while their registrations live, by every
-- search index that finds them; the first is stored. Nothing is returned if the id exists or the user name is taken.
insert into registrations (id, channel, office, opening, user_name_index, submitted_at, recorded_at, email_id, head)
select :id::uuid, :channel::text, :office::text, :opening::text, (:user_name_indexes::bytea[])[1], :submitted_at::timestamptz,
       :submitted_at, :email_id::uuid, :head::text
where not exists (select from registrations where user_name_index = any(:user_name_indexes))
on conflict do nothing
returning id, channel, office, opening, submitted_at, receipt_number;

-- name: find_submission(id)^
-- What a registration was submitted with, and whether a workflow has taken it over.
select id, channel, office, opening, email_id, receipt_number, status from registrations where id = :id;

-- name: insert_personal_data(registration_id, seal, master_key_id, wrapped, person, identity_index, email_id, email, address_index)!
-- All that belongs to a row that was just submitted, in one round trip: its seal, the wrapped key, the sealed form and
-- address, and the blind indexes that they are found by.
with submitted as (update registrations set seal = :seal where id = :registration_id),
data_key as (
    insert into data_keys (registration_id, master_key_id, wrapped) values (:registration_id, :master_key_id, :wrapped)
),
person as (
    insert into persons (registration_id, sealed, identity_index) values (:registration_id, :person, :identity_index)
)
insert into emails (id, registration_id, sealed, address_index)
values (:email_id, :registration_id, :email, :address_index);

-- name: insert_email(email_id, registration_id, email, address_index)!
-- A sealed e-mail address, which messages name by id, and the blind index that it is found by.
insert into emails (id, registration_id, sealed, address_index)
values (:email_id, :registration_id, :email, :address_index);

-- name: insert_evidence(id, registration_id, commitment, sealed, written_at)!
-- A sealed evidence row, committed to by a salted hash in the event that names it.
insert into evidence (id, registration_id, commitment, sealed, written_at)
values (:id, :registration_id, :commitment, :sealed, :written_at);

-- name: find_evidence(id, registration_id)^
-- A sealed evidence row, which must belong to the registration.
select sealed from evidence where id = :id and registration_id = :registration_id;

-- name: use_signature(mark, registration_id, seal)$
-- Marks a signature as used; nothing is returned where it was used before.
insert into used_signatures (mark, registration_id, seal) values (:mark, :registration_id, :seal)
on conflict (mark) do nothing returning registration_id;

-- name: is_signature_used(mark)$
-- Whether a signature has opened a registration.
select exists (select from used_signatures where mark = :mark);

-- name: find_registration(id)
-- A registration of the read model: one row for each of its live codes, oldest first; without one, a row all the same.
select r.*, c.sequence as code_sequence, c.valid_until as code_valid_until, c.purpose as code_purpose,
       c.email_id as code_email_id
from registrations r
left join codes c on c.registration_id = r.id and c.live
where r.id = :id
order by c.sequence;

-- name: find_by_user_name(user_name_indexes)^
-- The registration that holds a user name. Where a new folding makes two names the same, the one that is not under the
-- new index yet is found by its own.
select id, status, deadline, password_valid_until from registrations
where user_name_index = any(:user_name_indexes::bytea[])
order by array_position(:user_name_indexes, user_name_index) desc
limit 1;

-- name: find_logged_in(registration_id, credential_id)^
-- A registration whose password is still this credential.
select r.id, r.status, r.deadline, r.password_valid_until
from registrations r
join credentials c on c.registration_id = r.id and c.state = 'ADOPTED'
where r.id = :registration_id and c.id = :credential_id;

-- name: find_holder_of_password(credential_id)^
-- A registration whose password is this credential.
select r.id, r.status, r.deadline, r.password_valid_until
from credentials c
join registrations r on r.id = c.registration_id
where c.id = :credential_id and c.state = 'ADOPTED';

-- name: find_data_key(registration_id)^
-- The wrapped key of a registration; none once the personal data is erased.
select master_key_id, wrapped from data_keys where registration_id = :registration_id;

-- name: find_person(registration_id)^
-- The sealed form, and the language of letters that was chosen after it was filled in, from the canonical text of the
-- event.
select sealed,
       (
           select substring(body from '"language":"([a-z]+)"') from events
           where events.registration_id = persons.registration_id and kind = 'LANGUAGE_CHANGED'
           order by sequence desc
           limit 1
       ) as language
from persons
where registration_id = :registration_id;

-- name: find_contact(registration_id)^
-- Sealed form and present address, which is registered before the first event names it; and the key that opens them.
select r.id, p.sealed as person, e.id as email_id, e.sealed as email, k.master_key_id, k.wrapped
from registrations r
join persons p on p.registration_id = r.id
join data_keys k on k.registration_id = r.id
join emails e on e.id = r.email_id and e.registration_id = r.id
where r.id = :registration_id;

-- name: submitted_before(before, most)
-- Rows that no workflow has taken over although they are older than a moment.
select id, channel, office, opening, email_id, receipt_number, status from registrations
where status = 'SUBMITTED' and submitted_at < :before
order by submitted_at
limit :most;

-- name: recorded_between(since, after, until, most)
-- A page of the read model's rows written in a span of wall-clock time, after the last row of the previous page.
select id, status, recorded_at from registrations
where (recorded_at, id) > (:since, :after) and recorded_at < :until and status <> 'SUBMITTED'
order by recorded_at, id
limit :most;
