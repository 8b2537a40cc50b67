create table idempotency (
    key bytea primary key,
    fingerprint bytea not null,
    request_id uuid not null,
    begun_at timestamptz not null,
    taken_at timestamptz,
    answer text
);
comment on table idempotency is 'Requests that came with an Idempotency-Key; a row outlives its request by a day.';
comment on column idempotency.key is 'HMAC of the caller and the key that it chose.';
comment on column idempotency.fingerprint is 'HMAC of the operation and the body.';
comment on column idempotency.request_id is 'What the engine knows the request by: running it again changes nothing.';
comment on column idempotency.taken_at is 'When somebody began to work on it; null while nobody does.';
comment on column idempotency.answer is 'The final answer as JSON, without personal data.';
create index idempotency_begun on idempotency (begun_at);
