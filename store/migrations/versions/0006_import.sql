alter table credentials alter column kind drop not null, alter column message drop not null;

comment on column credentials.message is
    'The message that adopts it, as JSON, so that reconciliation can send it again; null for an imported password, which the first event of its registration adopts.';
