create table log_ins (
    id uuid primary key,
    registration_id uuid not null references registrations (id),
    sealed bytea not null,
    at timestamptz not null
);
comment on table log_ins is 'The last log-ins of each registration, for its client to look back at.';
comment on column log_ins.sealed is 'When, from which rough network, by which browser, under the registration''s key.';
comment on column log_ins.at is 'By which the oldest rows are deleted.';
create index log_ins_registration on log_ins (registration_id, at);
create index log_ins_at on log_ins (at);

create table known_browsers (
    registration_id uuid not null references registrations (id),
    mark bytea not null,
    credential_id uuid not null,
    used_at timestamptz not null,
    primary key (registration_id, mark)
);
comment on table known_browsers is 'The browsers that a registration was logged in with.';
comment on column known_browsers.mark is
    'HMAC-SHA-256 of the browser''s cookie, under a key derived from the registration''s: it differs between registrations.';
comment on column known_browsers.credential_id is 'The password that was typed there last.';
comment on column known_browsers.used_at is 'The last log-in; a browser is forgotten some time after it.';
create index known_browsers_used on known_browsers (used_at);

create table log_in_notices (
    registration_id uuid primary key references registrations (id),
    id uuid not null,
    sealed bytea not null,
    due_at timestamptz not null,
    try_at timestamptz not null,
    settled_at timestamptz
);
comment on table log_in_notices is 'The last letter of each registration about a log-in by a browser that it did not know.';
comment on column log_in_notices.sealed is 'The log-in, and where the letter goes, under the registration''s key.';
comment on column log_in_notices.try_at is 'When reconciliation may send it, or try again.';
comment on column log_in_notices.settled_at is 'When it was sent, refused for good, or not true any more.';
create index log_in_notices_waiting on log_in_notices (try_at) where settled_at is null;
create index log_in_notices_due on log_in_notices (due_at);
