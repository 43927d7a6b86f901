-- Pairs the relationships received with those held: first the same in every date, then the same two people and kind.
INSERT INTO load_relationship_received
SELECT min(received.position), origin.id, received.kind, target.id, received.started, received.ended
FROM load_relationship AS received
JOIN record AS origin ON origin.feed = (SELECT feed FROM load_delivery)
    AND origin.source_id = received.from_source_id AND origin.dependent = received.from_dependent
JOIN record AS target ON target.feed = (SELECT feed FROM load_delivery)
    AND target.source_id = received.to_source_id AND target.dependent = received.to_dependent
GROUP BY origin.id, received.kind, target.id, received.started, received.ended;

WITH spoken_of AS (
    SELECT id FROM record WHERE feed = (SELECT feed FROM load_delivery) AND (SELECT snapshot FROM load_delivery)
    UNION
    SELECT from_record FROM load_relationship_received
)
INSERT INTO load_relationship_held
SELECT held.id, held.from_record, held.kind, held.to_record, held.started, held.ended, held.absent_since
FROM relationship AS held
JOIN spoken_of ON spoken_of.id = held.from_record;

ANALYZE load_relationship_received, load_relationship_held;

INSERT INTO load_relationship_pair
SELECT DISTINCT ON (received.position) received.position, held.id, true
FROM load_relationship_received AS received
JOIN load_relationship_held AS held ON held.from_record = received.from_record AND held.to_record = received.to_record
    AND held.kind = received.kind AND (held.started, held.ended) IS NOT DISTINCT FROM (received.started, received.ended)
ORDER BY received.position, held.absent_since NULLS FIRST, held.id;

WITH received AS (
    SELECT position, from_record, kind, to_record, row_number() OVER (PARTITION BY from_record, kind, to_record ORDER BY started, position) AS place
    FROM load_relationship_received
    WHERE NOT EXISTS (SELECT FROM load_relationship_pair AS pair WHERE pair.position = load_relationship_received.position)
),
held AS (
    SELECT
        id, from_record, kind, to_record,
        row_number() OVER (PARTITION BY from_record, kind, to_record ORDER BY absent_since NULLS FIRST, started, id) AS place
    FROM load_relationship_held
    WHERE NOT EXISTS (SELECT FROM load_relationship_pair AS pair WHERE pair.id = load_relationship_held.id)
)
INSERT INTO load_relationship_pair
SELECT received.position, held.id, false
FROM received
JOIN held USING (from_record, kind, to_record, place);
ANALYZE load_relationship_pair;

-- Kin do not end. Such a tie that a snapshot no longer states is withdrawn where the rows of both its people are still sent; where one is not, the
-- snapshot says nothing of it, and it stays as it was. (The same kinds are in context.sql.)
DELETE FROM load_relationship_held AS held
USING record AS origin, record AS target
WHERE held.from_record = origin.id AND held.to_record = target.id
    AND held.kind IN ('mother', 'father', 'parent', 'child', 'sibling', 'half_sibling', 'grandparent', 'grandchild')
    AND NOT EXISTS (SELECT FROM load_relationship_pair AS pair WHERE pair.id = held.id)
    AND NOT (
        EXISTS (SELECT FROM load_record AS received WHERE received.source_id = origin.source_id AND received.dependent = '')
        AND EXISTS (SELECT FROM load_record AS received WHERE received.source_id = target.source_id AND received.dependent = '')
    );
