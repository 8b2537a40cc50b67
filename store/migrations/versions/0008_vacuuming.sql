-- How tables are kept: docs/postgresql.md says why

-- Rows are only added: frozen at their first vacuum, which no later one has to do for the whole table at once
alter table events set (
    autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02
);
alter table access_entries set (
    autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02
);
alter table letters set (
    autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02
);
alter table client_requests set (
    autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02
);
alter table evidence set (
    autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02
);
alter table used_signatures set (
    autovacuum_vacuum_insert_threshold = 100000, autovacuum_vacuum_insert_scale_factor = 0.02,
    autovacuum_freeze_min_age = 0, autovacuum_analyze_scale_factor = 0.02
);
-- A few rows of each registration, which change with its events or are erased
alter table registrations set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table data_keys set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table persons set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table emails set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table codes set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table credentials set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
-- Rows come and go, the oldest first, or are changed often: what is dead is passed by each reader until a vacuum
alter table sessions set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table log_ins set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table known_browsers set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table log_in_notices set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table desk_pages set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table staff_sessions set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table staff_sign_ins set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table attempts set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table drafts set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table access_chains set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
-- The same, and each row is changed once, soon after it came, in no column of an index: on its own page, which has room
alter table idempotency_keys set (
    fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02
);
