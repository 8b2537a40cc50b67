create table write_probe (written_at timestamptz not null);
comment on table write_probe is 'One row that readiness probes write, to see that the database takes something in.';
insert into write_probe values ('epoch');
