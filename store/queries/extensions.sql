-- name: insert_extension(id, before, days, requested_by, requested_at)^
-- A requested bulk extension; with an existing id nothing is changed or returned.
insert into extensions (id, expiring_before, days, requested_by, requested_at)
values (:id, :before, :days, :requested_by, :requested_at)
on conflict (id) do nothing
returning *;

-- name: find_extension(id)^
-- A bulk extension.
select * from extensions where id = :id;

-- name: newest_extensions(requested_at, id, most)
-- The bulk extensions that were requested before one, newest first, with counts of their accounts' outcomes.
select extension.*, progress.*
from (
    select * from extensions where (requested_at, id) < (:requested_at, :id)
    order by requested_at desc, id desc
    limit :most
) extension,
lateral (
    select count(*) as total,
           count(*) filter (where outcome = 'EXTENDED') as extended,
           count(*) filter (where outcome = 'REFUSED') as refused,
           count(*) filter (where outcome is null) as open
    from extension_items where extension_id = extension.id
) progress
order by extension.requested_at desc, extension.id desc;

-- name: approve_extension(id, approved_by, approved_at)^
-- The second person's approval; if there is one already, nothing is changed or returned.
update extensions set approved_by = :approved_by, approved_at = :approved_at where id = :id and approved_by is null
returning *;

-- name: lock_unlisted_extension(id)$
-- An extension whose list is not fixed, locked until the transaction ends.
select id from extensions where id = :id and listed_at is null for update;

-- name: clear_extension_items(extension_id)!
-- Deletes the rows of a list that is not fixed: its extension has not written them.
delete from extension_items where extension_id = :extension_id;

-- name: note_extension_listed(id, listed_at)!
-- The list of accounts is whole.
update extensions set listed_at = :listed_at where id = :id;

-- name: extension_list(extension_id)
-- The accounts of a list in the order of their ids, without their outcomes.
select registration_id, valid_until, until from extension_items
where extension_id = :extension_id
order by registration_id;

-- name: finish_extension(id, finished_at)!
-- Every account has its outcome.
update extensions set finished_at = coalesce(finished_at, :finished_at)
where id = :id and listed_at is not null
  and not exists (select from extension_items where extension_id = :id and outcome is null);

-- name: expiring_accounts(before, since, after, most)
-- A page of the accounts whose password expires before a moment, after the last row of the previous page.
select id, status, password_valid_until, submitted_at from registrations
where status in ('ACTIVE', 'PASSWORD_EXPIRED')
  and password_valid_until < :before and (password_valid_until, id) > (:since, :after)
order by password_valid_until, id
limit :most;

-- name: insert_extension_items(extension_id, registration_ids, valid_until, until)!
-- Accounts for a list that is being fixed.
insert into extension_items (extension_id, registration_id, valid_until, until)
select :extension_id::uuid, item.registration_id, item.valid_until, item.until
from unnest(
    cast(:registration_ids as uuid[]), cast(:valid_until as timestamptz[]), cast(:until as timestamptz[])
) as item (registration_id, valid_until, until);

-- name: open_extension_items(extension_id, after, most)
-- The next accounts without an outcome, by id.
select registration_id, until from extension_items
where extension_id = :extension_id and registration_id > :after and outcome is null
order by registration_id
limit :most;

-- name: settle_extension_items(extension_id, registration_ids, request_ids)
-- Notes the outcome of each of these accounts whose record has it, and says whose.
update extension_items item set
    outcome = case event.kind when 'VALIDITY_EXTENDED' then 'EXTENDED' else 'REFUSED' end,
    detail = cast(event.body as json) ->> 'refusal'
from unnest(cast(:registration_ids as uuid[]), cast(:request_ids as text[])) as asked (registration_id, request_id)
join events event on event.registration_id = asked.registration_id
    and event.kind in ('VALIDITY_EXTENDED', 'SIGNAL_REFUSED')
    and cast(event.body as json) ->> 'request_id' = asked.request_id
where item.extension_id = :extension_id and item.registration_id = asked.registration_id and item.outcome is null
returning item.registration_id;

-- name: refuse_extension_items(extension_id, registration_ids)!
-- Notes accounts as refused whose workflow has ended or never existed, and whose record has no outcome.
update extension_items item set
    outcome = 'REFUSED',
    detail = case when registration.status in ('LAPSED', 'CLOSED') then 'NotAccepted' else 'NotFound' end
from registrations registration
where item.extension_id = :extension_id and item.registration_id = any(cast(:registration_ids as uuid[]))
  and item.outcome is null and registration.id = item.registration_id;

-- name: extension_progress(extension_id)^
-- How many accounts are on the list, by outcome.
select count(*) as total,
       count(*) filter (where outcome = 'EXTENDED') as extended,
       count(*) filter (where outcome = 'REFUSED') as refused,
       count(*) filter (where outcome is null) as open
from extension_items where extension_id = :extension_id;

-- name: extension_items_of(extension_id, after, most)
-- A page of the list, by id.
select registration_id, valid_until, until, outcome, detail from extension_items
where extension_id = :extension_id and registration_id > :after
order by registration_id
limit :most;
