drop table guesses;

create table attempts (
    limit_name text not null,
    subject bytea not null,
    tries integer not null,
    ends_at timestamptz not null,
    request_id uuid,
    primary key (limit_name, subject)
);
comment on table attempts is 'Tries within windows of time, by limit and subject; subjects are keyed hashes.';
comment on column attempts.ends_at is 'By the gateway''s clock; an ended window begins anew, or is deleted by a later try.';
comment on column attempts.request_id is 'The request that was counted last; repeated, it is not counted again.';

create index attempts_ended on attempts (ends_at);
