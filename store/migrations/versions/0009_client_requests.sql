create table client_requests (
    id uuid primary key,
    registration_id uuid not null references registrations,
    kind text not null,
    submitted_at timestamptz not null
);
comment on table client_requests is
    'What clients asked for before their workflows knew of it, where nothing else stands for it: an event without is nobody''s.';
