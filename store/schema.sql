-- The schema that the migrations end in, as pg_dump tells it, without Alembic's own table `alembic_version`.
-- tests/store/test_schema.py compares.

CREATE FUNCTION public.office_of_act(event text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case
        when event is json object and event::json #>> '{actor,kind}' in ('CLERK', 'SUPERVISOR', 'OPERATOR')
        then coalesce(event::json #>> '{actor,office}', '-')
    end
$$;

COMMENT ON FUNCTION public.office_of_act(event text) IS 'The office that staff acted for, - for none; null where an event is nobody''s act, or no event at all.';

CREATE TABLE public.access_chains (
    office text NOT NULL,
    day date NOT NULL,
    entries integer NOT NULL,
    head text NOT NULL
);

COMMENT ON TABLE public.access_chains IS 'The end of each chain of access entries; its row is locked while an entry is added.';

CREATE TABLE public.access_entries (
    office text NOT NULL,
    day date NOT NULL,
    sequence integer NOT NULL,
    registration_id uuid,
    request_id text,
    previous_hash text NOT NULL,
    hash text NOT NULL,
    body text NOT NULL
);

COMMENT ON COLUMN public.access_entries.body IS 'The canonical text whose SHA-256 is the hash; no personal data.';

CREATE TABLE public.attempts (
    limit_name text NOT NULL,
    subject bytea NOT NULL,
    tries integer NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    request_id uuid
);

COMMENT ON TABLE public.attempts IS 'Tries within windows of time, by limit and subject; subjects are keyed hashes.';

COMMENT ON COLUMN public.attempts.ends_at IS 'By the gateway''s clock; an ended window begins anew, or is deleted by a later try.';

COMMENT ON COLUMN public.attempts.request_id IS 'The request that was counted last; repeated, it is not counted again.';

CREATE TABLE public.client_requests (
    id uuid NOT NULL,
    registration_id uuid NOT NULL,
    kind text NOT NULL,
    submitted_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.client_requests IS 'What clients asked for before their workflows knew of it, where nothing else stands for it: an event without is nobody''s.';

CREATE TABLE public.codes (
    registration_id uuid NOT NULL,
    purpose text NOT NULL,
    sequence integer NOT NULL,
    kid text NOT NULL,
    nonce bytea NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    live boolean NOT NULL,
    email_id uuid,
    confirmation_id uuid
);

COMMENT ON TABLE public.codes IS 'What a code is derived from; the code itself is never stored.';

COMMENT ON COLUMN public.codes.email_id IS 'The address that a code for NEW_EMAIL confirms.';

COMMENT ON COLUMN public.codes.confirmation_id IS 'The request that redeems the code, noted before the workflow is asked; null for a password, which has a credential.';

CREATE TABLE public.credentials (
    id uuid NOT NULL,
    registration_id uuid NOT NULL,
    state text NOT NULL,
    kind text,
    message text,
    submitted_at timestamp with time zone NOT NULL,
    sealed bytea,
    networks bytea[],
    seal bytea,
    CONSTRAINT credentials_check CHECK (((sealed IS NOT NULL) = (state = ANY (ARRAY['PENDING'::text, 'ADOPTED'::text])))),
    CONSTRAINT credentials_state_check CHECK ((state = ANY (ARRAY['PENDING'::text, 'ADOPTED'::text, 'REFUSED'::text, 'REPLACED'::text])))
);

COMMENT ON COLUMN public.credentials.message IS 'The message that adopts it, as JSON, so that reconciliation can send it again; null for an imported password, which the first event of its registration adopts.';

COMMENT ON COLUMN public.credentials.sealed IS 'The hash of the password, sealed with the registration''s key for this credential alone: whoever writes to the table but holds no key can put no password in place.';

COMMENT ON COLUMN public.credentials.networks IS 'HMAC of the client networks that this password was typed or set from, the last one first; goes with it.';
COMMENT ON COLUMN public.credentials.seal IS 'Over the message that adopts it; null where none does.';

CREATE TABLE public.data_keys (
    registration_id uuid NOT NULL,
    master_key_id text NOT NULL,
    wrapped bytea NOT NULL
);

COMMENT ON TABLE public.data_keys IS 'The key that seals one registration; deleting the row erases the personal data.';

CREATE TABLE public.disabled_staff (
    id text NOT NULL,
    disabled_at timestamp with time zone NOT NULL,
    disabled_by text NOT NULL
);

COMMENT ON TABLE public.disabled_staff IS 'Clerks, supervisors, auditors and operators whose tokens count no more.';

CREATE TABLE public.emails (
    id uuid NOT NULL,
    registration_id uuid NOT NULL,
    sealed bytea NOT NULL,
    address_index bytea
);

COMMENT ON COLUMN public.emails.address_index IS 'Mark of the search index, and its HMAC of the folded address; goes with the row at erasure.';

CREATE TABLE public.events (
    registration_id uuid NOT NULL,
    sequence integer NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    previous_hash text NOT NULL,
    hash text NOT NULL,
    body text NOT NULL
);

COMMENT ON COLUMN public.events.body IS 'The canonical text whose SHA-256 is the hash.';

CREATE TABLE public.evidence (
    id uuid NOT NULL,
    registration_id uuid NOT NULL,
    commitment text NOT NULL,
    sealed bytea NOT NULL,
    written_at timestamp with time zone NOT NULL
);

CREATE TABLE public.extension_items (
    extension_id uuid NOT NULL,
    registration_id uuid NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    outcome text,
    detail text,
    CONSTRAINT extension_items_outcome_check CHECK ((outcome = ANY (ARRAY['EXTENDED'::text, 'REFUSED'::text])))
);

COMMENT ON TABLE public.extension_items IS 'Every account that an approved extension is for, and what came of it.';

COMMENT ON COLUMN public.extension_items.valid_until IS 'The end of the validity when the list was fixed; until is the new one.';

CREATE TABLE public.extensions (
    id uuid NOT NULL,
    expiring_before timestamp with time zone NOT NULL,
    days integer,
    requested_by text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    approved_by text,
    approved_at timestamp with time zone,
    listed_at timestamp with time zone,
    finished_at timestamp with time zone,
    CONSTRAINT extensions_approval CHECK (((approved_by IS NULL) = (approved_at IS NULL))),
    CONSTRAINT extensions_order CHECK (((listed_at IS NULL) OR (approved_at IS NOT NULL))),
    CONSTRAINT extensions_second_person CHECK ((lower(approved_by) <> lower(requested_by)))
);

COMMENT ON TABLE public.extensions IS 'Bulk extensions of validity: who asked, and the second person who approved.';

COMMENT ON COLUMN public.extensions.days IS 'By so many days; null: to each registration''s anniversary.';

COMMENT ON COLUMN public.extensions.listed_at IS 'When the list of accounts was fixed; afterwards none is added.';

CREATE TABLE public.idempotency (
    key bytea NOT NULL,
    fingerprint bytea NOT NULL,
    request_id uuid NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    taken_at timestamp with time zone,
    answer text,
    seal bytea
);

COMMENT ON TABLE public.idempotency IS 'Requests that came with an Idempotency-Key; a row outlives its request by a day.';

COMMENT ON COLUMN public.idempotency.key IS 'HMAC of the caller and the key that it chose.';

COMMENT ON COLUMN public.idempotency.fingerprint IS 'HMAC of the operation and the body.';

COMMENT ON COLUMN public.idempotency.request_id IS 'What the engine knows the request by: running it again changes nothing.';

COMMENT ON COLUMN public.idempotency.taken_at IS 'When somebody began to work on it; null while nobody does.';

COMMENT ON COLUMN public.idempotency.answer IS 'The final answer as JSON, without personal data.';

COMMENT ON COLUMN public.idempotency.seal IS 'Over request and answer: one that we have not written is never told.';
CREATE TABLE public.key_checks (
    use text NOT NULL,
    key_id text NOT NULL,
    digest bytea NOT NULL,
    retired boolean DEFAULT false NOT NULL
);

COMMENT ON TABLE public.key_checks IS 'The keys that this installation works with. Written by `migrate` alone; every process compares its own at start.';

COMMENT ON COLUMN public.key_checks.digest IS 'HMAC-SHA-256 under the key, of its use and id: it tells nothing of the key, and nobody without the key can make it.';

COMMENT ON COLUMN public.key_checks.retired IS 'Nothing that is stored needs the key any more: a process may lack it, and none may have it in first place.';

CREATE TABLE public.letters (
    registration_id uuid NOT NULL,
    sequence integer NOT NULL,
    kind text NOT NULL,
    days integer,
    message_id text NOT NULL,
    outcome text NOT NULL,
    failure text,
    smtp_reply integer,
    at timestamp with time zone NOT NULL,
    seal bytea,
    CONSTRAINT letters_check CHECK (((failure IS NOT NULL) = (outcome = 'UNDELIVERED'::text))),
    CONSTRAINT letters_outcome_check CHECK ((outcome = ANY (ARRAY['SENT'::text, 'VOID'::text, 'UNDELIVERED'::text])))
);

COMMENT ON COLUMN public.letters.sequence IS 'Of the event that ordered the letter.';

COMMENT ON COLUMN public.letters.days IS 'How many days ahead a reminder looks.';

COMMENT ON COLUMN public.letters.seal IS 'Over the outcome: one that we have not written keeps no letter back.';

CREATE TABLE public.offices (
    code text NOT NULL,
    body text NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    open boolean NOT NULL,
    CONSTRAINT offices_body_check CHECK ((body = ANY (ARRAY['OKMANYIRODA'::text, 'KOZPONTI_OKMANYIRODA'::text, 'UGYFELKOZPONT'::text, 'ADOHATOSAG'::text])))
);

COMMENT ON TABLE public.offices IS 'Where a client may go in person (S2); a clerk acts for one open office.';

CREATE TABLE public.persons (
    registration_id uuid NOT NULL,
    sealed bytea NOT NULL,
    identity_index bytea
);

COMMENT ON COLUMN public.persons.identity_index IS 'Mark of the search index, and its HMAC of name at birth, date of birth and mother''s name at birth; goes with the row at erasure.';

CREATE TABLE public.policies (
    version integer NOT NULL,
    body text NOT NULL,
    adopted_at timestamp with time zone NOT NULL
);

CREATE TABLE public.processes (
    id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    keys text NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.processes IS 'The processes that run, or did a moment ago: what must not be taken from them is not taken while they are seen.';

COMMENT ON COLUMN public.processes.name IS 'Host and process number.';

COMMENT ON COLUMN public.processes.keys IS 'The ids of its keys by use, as JSON, in order: the first of each is the one in use.';

COMMENT ON COLUMN public.processes.seen_at IS 'By the clock of the database, the only one that all processes share; a row that is not refreshed counts no more.';

CREATE TABLE public.registrations (
    id uuid NOT NULL,
    channel text NOT NULL,
    office text,
    opened_by text NOT NULL,
    user_name_index bytea,
    submitted_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    status text DEFAULT 'SUBMITTED'::text NOT NULL,
    since timestamp with time zone,
    because text,
    deadline timestamp with time zone,
    password_valid_until timestamp with time zone,
    identity_verified boolean DEFAULT false NOT NULL,
    email_id uuid NOT NULL,
    codes_issued integer DEFAULT 0 NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    head text NOT NULL,
    receipt_number bigint NOT NULL,
    moved_by text,
    seal bytea
);

COMMENT ON TABLE public.registrations IS 'The read model: the fold of the events; a row before its workflow is SUBMITTED.';

COMMENT ON COLUMN public.registrations.opened_by IS 'The actor that the workflow starts with, and the evidence, as JSON.';

COMMENT ON COLUMN public.registrations.user_name_index IS 'Mark of the search index, and its HMAC of the folded user name; null once the registration is final.';

COMMENT ON COLUMN public.registrations.recorded_at IS 'The wall clock of the last write; for reconciliation only.';

COMMENT ON COLUMN public.registrations.receipt_number IS 'The number of the receipt, without its check digit.';

COMMENT ON COLUMN public.registrations.moved_by IS 'The actor of the event that began the present status, as JSON.';

COMMENT ON COLUMN public.registrations.seal IS 'Over what was submitted, and the number of the receipt.';

ALTER TABLE public.registrations ALTER COLUMN receipt_number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.registrations_receipt_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.seal_keys (
    id text NOT NULL,
    master_key_id text NOT NULL,
    wrapped bytea NOT NULL,
    CONSTRAINT seal_keys_id_check CHECK ((id = 'rows'::text))
);

COMMENT ON TABLE public.seal_keys IS 'The key of the seals of rows, wrapped by a master key; a seal is an HMAC over what its row decides.';

CREATE TABLE public.used_signatures (
    mark bytea NOT NULL,
    registration_id uuid NOT NULL,
    seal bytea
);

COMMENT ON TABLE public.used_signatures IS 'Signatures that have opened a registration, as HMAC; each opens one only, for ever.';

COMMENT ON COLUMN public.used_signatures.seal IS 'Over the mark and whose it is, which outlives the signature.';

CREATE TABLE public.write_probe (
    written_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.write_probe IS 'One row that readiness probes write, to see that the database takes something in.';

ALTER TABLE ONLY public.access_chains
    ADD CONSTRAINT access_chains_pkey PRIMARY KEY (office, day);

ALTER TABLE ONLY public.access_entries
    ADD CONSTRAINT access_entries_pkey PRIMARY KEY (office, day, sequence);

ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (limit_name, subject);

ALTER TABLE ONLY public.client_requests
    ADD CONSTRAINT client_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT codes_pkey PRIMARY KEY (registration_id, purpose, sequence);

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.data_keys
    ADD CONSTRAINT data_keys_pkey PRIMARY KEY (registration_id);

ALTER TABLE ONLY public.disabled_staff
    ADD CONSTRAINT disabled_staff_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.emails
    ADD CONSTRAINT emails_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (registration_id, sequence);

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.extension_items
    ADD CONSTRAINT extension_items_pkey PRIMARY KEY (extension_id, registration_id);

ALTER TABLE ONLY public.extensions
    ADD CONSTRAINT extensions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.key_checks
    ADD CONSTRAINT key_checks_pkey PRIMARY KEY (use, key_id);

ALTER TABLE ONLY public.letters
    ADD CONSTRAINT letters_registration_id_sequence_kind_days_key UNIQUE NULLS NOT DISTINCT (registration_id, sequence, kind, days);

ALTER TABLE ONLY public.offices
    ADD CONSTRAINT offices_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.persons
    ADD CONSTRAINT persons_pkey PRIMARY KEY (registration_id);

ALTER TABLE ONLY public.policies
    ADD CONSTRAINT policies_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.processes
    ADD CONSTRAINT processes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.registrations
    ADD CONSTRAINT registrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.registrations
    ADD CONSTRAINT registrations_receipt_number_key UNIQUE (receipt_number);

ALTER TABLE ONLY public.registrations
    ADD CONSTRAINT registrations_user_name_index_key UNIQUE (user_name_index);

ALTER TABLE ONLY public.seal_keys
    ADD CONSTRAINT seal_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.used_signatures
    ADD CONSTRAINT used_signatures_pkey PRIMARY KEY (mark);

CREATE INDEX access_entries_registration ON public.access_entries USING btree (registration_id) WHERE (registration_id IS NOT NULL);

CREATE INDEX access_entries_request ON public.access_entries USING btree (request_id) WHERE (request_id IS NOT NULL);

CREATE INDEX attempts_ended ON public.attempts USING btree (ends_at);

CREATE UNIQUE INDEX codes_live ON public.codes USING btree (registration_id, purpose) WHERE live;

CREATE UNIQUE INDEX credentials_adopted ON public.credentials USING btree (registration_id) WHERE (state = 'ADOPTED'::text);

CREATE INDEX credentials_pending ON public.credentials USING btree (registration_id) WHERE (state = 'PENDING'::text);

CREATE INDEX credentials_submitted ON public.credentials USING btree (submitted_at) WHERE (state = 'PENDING'::text);

CREATE INDEX data_keys_master_key ON public.data_keys USING btree (master_key_id, registration_id);

CREATE INDEX emails_address ON public.emails USING btree (address_index);

CREATE INDEX emails_registration ON public.emails USING btree (registration_id);

CREATE INDEX events_acts_of_kind ON public.events USING btree (kind, at, registration_id, sequence) WHERE (public.office_of_act(body) IS NOT NULL);

CREATE INDEX events_acts_of_office ON public.events USING btree (public.office_of_act(body), at, registration_id, sequence) WHERE (public.office_of_act(body) IS NOT NULL);

CREATE INDEX evidence_registration ON public.evidence USING btree (registration_id);

CREATE INDEX extension_items_open ON public.extension_items USING btree (extension_id, registration_id) WHERE (outcome IS NULL);

CREATE INDEX extension_items_registration ON public.extension_items USING btree (registration_id);

CREATE INDEX idempotency_begun ON public.idempotency USING btree (begun_at);

CREATE INDEX persons_identity ON public.persons USING btree (identity_index);

CREATE INDEX registrations_expiry ON public.registrations USING btree (password_valid_until) WHERE (status = ANY (ARRAY['ACTIVE'::text, 'PASSWORD_EXPIRED'::text]));

CREATE INDEX registrations_recorded ON public.registrations USING btree (recorded_at);

CREATE INDEX registrations_submitted ON public.registrations USING btree (submitted_at) WHERE (status = 'SUBMITTED'::text);

CREATE INDEX used_signatures_registration ON public.used_signatures USING btree (registration_id);

ALTER TABLE ONLY public.access_entries
    ADD CONSTRAINT access_entries_office_day_fkey FOREIGN KEY (office, day) REFERENCES public.access_chains(office, day);

ALTER TABLE ONLY public.client_requests
    ADD CONSTRAINT client_requests_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES public.registrations(id);

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT codes_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES public.registrations(id);

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES public.registrations(id);

ALTER TABLE ONLY public.data_keys
    ADD CONSTRAINT data_keys_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES public.registrations(id);

ALTER TABLE ONLY public.emails
    ADD CONSTRAINT emails_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES public.registrations(id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES public.registrations(id);

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES public.registrations(id);

ALTER TABLE ONLY public.extension_items
    ADD CONSTRAINT extension_items_extension_id_fkey FOREIGN KEY (extension_id) REFERENCES public.extensions(id);

ALTER TABLE ONLY public.extension_items
    ADD CONSTRAINT extension_items_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES public.registrations(id);

ALTER TABLE ONLY public.letters
    ADD CONSTRAINT letters_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES public.registrations(id);

ALTER TABLE ONLY public.persons
    ADD CONSTRAINT persons_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES public.registrations(id);

ALTER TABLE ONLY public.used_signatures
    ADD CONSTRAINT used_signatures_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES public.registrations(id);
