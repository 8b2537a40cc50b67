create table key_checks (
    use text not null,
    key_id text not null,
    digest bytea not null,
    retired boolean not null default false,
    primary key (use, key_id)
);
comment on table key_checks is
    'The keys that this installation works with. Written by `migrate` alone; every process compares its own at start.';
comment on column key_checks.digest is
    'HMAC-SHA-256 under the key, of its use and id: it tells nothing of the key, and nobody without the key can make it.';
comment on column key_checks.retired is
    'Nothing that is stored needs the key any more: a process may lack it, and none may have it in first place.';

create table processes (
    id uuid primary key,
    kind text not null,
    name text not null,
    keys text not null,
    seen_at timestamptz not null
);
comment on table processes is
    'The processes that run, or did a moment ago: what must not be taken from them is not taken while they are seen.';
comment on column processes.name is 'Host and process number.';
comment on column processes.keys is 'The ids of its keys by use, as JSON, in order: the first of each is the one in use.';
comment on column processes.seen_at is
    'By the clock of the database, the only one that all processes share; a row that is not refreshed counts no more.';
