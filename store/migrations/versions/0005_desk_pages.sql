create table desk_pages (
    id bytea primary key,
    key_id text not null,
    sealed bytea not null,
    ends_at timestamptz not null
);
comment on table desk_pages is 'What a desk''s page is about, for one session and some minutes: a search, a client''s visit, data that was disclosed.';
comment on column desk_pages.id is 'Derived from the session''s token and the page''s random id, which are stored nowhere.';
comment on column desk_pages.key_id is 'The key of the staff pages that the row is sealed with, together with the token.';
comment on column desk_pages.sealed is 'Criterion of the search; or registration, whether the person matches, what the clerk saw; when it ends.';
comment on column desk_pages.ends_at is 'When the row may be deleted.';
create index desk_pages_ended on desk_pages (ends_at);
