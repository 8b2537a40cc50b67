create index if not exists events_undelivered on events (at) where kind = 'LETTER_UNDELIVERED';
