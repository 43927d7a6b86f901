-- Brings the relationships held to what was received.
WITH changed AS (
    UPDATE relationship SET started = received.started, ended = received.ended, absent_since = NULL
    FROM load_relationship_pair AS pair
    JOIN load_relationship_received AS received USING (position)
    WHERE relationship.id = pair.id AND (NOT pair.same OR relationship.absent_since IS NOT NULL)
    RETURNING relationship.id, relationship.from_record, relationship.to_record
),
inserted AS (
    INSERT INTO relationship (from_record, kind, to_record, started, ended)
    SELECT received.from_record, received.kind, received.to_record, received.started, received.ended
    FROM load_relationship_received AS received
    WHERE NOT EXISTS (SELECT FROM load_relationship_pair AS pair WHERE pair.position = received.position)
    ORDER BY position
    RETURNING id, from_record, to_record
),
-- A tie says that its ends are two people, so resolution has to look at them again; also where it was withdrawn and is stated again.
listed AS (
    INSERT INTO load_changed
    SELECT from_record FROM inserted UNION SELECT to_record FROM inserted UNION SELECT from_record FROM changed UNION SELECT to_record FROM changed
    ON CONFLICT DO NOTHING
)
SELECT (SELECT count(*) FROM inserted), (SELECT count(*) FROM changed), (SELECT count(*) FROM load_relationship_received)
