alter table credentials drop column password_hash;
alter table credentials add constraint credentials_check
    check ((sealed is not null) = (state in ('PENDING', 'ADOPTED')));

comment on column credentials.sealed is
    'The hash of the password, sealed with the registration''s key for this credential alone: whoever writes to the table but holds no key can put no password in place.';
