-- The schema that the migrations end in, as pg_dump tells it, without Alembic's own table `alembic_version`.
-- tests/store/test_schema.py compares.

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

CREATE TABLE public.codes (
    registration_id uuid NOT NULL,
    purpose text NOT NULL,
    sequence integer NOT NULL,
    kid text NOT NULL,
    nonce bytea NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    live boolean NOT NULL,
    email_id uuid
);

COMMENT ON TABLE public.codes IS 'What a code is derived from; the code itself is never stored.';

COMMENT ON COLUMN public.codes.email_id IS 'The address that a code for NEW_EMAIL confirms.';

CREATE TABLE public.credentials (
    id uuid NOT NULL,
    registration_id uuid NOT NULL,
    state text NOT NULL,
    kind text NOT NULL,
    message text NOT NULL,
    password_hash text,
    submitted_at timestamp with time zone NOT NULL,
    CONSTRAINT credentials_check CHECK (((password_hash IS NOT NULL) = (state = ANY (ARRAY['PENDING'::text, 'ADOPTED'::text])))),
    CONSTRAINT credentials_state_check CHECK ((state = ANY (ARRAY['PENDING'::text, 'ADOPTED'::text, 'REFUSED'::text, 'REPLACED'::text])))
);

COMMENT ON COLUMN public.credentials.message IS 'The message that adopts it, as JSON, so that reconciliation can send it again.';

CREATE TABLE public.data_keys (
    registration_id uuid NOT NULL,
    master_key_id text NOT NULL,
    wrapped bytea NOT NULL
);

COMMENT ON TABLE public.data_keys IS 'The key that seals one registration; deleting the row erases the personal data.';

CREATE TABLE public.emails (
    id uuid NOT NULL,
    registration_id uuid NOT NULL,
    sealed bytea NOT NULL
);

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

CREATE TABLE public.letters (
    registration_id uuid NOT NULL,
    letter_id text NOT NULL,
    message_id text NOT NULL,
    outcome text NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.persons (
    registration_id uuid NOT NULL,
    sealed bytea NOT NULL
);

CREATE TABLE public.policies (
    version integer NOT NULL,
    body text NOT NULL,
    adopted_at timestamp with time zone NOT NULL
);

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
    head text NOT NULL
);

COMMENT ON TABLE public.registrations IS 'The read model: the fold of the events; a row before its workflow is SUBMITTED.';

COMMENT ON COLUMN public.registrations.opened_by IS 'The actor that the workflow starts with, and the evidence, as JSON.';

COMMENT ON COLUMN public.registrations.user_name_index IS 'HMAC of the folded user name; null once the registration is final.';

COMMENT ON COLUMN public.registrations.recorded_at IS 'The wall clock of the last write; for reconciliation only.';

ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (limit_name, subject);

ALTER TABLE ONLY public.codes
    ADD CONSTRAINT codes_pkey PRIMARY KEY (registration_id, purpose, sequence);

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.data_keys
    ADD CONSTRAINT data_keys_pkey PRIMARY KEY (registration_id);

ALTER TABLE ONLY public.emails
    ADD CONSTRAINT emails_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (registration_id, sequence);

ALTER TABLE ONLY public.evidence
    ADD CONSTRAINT evidence_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.letters
    ADD CONSTRAINT letters_pkey PRIMARY KEY (registration_id, letter_id);

ALTER TABLE ONLY public.persons
    ADD CONSTRAINT persons_pkey PRIMARY KEY (registration_id);

ALTER TABLE ONLY public.policies
    ADD CONSTRAINT policies_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.registrations
    ADD CONSTRAINT registrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.registrations
    ADD CONSTRAINT registrations_user_name_index_key UNIQUE (user_name_index);

CREATE INDEX attempts_ended ON public.attempts USING btree (ends_at);

CREATE UNIQUE INDEX codes_live ON public.codes USING btree (registration_id, purpose) WHERE live;

CREATE UNIQUE INDEX credentials_adopted ON public.credentials USING btree (registration_id) WHERE (state = 'ADOPTED'::text);

CREATE UNIQUE INDEX credentials_pending ON public.credentials USING btree (registration_id) WHERE (state = 'PENDING'::text);

CREATE INDEX credentials_submitted ON public.credentials USING btree (submitted_at) WHERE (state = 'PENDING'::text);

CREATE INDEX emails_registration ON public.emails USING btree (registration_id);

CREATE INDEX evidence_registration ON public.evidence USING btree (registration_id);

CREATE INDEX registrations_expiry ON public.registrations USING btree (password_valid_until) WHERE (status = ANY (ARRAY['ACTIVE'::text, 'PASSWORD_EXPIRED'::text]));

CREATE INDEX registrations_recorded ON public.registrations USING btree (recorded_at);

CREATE INDEX registrations_submitted ON public.registrations USING btree (submitted_at) WHERE (status = 'SUBMITTED'::text);

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

ALTER TABLE ONLY public.letters
    ADD CONSTRAINT letters_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES public.registrations(id);

ALTER TABLE ONLY public.persons
    ADD CONSTRAINT persons_registration_id_fkey FOREIGN KEY (registration_id) REFERENCES public.registrations(id);
