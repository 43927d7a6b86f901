-- What a delivery holds, as it came, for the transaction of its load only.

SET LOCAL work_mem = '64MB';    -- one load at a time joins and sorts whole feeds

CREATE TEMP TABLE load_record (
    position                    bigint NOT NULL,    -- order of arrival: of several rows about one person the first counts
    file                        smallint NOT NULL,
    line                        bigint NOT NULL,
    source_id                   text NOT NULL,
    dependent                   text NOT NULL,
    digest                      bytea NOT NULL,
    given_name                  text,
    middle_names                text,
    family_name                 text,
    other_names                 text[] NOT NULL,
    former_family_name          text,
    date_of_birth               date,
    date_of_death               date,
    expected_date_of_delivery   date,
    sex                         text,
    addresses                   jsonb NOT NULL,
    nhs_number                  text,
    nhs_number_valid            boolean,
    upn                         text,
    upn_valid                   boolean,
    phones                      text[] NOT NULL,
    emails                      text[] NOT NULL,
    case_id                     text,
    restricted                  boolean NOT NULL,
    keys                        bigint[] NOT NULL,
    dwellings                   bigint[] NOT NULL,
    family_hint                 jsonb,
    least_age                   smallint,
    least_age_on                date
) ON COMMIT DROP;

CREATE TEMP TABLE load_involvement (
    position                bigint NOT NULL,
    file                    smallint NOT NULL,
    line                    bigint NOT NULL,
    source_id               text NOT NULL,
    organisation            text,
    status                  text,
    started                 date,
    ended                   date,
    most_recent_contact     date,
    basis                   text,
    lead_name               text,
    lead_role               text,
    lead_team               text,
    lead_phone              text,
    lead_email              text,
    lead_active             boolean,
    team_name               text,
    team_phone              text,
    team_email              text
) ON COMMIT DROP;

CREATE TEMP TABLE load_relationship (
    position        bigint NOT NULL,
    file            smallint NOT NULL,
    line            bigint NOT NULL,
    from_source_id  text NOT NULL,
    from_dependent  text NOT NULL,
    kind            text NOT NULL,
    to_source_id    text NOT NULL,
    to_dependent    text NOT NULL,
    started         date,
    ended           date
) ON COMMIT DROP;

-- Somebody told of in a row whom the row also names by the feed's own id: `named`. The record that its cells make is in load_record, by position.
CREATE TEMP TABLE load_named (
    position        bigint NOT NULL,
    file            smallint NOT NULL,
    line            bigint NOT NULL,
    named           text NOT NULL,
    source_id       text NOT NULL,          -- of the row's own person
    dependent       text NOT NULL,          -- what they are to the row's person
    restricted      boolean NOT NULL,
    known           boolean NOT NULL DEFAULT false
) ON COMMIT DROP;

-- For resolution, which runs in the same transaction: what is new or different, and what different and deleted records were before.
CREATE TEMP TABLE load_changed (record_id bigint PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE load_before (LIKE record, person_id uuid) ON COMMIT DROP;

-- The delivery itself: one row, which the scripts of the load refer to.
CREATE TEMP TABLE load_delivery (
    feed        text NOT NULL,
    data_as_of  date NOT NULL,
    snapshot    boolean NOT NULL,   -- whether what it does not hold is absent, or only not named
    removes     boolean NOT NULL    -- whether what is absent is deleted
) ON COMMIT DROP;

-- Involvements received, each once, with their records; those held; and which of the one is which of the other.
CREATE TEMP TABLE load_involvement_received (
    position        bigint NOT NULL,
    record_id       bigint NOT NULL,
    organisation    text,
    started         date,
    content         uuid NOT NULL   -- a hash of every word and date
) ON COMMIT DROP;
CREATE TEMP TABLE load_involvement_held (
    id              bigint NOT NULL,
    record_id       bigint NOT NULL,
    organisation    text,
    started         date,
    ended           date,
    absent_since    date,
    content         uuid NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE load_involvement_pair (position bigint NOT NULL, id bigint NOT NULL, same boolean NOT NULL) ON COMMIT DROP;

-- The same for relationships.
CREATE TEMP TABLE load_relationship_received (
    position        bigint NOT NULL,
    from_record     bigint NOT NULL,
    kind            text NOT NULL,
    to_record       bigint NOT NULL,
    started         date,
    ended           date
) ON COMMIT DROP;
CREATE TEMP TABLE load_relationship_held (
    id              bigint NOT NULL,
    from_record     bigint NOT NULL,
    kind            text NOT NULL,
    to_record       bigint NOT NULL,
    started         date,
    ended           date,
    absent_since    date
) ON COMMIT DROP;
CREATE TEMP TABLE load_relationship_pair (position bigint NOT NULL, id bigint NOT NULL, same boolean NOT NULL) ON COMMIT DROP;
