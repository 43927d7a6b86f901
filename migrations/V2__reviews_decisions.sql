-- What is doubtful, and what stewards decided about it.

-- Two people who may be one: of all pairs of their records the one that weighs most. Resolution keeps it up to date; an item that is doubtful no longer
-- is closed, and opened again under the same id where it comes back.
CREATE TABLE review (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    left_record     bigint NOT NULL,    -- the older record
    right_record    bigint NOT NULL,
    weight_bits     double precision NOT NULL,
    why             text NOT NULL CHECK (why IN ('between_thresholds', 'conflict', 'mean', 'torn')),
    conflict        text,               -- the kind of conflict between them, where there is one
    open            boolean NOT NULL DEFAULT true,
    UNIQUE (left_record, right_record)
);
CREATE INDEX review_right ON review (right_record);
CREATE INDEX review_order ON review (open, weight_bits DESC, id);

-- An item goes with its records. Foreign keys would do that too, but tripled the time to write items (0.26 s against 0.82 s for 20,000).
CREATE FUNCTION review_goes_with_its_records() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM review WHERE left_record IN (SELECT id FROM gone);
    DELETE FROM review WHERE right_record IN (SELECT id FROM gone);
    RETURN NULL;
END
$$;
CREATE TRIGGER record_takes_its_reviews AFTER DELETE ON record
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION review_goes_with_its_records();

-- How well the records of a person hold together, for people with more than one record; a person of one record has 1.
CREATE TABLE cohesion (
    person_id       uuid PRIMARY KEY,
    probability     double precision NOT NULL
);

-- The records that a decision is about, as their feeds name them. Together: all of both sides are one person. Apart: each of one side is another
-- person than each of the other.
CREATE TABLE decision_record (
    decision_id     bigint NOT NULL REFERENCES decision (id),
    side            text NOT NULL CHECK (side IN ('left', 'right')),
    feed            text NOT NULL,
    source_id       text NOT NULL,
    dependent       text NOT NULL DEFAULT '',
    PRIMARY KEY (decision_id, feed, source_id, dependent)
);
CREATE INDEX decision_record_key ON decision_record (feed, source_id, dependent);
INSERT INTO decision_record SELECT id, 'left', left_feed, left_source_id, left_dependent FROM decision;
INSERT INTO decision_record SELECT id, 'right', right_feed, right_source_id, right_dependent FROM decision ON CONFLICT DO NOTHING;
ALTER TABLE decision
    DROP COLUMN left_feed, DROP COLUMN left_source_id, DROP COLUMN left_dependent,
    DROP COLUMN right_feed, DROP COLUMN right_source_id, DROP COLUMN right_dependent,
    ADD COLUMN decided_issuer text NOT NULL DEFAULT '',     -- who vouches for decided_by
    ADD COLUMN undone_issuer text,
    ADD COLUMN undo_reason text;

-- An id that led to a person whose records then parted leads nowhere.
CREATE INDEX retired_person_successor ON retired_person (successor);

-- What is doubtful among people that were worked out before is not known: until everybody is worked out anew, no model is in force here (`serve` and
-- `import` say to run `family-context migrate` with an AUTHORITY, which does that).
INSERT INTO matching_model (version, digest) SELECT 'people are to be worked out anew', '' WHERE EXISTS (SELECT FROM membership);

-- What an edit is held against: it changes with the records of these people, with who they are, with the decisions about them and with the model.
CREATE FUNCTION people_version(people uuid[]) RETURNS text LANGUAGE sql STABLE AS $$
    WITH held AS (
        SELECT membership.person_id, record.id, record.digest, record.feed, record.source_id, record.dependent
        FROM membership JOIN record ON record.id = membership.record_id WHERE membership.person_id = ANY (people)
    ), decided AS (
        SELECT DISTINCT decision.id FROM held JOIN decision_record USING (feed, source_id, dependent)
        JOIN decision ON decision.id = decision_record.decision_id WHERE decision.undone_at IS NULL
    )
    SELECT encode(sha256(convert_to(json_build_array(
        (SELECT max(id) FROM matching_model),
        (SELECT json_agg(json_build_array(held.person_id, held.id, encode(held.digest, 'hex')) ORDER BY held.id) FROM held),
        (SELECT json_agg(decided.id ORDER BY decided.id) FROM decided)
    )::text, 'UTF8')), 'hex')
$$;

-- Whether one of the people may not be found by an ordinary steward.
CREATE FUNCTION people_restricted(people uuid[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM membership JOIN record ON record.id = membership.record_id
                   WHERE membership.person_id = ANY (people) AND record.restricted)
$$;

-- Writes what came of a resolution; each part of `outcome` may be missing.
CREATE FUNCTION people_write(outcome jsonb) RETURNS void LANGUAGE sql AS $$
    UPDATE retired_person SET successor = NULL
        WHERE successor IN (SELECT id::uuid FROM jsonb_array_elements_text(outcome -> 'parted') AS parted (id));
    INSERT INTO membership (record_id, person_id)
        SELECT record_id, person_id FROM jsonb_to_recordset(outcome -> 'moved') AS moved (record_id bigint, person_id uuid)
        ON CONFLICT (record_id) DO UPDATE SET person_id = excluded.person_id;
    INSERT INTO retired_person (id, successor)
        SELECT id, successor FROM jsonb_to_recordset(outcome -> 'retired') AS retired (id uuid, successor uuid)
        ON CONFLICT (id) DO UPDATE SET successor = excluded.successor;
    UPDATE review SET open = false WHERE id IN (SELECT id::bigint FROM jsonb_array_elements_text(outcome -> 'closed') AS closed (id));
    INSERT INTO review (left_record, right_record, weight_bits, why, conflict)
        SELECT left_record, right_record, weight_bits, why, conflict
        FROM jsonb_to_recordset(outcome -> 'items')
            AS items (left_record bigint, right_record bigint, weight_bits double precision, why text, conflict text)
        ON CONFLICT (left_record, right_record) DO UPDATE
            SET weight_bits = excluded.weight_bits, why = excluded.why, conflict = excluded.conflict, open = true;
    DELETE FROM cohesion WHERE person_id IN (SELECT id::uuid FROM jsonb_array_elements_text(outcome -> 'loose') AS loose (id));
    INSERT INTO cohesion (person_id, probability)
        SELECT person_id, probability FROM jsonb_to_recordset(outcome -> 'cohesion') AS held (person_id uuid, probability double precision)
        ON CONFLICT (person_id) DO UPDATE SET probability = excluded.probability;
$$;

-- What both ways to write about a decision share: nobody else changes who is who meanwhile, nothing changed since the steward looked, nobody is
-- restricted, only records that are there move, and the entry of the audit is of the same transaction.
CREATE FUNCTION decision_settle(decided bigint, audit_kind text, audit_issuer text, audit_subject text, content jsonb, outcome jsonb)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM jsonb_to_recordset(outcome -> 'moved') AS moved (record_id bigint)
               WHERE NOT EXISTS (SELECT FROM membership WHERE membership.record_id = moved.record_id)) THEN
        RAISE EXCEPTION 'only records that are somebody''s can move';
    END IF;
    PERFORM people_write(outcome);
    IF EXISTS (
        SELECT FROM decision
        JOIN decision_record AS one ON one.decision_id = decision.id AND one.side = 'left'
        JOIN decision_record AS other ON other.decision_id = decision.id AND other.side = 'right'
        JOIN record AS one_record ON (one_record.feed, one_record.source_id, one_record.dependent) = (one.feed, one.source_id, one.dependent)
        JOIN record AS other_record ON (other_record.feed, other_record.source_id, other_record.dependent) = (other.feed, other.source_id, other.dependent)
        JOIN membership AS one_member ON one_member.record_id = one_record.id
        JOIN membership AS other_member ON other_member.record_id = other_record.id
        WHERE decision.id = decided AND decision.undone_at IS NULL
          AND (one_member.person_id = other_member.person_id) <> (decision.kind = 'together')
    ) THEN
        RAISE EXCEPTION 'the people written are not those that the decision says';
    END IF;
    PERFORM audit_append(ARRAY[now()], ARRAY[audit_kind], ARRAY[audit_issuer], ARRAY[audit_subject], ARRAY[NULL::uuid],
                         ARRAY[(content || jsonb_build_object('decision_id', decided::text))::text]);
END
$$;

-- Refuses an edit of people that changed since `version` was read, or that an ordinary steward may not know of.
CREATE FUNCTION decision_check(people uuid[], version text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7160412);
    IF people_restricted(people) OR people_version(people) IS DISTINCT FROM version THEN
        RAISE EXCEPTION 'the people changed since they were read' USING ERRCODE = 'FC409';
    END IF;
END
$$;

-- Writes a decision, the people that follow from it and the entry of the audit: all of it or nothing. It runs as its owner: the serving role can change
-- people in no other way, and so never without somebody's name, a reason and an entry.
CREATE FUNCTION decision_make(people uuid[], version text, decision_kind text, lefts bigint[], rights bigint[], issuer text, subject text,
                              reason_given text, content jsonb, outcome jsonb)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made bigint;
BEGIN
    PERFORM decision_check(people, version);
    IF EXISTS (SELECT FROM unnest(lefts || rights) AS named (id)
               WHERE NOT EXISTS (SELECT FROM membership WHERE record_id = named.id AND person_id = ANY (people)))
        OR cardinality(lefts) = 0 OR cardinality(rights) = 0 OR reason_given = '' THEN
        RAISE EXCEPTION 'a decision is about records of these people on both sides, and has a reason';
    END IF;
    INSERT INTO decision (kind, decided_issuer, decided_by, reason) VALUES (decision_kind, issuer, subject, reason_given) RETURNING id INTO made;
    INSERT INTO decision_record (decision_id, side, feed, source_id, dependent)
        SELECT made, CASE WHEN record.id = ANY (lefts) THEN 'left' ELSE 'right' END, record.feed, record.source_id, record.dependent
        FROM record WHERE record.id = ANY (lefts || rights);
    PERFORM decision_settle(made, 'decision', issuer, subject, content, outcome);
    RETURN made;
END
$$;

-- Takes a decision back, in the same way.
CREATE FUNCTION decision_undo(people uuid[], version text, taken_back bigint, issuer text, subject text, reason_given text, content jsonb,
                              outcome jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM decision_check(people, version);
    UPDATE decision SET undone_issuer = issuer, undone_by = subject, undo_reason = reason_given, undone_at = now()
        WHERE id = taken_back AND undone_at IS NULL AND reason_given <> '';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the decision stands no longer' USING ERRCODE = 'FC409';
    END IF;
    PERFORM decision_settle(taken_back, 'undoing', issuer, subject, content, outcome);
END
$$;

REVOKE EXECUTE ON FUNCTION people_write(jsonb) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION decision_settle(bigint, text, text, text, jsonb, jsonb) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION decision_check(uuid[], text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION decision_make(uuid[], text, text, bigint[], bigint[], text, text, text, jsonb, jsonb) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION decision_undo(uuid[], text, bigint, text, text, text, jsonb, jsonb) FROM PUBLIC;

DO $$
BEGIN
    GRANT SELECT ON review, cohesion, decision_record TO family_context_serve;
    GRANT EXECUTE ON FUNCTION decision_make(uuid[], text, text, bigint[], bigint[], text, text, text, jsonb, jsonb) TO family_context_serve;
    GRANT EXECUTE ON FUNCTION decision_undo(uuid[], text, bigint, text, text, text, jsonb, jsonb) TO family_context_serve;
EXCEPTION WHEN undefined_object THEN
    RAISE NOTICE 'role family_context_serve is missing: it is to be granted what this migration grants (docs/architecture.md)';
END
$$;
