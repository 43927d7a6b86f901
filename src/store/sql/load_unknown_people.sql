-- Rows that name a source_id which the feed does not hold: their places, and how many there are.
WITH feed_record AS (SELECT source_id, dependent FROM record WHERE feed = (SELECT feed FROM load_delivery)),
unknown AS (
    SELECT 'source_id' AS field, position, file, line
    FROM load_involvement AS received
    WHERE NOT EXISTS (SELECT FROM feed_record WHERE source_id = received.source_id AND dependent = '')
    UNION ALL
    SELECT 'from_source_id', position, file, line
    FROM load_relationship AS received
    WHERE NOT EXISTS (SELECT FROM feed_record WHERE source_id = received.from_source_id AND dependent = received.from_dependent)
    UNION ALL
    SELECT 'to_source_id', position, file, line
    FROM load_relationship AS received
    WHERE NOT EXISTS (SELECT FROM feed_record WHERE source_id = received.to_source_id AND dependent = received.to_dependent)
    UNION ALL
    SELECT 'related.' || dependent || '.source_id', position, file, line
    FROM load_named
    WHERE NOT known
),
numbered AS (
    SELECT *, row_number() OVER (PARTITION BY field ORDER BY position) AS place, count(*) OVER (PARTITION BY field) AS all_of_them FROM unknown
)
SELECT field, file, line, all_of_them FROM numbered WHERE place <= 20 ORDER BY field, place
