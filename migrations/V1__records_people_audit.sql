-- What services send, who it is about, and who looked. No column here can hold the detail of a case.

-- One regular extract from one service's system, as its map last described it.
CREATE TABLE feed (
    code        text PRIMARY KEY,
    service     text NOT NULL,          -- a service code of the authority's catalogue
    owner       text,                   -- the custodian
    area        text,                   -- the area that it covers
    fresh_days  integer                 -- the freshness promise: data older than this is stale
);

-- One delivery of a feed, or its refusal. A refused delivery leaves this row and nothing else.
CREATE TABLE load (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed            text NOT NULL REFERENCES feed (code),
    received_at     timestamptz NOT NULL DEFAULT now(),
    outcome         text NOT NULL CHECK (outcome IN ('loaded', 'refused')),
    data_as_of      date NOT NULL,
    coverage_start  date,
    coverage_end    date,
    area            text,
    digest          bytea NOT NULL,     -- SHA-256 of the map, the dates and the files: the same load again changes nothing
    report          jsonb NOT NULL      -- counts, lines, fields and rules; never a value
);
CREATE INDEX load_feed ON load (feed, id DESC);

-- What one feed says about one person. `dependent` is '' for the row's own person; a person that the row only tells of (its `related.mother`
-- columns, say) is a record of its own with dependent = 'mother'.
CREATE TABLE record (
    id                          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed                        text NOT NULL REFERENCES feed (code),
    source_id                   text NOT NULL,
    dependent                   text NOT NULL DEFAULT '',
    digest                      bytea NOT NULL,     -- of everything below, to tell a changed record from an unchanged one
    given_name                  text,
    middle_names                text,
    family_name                 text,
    other_names                 text[] NOT NULL DEFAULT '{}',
    former_family_name          text,
    date_of_birth               date,
    date_of_death               date,
    expected_date_of_delivery   date,
    sex                         text CHECK (sex IN ('F', 'M', 'O')),
    addresses                   jsonb NOT NULL DEFAULT '[]',    -- [{"lines":[],"postcode":,"uprn":,"uprn_valid":,"from":,"to":}]
    nhs_number                  text,
    nhs_number_valid            boolean,
    upn                         text,
    upn_valid                   boolean,
    phones                      text[] NOT NULL DEFAULT '{}',
    emails                      text[] NOT NULL DEFAULT '{}',
    case_id                     text,
    restricted                  boolean NOT NULL DEFAULT false,
    keys                        bigint[] NOT NULL DEFAULT '{}', -- blocking keys of the matching model
    dwellings                   bigint[] NOT NULL DEFAULT '{}', -- keys of the dwellings among the addresses
    UNIQUE (feed, source_id, dependent)
);
-- One index tuple a record instead of one row a key: a load writes twenty times less than with a table of keys (docs/adr/0003).
CREATE INDEX record_keys ON record USING gin (keys) WITH (fastupdate = on, gin_pending_list_limit = 4096);
CREATE INDEX record_dwellings ON record USING gin (dwellings);
CREATE INDEX record_case_id ON record (feed, case_id) WHERE case_id IS NOT NULL;

-- Which person a record belongs to: the outcome of resolution, apart from what was received.
CREATE TABLE membership (
    record_id   bigint PRIMARY KEY REFERENCES record (id) ON DELETE CASCADE,
    person_id   uuid NOT NULL
);
CREATE INDEX membership_person ON membership (person_id, record_id);

-- Ids that no longer stand for a person. `successor` is the person that all of its records went to; null where they went to several or to none.
CREATE TABLE retired_person (
    id          uuid PRIMARY KEY,
    successor   uuid
);

-- The matching models that were put in force, the newest last. Records' keys and people are those of the newest.
CREATE TABLE matching_model (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version         text NOT NULL,
    digest          bytea NOT NULL,     -- SHA-256 of the model file
    in_force_since  timestamptz NOT NULL DEFAULT now()
);

-- A human decision about two records. It names them as their feeds do, so that it outlives a reload.
CREATE TABLE decision (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind            text NOT NULL CHECK (kind IN ('together', 'apart')),
    left_feed       text NOT NULL,
    left_source_id  text NOT NULL,
    left_dependent  text NOT NULL DEFAULT '',
    right_feed      text NOT NULL,
    right_source_id text NOT NULL,
    right_dependent text NOT NULL DEFAULT '',
    decided_by      text NOT NULL,
    reason          text NOT NULL,
    decided_at      timestamptz NOT NULL DEFAULT now(),
    undone_by       text,
    undone_at       timestamptz
);

-- A service's engagement with a record's person: that it is, since when, and who leads it. Never what it is about.
CREATE TABLE involvement (
    id                      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    record_id               bigint NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    organisation            text,
    status                  text CHECK (status IN ('current', 'historic')),     -- as the feed says; the dates decide (domain::involvement)
    started                 date,
    ended                   date,
    most_recent_contact     date,
    basis                   text CHECK (basis IN ('consent', 'harm')),
    lead_name               text,
    lead_role               text,
    lead_team               text,
    lead_phone              text,
    lead_email              text,
    lead_active             boolean,
    team_name               text,
    team_phone              text,
    team_email              text,
    absent_since            date        -- as of when a snapshot no longer held it: historic from then on
);
CREATE INDEX involvement_record ON involvement (record_id);

-- What a feed says ties two of its people: "from is the KIND of to".
CREATE TABLE relationship (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    from_record     bigint NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    kind            text NOT NULL,
    to_record       bigint NOT NULL REFERENCES record (id) ON DELETE CASCADE,
    started         date,
    ended           date,
    absent_since    date
);
CREATE INDEX relationship_from ON relationship (from_record);
CREATE INDEX relationship_to ON relationship (to_record);

-- Who asked what, when and why, and each item shown or withheld. Appended by audit_append only; each entry seals the one before it.
CREATE TABLE audit_entry (
    sequence    bigint PRIMARY KEY,
    at          timestamptz NOT NULL,
    kind        text NOT NULL,          -- lookup, selection, reopening, feedback, refusal
    issuer      text NOT NULL,
    subject     text NOT NULL,
    lookup_id   uuid,
    content     json NOT NULL,          -- json, not jsonb: the very text that was sealed
    seal        bytea NOT NULL          -- SHA-256 over the seal before it and this entry
);
CREATE INDEX audit_entry_lookup ON audit_entry (lookup_id, sequence);
CREATE INDEX audit_entry_subject ON audit_entry (issuer, subject, sequence);

CREATE FUNCTION audit_seal(previous bytea, sequence bigint, at timestamptz, kind text, issuer text, subject text, lookup_id uuid, content text)
RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(previous || convert_to(json_build_array(sequence, (extract(epoch FROM at) * 1000000)::bigint, kind, issuer, subject, lookup_id, content)::text, 'UTF8'))
$$;

-- Appends entries in one transaction and one round trip. It runs as its owner: the serving role cannot insert an entry by itself, and so neither forge
-- its place in the chain nor its seal. The lock makes the chain one chain, however many servers append.
CREATE FUNCTION audit_append(ats timestamptz[], kinds text[], issuers text[], subjects text[], lookup_ids uuid[], contents text[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last_sequence bigint;
    last_seal bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(7160411);
    SELECT sequence, seal INTO last_sequence, last_seal FROM audit_entry ORDER BY sequence DESC LIMIT 1;
    last_sequence := coalesce(last_sequence, 0);
    last_seal := coalesce(last_seal, '\x'::bytea);
    FOR i IN 1 .. cardinality(ats) LOOP
        last_sequence := last_sequence + 1;
        last_seal := audit_seal(last_seal, last_sequence, ats[i], kinds[i], issuers[i], subjects[i], lookup_ids[i], contents[i]);
        INSERT INTO audit_entry (sequence, at, kind, issuer, subject, lookup_id, content, seal)
        VALUES (last_sequence, ats[i], kinds[i], issuers[i], subjects[i], lookup_ids[i], contents[i]::json, last_seal);
    END LOOP;
    RETURN last_sequence;
END
$$;

REVOKE EXECUTE ON FUNCTION audit_append(timestamptz[], text[], text[], text[], uuid[], text[]) FROM PUBLIC;

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries can only be appended';
END
$$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();

-- The serving role reads, and appends to the audit; it can change nothing else. On a server where this user may not create roles, the
-- operator creates it first (docs/architecture.md).
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'family_context_serve') THEN
        CREATE ROLE family_context_serve NOLOGIN;
    END IF;
    GRANT USAGE ON SCHEMA public TO family_context_serve;
    GRANT SELECT ON feed, load, record, membership, retired_person, matching_model, decision, involvement, relationship, audit_entry TO family_context_serve;
    GRANT EXECUTE ON FUNCTION audit_append(timestamptz[], text[], text[], text[], uuid[], text[]) TO family_context_serve;
EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
    RAISE NOTICE 'role family_context_serve is missing and could not be created';
END
$$;
