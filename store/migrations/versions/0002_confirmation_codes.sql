alter table codes add column email_id uuid;
comment on column codes.email_id is 'The address that a code for NEW_EMAIL confirms.';
