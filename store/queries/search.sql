-- name: search(receipt_number, user_name_indexes, address_indexes, identity_indexes, most)
-- The registrations with a receipt number, a user name, a present e-mail address or a person's identity data, newest
-- first; a criterion without a value finds nothing.
select id, receipt_number, status, channel, office, since from registrations
where id in (
    select id from registrations where receipt_number = :receipt_number
    union select id from registrations where user_name_index = any(:user_name_indexes::bytea[])
    union select r.id from emails e join registrations r on r.id = e.registration_id and r.email_id = e.id
    where e.address_index = any(:address_indexes::bytea[])
    union select registration_id from persons where identity_index = any(:identity_indexes::bytea[])
)
order by submitted_at desc, id desc
limit :most;

-- name: find_by_receipt_number(receipt_number)$
-- The registration that a receipt is of.
select id from registrations where receipt_number = :receipt_number;

-- name: find_receipt(id)^
-- What a receipt says of a registration besides its client's data.
select receipt_number, status, submitted_at from registrations where id = :id;
