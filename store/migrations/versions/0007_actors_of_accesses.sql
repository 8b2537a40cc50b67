create or replace function actor_of_access(entry text) returns text immutable parallel safe language sql as $$
    select case when entry is json object then lower(entry::json #>> '{access,actor,id}') end
$$;
comment on function actor_of_access is 'Who looked, acted or was refused, in lower case; null for text that is no entry.';
create index if not exists access_entries_actor on access_entries (actor_of_access(body));
