create table staff_sessions (
    id_hash bytea primary key,
    key_id text not null,
    sealed bytea not null,
    ends_at timestamptz not null
);
comment on table staff_sessions is 'Browsers in which a member of staff is signed in.';
comment on column staff_sessions.id_hash is 'SHA-256 of the token in the browser''s cookie.';
comment on column staff_sessions.key_id is 'The key of the staff pages that the row is sealed with.';
comment on column staff_sessions.sealed is
    'Who, with which roles, for which office; when they signed in, and when the session was last used.';
comment on column staff_sessions.ends_at is 'When the row may be deleted, unless the session is used again.';
create index staff_sessions_ended on staff_sessions (ends_at);

create table staff_sign_ins (
    id bytea primary key,
    key_id text not null,
    sealed bytea not null,
    ends_at timestamptz not null
);
comment on table staff_sign_ins is 'Sign-ins that have begun and are not answered yet by the organisation''s provider.';
comment on column staff_sign_ins.id is 'Derived from the browser''s cookie and the state, which are stored nowhere.';
comment on column staff_sign_ins.key_id is 'The key of the staff pages that the row is sealed with, together with the cookie.';
comment on column staff_sign_ins.sealed is 'What the answer is held against: nonce, verifier, when it began.';
comment on column staff_sign_ins.ends_at is 'When the row may be deleted.';
create index staff_sign_ins_ended on staff_sign_ins (ends_at);
