-- Deletes the records that a snapshot no longer holds, with all that hangs on them. Whom they were tied to is worked out again: a tie that goes may have
-- linked others, or told when they were born.
WITH absent AS (
    DELETE FROM record
    WHERE feed = (SELECT feed FROM load_delivery) AND NOT EXISTS (
        SELECT FROM load_record AS received WHERE received.source_id = record.source_id AND received.dependent = record.dependent
    )
    RETURNING *
),
left_behind AS (
    INSERT INTO load_changed
    SELECT to_record FROM relationship JOIN absent ON absent.id = from_record WHERE to_record NOT IN (SELECT id FROM absent)
    UNION
    SELECT from_record FROM relationship JOIN absent ON absent.id = to_record WHERE from_record NOT IN (SELECT id FROM absent)
    ON CONFLICT DO NOTHING
)
INSERT INTO load_before SELECT absent.*, membership.person_id FROM absent LEFT JOIN membership ON membership.record_id = absent.id
