comment on column registrations.user_name_index is
    'Mark of the search index, and its HMAC of the folded user name; null once the registration is final.';
comment on column persons.identity_index is
    'Mark of the search index, and its HMAC of name at birth, date of birth and mother''s name at birth; goes with the row at erasure.';
comment on column emails.address_index is 'Mark of the search index, and its HMAC of the folded address; goes with the row at erasure.';
