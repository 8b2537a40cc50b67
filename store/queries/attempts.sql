-- name: count_attempts(user_name_indexes, free_name, browsers_since, network, now, barring_limits, barring_subjects, barring_at_account, barring_strangers, most, limits, subjects, at_account, ends, request_id)^
-- Counts a try against each of some limits (principle 7), unless one of the barring windows is full already: then
-- nothing is counted. Where a user name is claimed, the try is at the account that holds it: the subjects of some limits
-- become those of this account as `at_account` in store/attempts.py says, and limits of strangers bar nobody whose network
-- the password knows. Always one row: the names, tries and ends of the barring windows that are open, and of those that
-- the try was counted in; and all that a log-in needs of the account (`find_by_user_name`): the password and the key that
-- opens it, the present address, the browsers known since a moment, whether the password was typed in any of them, what
-- had set it, the last notice. A name that is free costs as many lookups, of an id that nothing has.
-- A window that has ended begins anew; a few ended windows of others are deleted, so that the table stays small. The
-- request that was counted last may be repeated. The order prevents deadlocks of parallel statements; the deletion skips
-- locked rows.
with holder as (
    select id, status, deadline, password_valid_until, email_id from registrations
    where user_name_index = any(:user_name_indexes::bytea[])
    order by array_position(:user_name_indexes, user_name_index) desc
    limit 1
),
meant as (
    select coalesce((select id from holder), '00000000-0000-0000-0000-000000000000') as registration_id,
           convert_to(coalesce((select id::text from holder), encode(:free_name::bytea, 'hex')), 'UTF8') as name
),
account as (
    select holder.*, meant.*, c.id as credential_id, c.sealed, c.kind, k.master_key_id, k.wrapped, n.due_at as last_notice,
           coalesce(sha256(:network::bytea || meant.name) = any(c.networks), false) as is_known,
           array(
               select mark from known_browsers
               where registration_id = meant.registration_id and used_at > :browsers_since::timestamptz
           ) as marks,
           exists (
               select from known_browsers where registration_id = meant.registration_id and credential_id = c.id
           ) as was_typed
    from meant
    left join holder on true
    left join credentials c on c.registration_id = meant.registration_id and c.state = 'ADOPTED'
    left join data_keys k on k.registration_id = meant.registration_id
    left join log_in_notices n on n.registration_id = meant.registration_id
),
barring as (
    select attempts.limit_name, attempts.tries, attempts.ends_at, asked.most
    from account
    cross join unnest(
        :barring_limits::text[], :barring_subjects::bytea[], :barring_at_account::boolean[],
        :barring_strangers::boolean[], :most::integer[]
    ) as asked (limit_name, subject, at_account, of_strangers, most)
    join attempts on attempts.limit_name = asked.limit_name
        and attempts.subject = case when asked.at_account then sha256(asked.subject || account.name) else asked.subject end
    where attempts.ends_at > :now and not (asked.of_strangers and account.is_known)
),
tried as (
    select limit_name, case when at_account then sha256(subject || account.name) else subject end as subject, ends_at
    from account
    cross join unnest(:limits::text[], :subjects::bytea[], :at_account::boolean[], :ends::timestamptz[])
        as asked (limit_name, subject, at_account, ends_at)
),
ended as (
    select limit_name, subject from attempts
    where ends_at <= :now and subject <> all (array(select subject from tried))
    order by ends_at
    limit 10
    for update skip locked
), gone as (
    delete from attempts using ended
    where attempts.limit_name = ended.limit_name and attempts.subject = ended.subject
),
counted as (
    insert into attempts as present (limit_name, subject, tries, ends_at, request_id)
    select limit_name, subject, 1, ends_at, :request_id::uuid
    from tried
    where not exists (select from barring where tries >= most)
    order by limit_name, subject
    on conflict (limit_name, subject) do update set
        tries = case
            when present.ends_at <= :now then 1
            when present.request_id = excluded.request_id then present.tries
            else present.tries + 1
        end,
        ends_at = case when present.ends_at <= :now then excluded.ends_at else present.ends_at end,
        request_id = excluded.request_id
    returning limit_name, tries, ends_at
),
windows as (
    select array_agg(limit_name) as limit_names, array_agg(tries) as tries, array_agg(ends_at) as ends
    from (
        select limit_name, tries, ends_at from barring
        union all
        select limit_name, tries, ends_at from counted
    ) as open
)
select account.*, windows.* from account cross join windows;

-- name: open_windows(now, limits, subjects)^
-- The counts of windows that are still open, as `count_attempts` gives them; counts nothing.
select array_agg(attempts.limit_name) as limit_names, array_agg(attempts.tries) as tries, array_agg(attempts.ends_at) as ends
from attempts
join unnest(:limits::text[], :subjects::bytea[]) as asked (limit_name, subject)
    on attempts.limit_name = asked.limit_name and attempts.subject = asked.subject
where attempts.ends_at > :now;

-- name: give_back_attempt(now, limits, subjects)!
-- Counts one try less in each open window. The order is that of `count_attempts`, so that a parallel try cannot cause a
-- deadlock.
with counted as (
    select attempts.limit_name, attempts.subject
    from attempts
    join unnest(:limits::text[], :subjects::bytea[]) as asked (limit_name, subject)
        on attempts.limit_name = asked.limit_name and attempts.subject = asked.subject
    where attempts.ends_at > :now and attempts.tries > 0
    order by limit_name, subject
    for update of attempts
)
update attempts set tries = tries - 1
from counted
where attempts.limit_name = counted.limit_name and attempts.subject = counted.subject;

-- name: note_success(now, barring_limits, barring_subjects, most, limits, subjects, registration_id, credential_id, network, networks_kept, log_in_id, at, sealed, log_ins_kept, mark, browsers_kept, notice_id, notice, last_notice_before)^
-- After a right guess: deletes the counts of its subject, and adds its network to those that the password knows, from
-- which the least recently used one is removed. If it was a log-in, that is noted, the mark of its browser, and a notice
-- if one is due, which replaces an older one; of each registration the last log-ins and browsers are kept. Nothing of it
-- if a barring window is full, or the credential is not the password (any more); null is the present one. Returns whether
-- any of it was done, and the barring windows that are open, as `count_attempts` gives them. The order is that of
-- `count_attempts`, so that a parallel try cannot cause a deadlock.
with barring as (
    select attempts.limit_name, attempts.tries, attempts.ends_at, asked.most
    from attempts
    join unnest(:barring_limits::text[], :barring_subjects::bytea[], :most::integer[])
        as asked (limit_name, subject, most)
        on attempts.limit_name = asked.limit_name and attempts.subject = asked.subject
    where attempts.ends_at > :now
),
password as (
    select registration_id, id from credentials
    where registration_id = :registration_id::uuid and state = 'ADOPTED'
        and (:credential_id::uuid is null or id = :credential_id)
        and not exists (select from barring where tries >= most)
),
forgotten as (
    select attempts.limit_name, attempts.subject
    from attempts
    join unnest(:limits::text[], :subjects::bytea[]) as asked (limit_name, subject)
        on attempts.limit_name = asked.limit_name and attempts.subject = asked.subject
    where exists (select from password)
    order by limit_name, subject
    for update of attempts
),
gone as (
    delete from attempts using forgotten
    where attempts.limit_name = forgotten.limit_name and attempts.subject = forgotten.subject
),
known as (
    update credentials
    set networks = (:network::bytea || array_remove(coalesce(networks, '{}'), :network))[1 : :networks_kept]
    from password
    where credentials.id = password.id and state = 'ADOPTED' and networks[1] is distinct from :network
),
log_in as (
    select registration_id, id as credential_id from password where :log_in_id::uuid is not null
),
noted as (
    insert into log_ins (id, registration_id, sealed, at)
    select :log_in_id, registration_id, :sealed::bytea, :at::timestamptz from log_in
),
oldest as (
    delete from log_ins using (
        select log_ins.id from log_ins join log_in using (registration_id)
        order by at desc offset :log_ins_kept::integer - 1
    ) as surplus where log_ins.id = surplus.id
),
marked as (
    insert into known_browsers (registration_id, mark, credential_id, used_at)
    select registration_id, :mark::bytea, credential_id, :at from log_in where :mark is not null
    on conflict (registration_id, mark) do update set credential_id = excluded.credential_id, used_at = excluded.used_at
),
longest_unused as (
    delete from known_browsers using (
        select registration_id, mark from known_browsers join log_in using (registration_id)
        where mark <> :mark
        order by used_at desc offset :browsers_kept::integer - 1
    ) as surplus
    where known_browsers.registration_id = surplus.registration_id and known_browsers.mark = surplus.mark
),
notified as (
    insert into log_in_notices as last (registration_id, id, sealed, due_at, try_at)
    select registration_id, :notice_id::uuid, :notice::bytea, :at, :at from log_in where :notice is not null
    on conflict (registration_id) do update set
        id = excluded.id, sealed = excluded.sealed, due_at = excluded.due_at, try_at = excluded.try_at,
        settled_at = null
    where last.due_at <= :last_notice_before::timestamptz
)
select exists (select from password) as is_done,
       array_agg(limit_name) as limit_names, array_agg(tries) as tries, array_agg(ends_at) as ends
from barring;
