-- An undoing names the people whom the decision is about: none of them may be restricted or have changed, whoever calls this.
CREATE OR REPLACE FUNCTION decision_undo(people uuid[], version text, taken_back bigint, issuer text, subject text, reason_given text, content jsonb,
                                         outcome jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM decision_check(people, version);
    IF EXISTS (
        SELECT FROM decision_record AS decided
        JOIN record ON (record.feed, record.source_id, record.dependent) = (decided.feed, decided.source_id, decided.dependent)
        JOIN membership ON membership.record_id = record.id
        WHERE decided.decision_id = taken_back AND membership.person_id <> ALL (people)
    ) THEN
        RAISE EXCEPTION 'the decision is about other people' USING ERRCODE = 'FC409';
    END IF;
    UPDATE decision SET undone_issuer = issuer, undone_by = subject, undo_reason = reason_given, undone_at = now()
        WHERE id = taken_back AND undone_at IS NULL AND reason_given <> '';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the decision stands no longer' USING ERRCODE = 'FC409';
    END IF;
    PERFORM decision_settle(taken_back, 'undoing', issuer, subject, content, outcome);
END
$$;
REVOKE EXECUTE ON FUNCTION decision_undo(uuid[], text, bigint, text, text, text, jsonb, jsonb) FROM PUBLIC;

-- Whoever may make functions in the schema could put them before those that run as its owner. Servers from 15 on do not grant it.
DO $$
BEGIN
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION decision_undo(uuid[], text, bigint, text, text, text, jsonb, jsonb) TO family_context_serve;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
    RAISE NOTICE 'CREATE on schema public is to be taken from PUBLIC, and family_context_serve is to be granted decision_undo';
END
$$;
