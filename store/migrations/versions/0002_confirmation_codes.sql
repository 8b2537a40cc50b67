alter table codes add column email_id uuid;
comment on column codes.email_id is 'The address that a code for NEW_EMAIL confirms.';

alter table registrations add column former_user_name_index bytea;
comment on column registrations.former_user_name_index is
    'What user_name_index was before the registration became final; null again once the personal data is erased.';
create index registrations_former_user_name on registrations (former_user_name_index)
    where former_user_name_index is not null;
