-- Deletes the records that a snapshot no longer holds, with all that hangs on them.
WITH absent AS (
    DELETE FROM record
    WHERE feed = (SELECT feed FROM load_delivery) AND NOT EXISTS (
        SELECT FROM load_record AS received WHERE received.source_id = record.source_id AND received.dependent = record.dependent
    )
    RETURNING *
)
INSERT INTO load_before SELECT absent.*, membership.person_id FROM absent LEFT JOIN membership ON membership.record_id = absent.id
