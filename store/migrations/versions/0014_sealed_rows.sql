-- What decides something and follows from no event is sealed, or has its digest in the access record.

create table seal_keys (
    id text primary key check (id = 'rows'),
    master_key_id text not null,
    wrapped bytea not null
);

comment on table seal_keys is 'The key of the seals of rows, wrapped by a master key; a seal is an HMAC over what its row decides.';

alter table registrations add column seal bytea;

comment on column registrations.seal is 'Over what was submitted, and the number of the receipt.';

alter table credentials add column seal bytea;

comment on column credentials.seal is 'Over the message that adopts it; null where none does.';

alter table letters add column seal bytea;

comment on column letters.seal is 'Over the outcome: one that we have not written keeps no letter back.';

alter table used_signatures add column seal bytea;

comment on column used_signatures.seal is 'Over the mark and whose it is, which outlives the signature.';

create index used_signatures_registration on used_signatures (registration_id);

alter table idempotency add column seal bytea;

comment on column idempotency.seal is 'Over request and answer: one that we have not written is never told.';
