drop table letters;
create table letters (
    registration_id uuid not null references registrations (id),
    sequence integer not null,
    kind text not null,
    days integer,
    message_id text not null,
    outcome text not null check (outcome in ('SENT', 'VOID', 'UNDELIVERED')),
    failure text check ((failure is not null) = (outcome = 'UNDELIVERED')),
    smtp_reply integer,
    at timestamptz not null,
    seal bytea,
    unique nulls not distinct (registration_id, sequence, kind, days)
);
comment on column letters.sequence is 'Of the event that ordered the letter.';
comment on column letters.days is 'How many days ahead a reminder looks.';
comment on column letters.seal is 'Over the outcome: one that we have not written keeps no letter back.';
