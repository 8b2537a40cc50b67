create table used_signatures (
    mark bytea primary key,
    registration_id uuid not null references registrations
);
comment on table used_signatures is 'Signatures that have opened a registration, as HMAC; each opens one only, for ever.';
