-- name: find_letter_material(email_id, code_purpose, code_sequence, sequence, kind, days, redemptions, registration_id)^
-- All that a letter is made of, in one statement: what it must agree with, sealed address and form, wrapped key, the
-- code's seed, whether a code that went to this address was redeemed, the language that was chosen after the form was
-- filled in, and the outcome of an earlier attempt. Of the redemptions only the client's own count: a clerk changes an
-- address and closes without a code. Events are read as the canonical text that they are, in which the address of a
-- code comes before `purpose`.
select r.status, r.deadline, r.password_valid_until, r.email_id, r.sequence as snapshot_sequence,
       p.sealed as person, e.sealed as email, k.master_key_id, k.wrapped,
       c.key_id, c.nonce, c.purpose, coalesce(c.live, false) as code_live,
       l.registration_id, l.sequence, l.kind, l.days, l.message_id, l.outcome, l.failure, l.smtp_reply,
       l.at, l.seal,
       exists (
           select from events
           where registration_id = r.id and kind = any(:redemptions::text[]) and body like '%"kind":"CITIZEN"%'
               and body ~ ('"email_id":"' || e.id || '","(evidence|identity_verified)"')
       ) as confirmed,
       (
           select substring(body from '"language":"([a-z]+)"') from events
           where registration_id = r.id and kind = 'LANGUAGE_CHANGED'
           order by sequence desc
           limit 1
       ) as language
from registrations r
join persons p on p.registration_id = r.id
join data_keys k on k.registration_id = r.id
join emails e on e.id = :email_id and e.registration_id = r.id
left join codes c on c.registration_id = r.id and c.purpose = :code_purpose and c.sequence = :code_sequence
left join letters l on l.registration_id = r.id and l.sequence = :sequence and l.kind = :kind
    and l.days is not distinct from :days::integer
where r.id = :registration_id;

-- name: note_letter(registration_id, sequence, kind, days, message_id, outcome, failure, smtp_reply, at, seal)!
-- The outcome of a letter.
insert into letters (registration_id, sequence, kind, days, message_id, outcome, failure, smtp_reply, at, seal)
values (:registration_id, :sequence, :kind, :days, :message_id, :outcome, :failure, :smtp_reply, :at, :seal)
on conflict (registration_id, sequence, kind, days) do update set
    message_id = excluded.message_id, outcome = excluded.outcome, failure = excluded.failure,
    smtp_reply = excluded.smtp_reply, at = excluded.at, seal = excluded.seal;

-- name: letters_of(registration_id)
-- The letters of a registration and their outcomes.
select sequence, kind, days, message_id, outcome, failure, smtp_reply, at from letters
where registration_id = :registration_id
order by at;

-- name: undelivered_letters(registration_id)
-- The events of letters that did not arrive: that a letter's time ran out is in the record alone.
select body from events where registration_id = :registration_id and kind = 'LETTER_UNDELIVERED';
