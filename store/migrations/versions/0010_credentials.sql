alter table credentials add networks bytea[];
comment on column credentials.networks is
    'HMAC of the client networks that this password was typed or set from, the last one first; goes with it.';

-- The workflow decides between them: each names the credential or the code that it replaces.
drop index credentials_pending;
create index credentials_pending on credentials (registration_id) where state = 'PENDING';
