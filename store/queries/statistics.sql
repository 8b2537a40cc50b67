-- name: count_registrations(since, until)
-- Registrations by month of opening (Budapest), channel, office and status; both ends of the span may be null.
select to_char(submitted_at at time zone 'Europe/Budapest', 'YYYY-MM') as month, channel, office, status, count(*) as registrations
from registrations
where (:since::timestamptz is null or submitted_at >= :since) and (:until::timestamptz is null or submitted_at < :until)
group by 1, 2, 3, 4
order by 1, 2, 3, 4;

-- name: median_to_activation(since, until)$
-- The median of the time from opening to the first redeemed code, of the registrations that were activated. No rule
-- gives an infinite time: one that was written past the programs is named by verification, and must not stop the count.
select percentile_cont(0.5) within group (order by activated.at - opened.at)
from registrations r
join events opened on opened.registration_id = r.id and opened.sequence = 1 and opened.kind = 'REGISTRATION_OPENED'
    and isfinite(opened.at)
join lateral (
    select at from events
    where registration_id = r.id and kind = 'CODE_REDEEMED' and isfinite(at)
    order by sequence
    limit 1
) activated on true
where (:since::timestamptz is null or r.submitted_at >= :since) and (:until::timestamptz is null or r.submitted_at < :until);

-- name: count_undelivered(since, until)
-- Letters that did not arrive, by kind; one in the place of whose event is something else has none.
select coalesce(case when e.body is json object then e.body::json #>> '{letter,kind}' end, '?') as kind, count(*) as letters
from events e
join registrations r on r.id = e.registration_id
where e.kind = 'LETTER_UNDELIVERED'
  and (:since::timestamptz is null or r.submitted_at >= :since) and (:until::timestamptz is null or r.submitted_at < :until)
group by 1
order by 1;

-- name: count_undelivered_between(since, until)$
-- How many letters were given up in a span of time.
select count(*) from events where kind = 'LETTER_UNDELIVERED' and at >= :since and at < :until;

-- name: count_by_status()
-- All registrations by status.
select status, count(*) as registrations from registrations group by status;
