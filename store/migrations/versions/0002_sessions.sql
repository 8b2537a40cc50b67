create table sessions (
    id_hash bytea primary key,
    registration_id uuid not null references registrations (id),
    sealed bytea not null,
    ends_at timestamptz not null
);
comment on table sessions is 'Browsers that are logged in, while the password that was typed is in force.';
comment on column sessions.id_hash is 'SHA-256 of the token in the browser''s cookie.';
comment on column sessions.sealed is
    'Which password was typed, how and when, and when the session was last used, under the registration''s key.';
comment on column sessions.ends_at is 'When the row may be deleted, unless the session is used again.';
create index sessions_registration on sessions (registration_id);
create index sessions_ended on sessions (ends_at);

create table drafts (
    id bytea primary key,
    sealed bytea not null,
    tries integer not null,
    ends_at timestamptz not null
);
comment on table drafts is 'What was typed into a form and not sent yet.';
comment on column drafts.id is 'Derived from the browser''s cookie, which is stored nowhere.';
comment on column drafts.sealed is 'What was typed and when, under a key derived from the same cookie.';
comment on column drafts.tries is 'How often another e-mail address was typed to open it.';
comment on column drafts.ends_at is 'When the row may be deleted.';
create index drafts_ended on drafts (ends_at);
