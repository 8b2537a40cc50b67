create function office_of_act(event text) returns text immutable parallel safe language sql as $$
    select case
        when event is json object and event::json #>> '{actor,kind}' in ('CLERK', 'SUPERVISOR', 'OPERATOR')
        then coalesce(event::json #>> '{actor,office}', '-')
    end
$$;
comment on function office_of_act is
    'The office that staff acted for, - for none; null where an event is nobody''s act, or no event at all.';
create index events_acts_of_office on events (office_of_act(body), at, registration_id, sequence)
    where office_of_act(body) is not null;
create index events_acts_of_kind on events (kind, at, registration_id, sequence)
    where office_of_act(body) is not null;
create index access_entries_request on access_entries (request_id) where request_id is not null;
