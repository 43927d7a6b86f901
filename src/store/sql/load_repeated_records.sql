-- Of several rows about one person the first one's details stand; only a restriction said in any of them is kept. Gives the places of the rows that
-- say something else.
WITH repeated AS (
    SELECT source_id, dependent, min(position) AS first_position, bool_or(restricted) AS restricted
    FROM load_record
    GROUP BY source_id, dependent
    HAVING count(*) > 1
),
hidden AS (
    UPDATE load_record SET restricted = true
    FROM repeated
    WHERE load_record.position = repeated.first_position AND repeated.restricted AND NOT load_record.restricted
),
dropped AS (
    DELETE FROM load_record
    USING repeated
    WHERE load_record.source_id = repeated.source_id AND load_record.dependent = repeated.dependent
        AND load_record.position > repeated.first_position
    RETURNING load_record.position, load_record.file, load_record.line, load_record.digest, repeated.first_position
)
SELECT dropped.file, dropped.line, count(*) OVER () AS all_of_them
FROM dropped
JOIN load_record AS first ON first.position = dropped.first_position
WHERE first.digest <> dropped.digest
ORDER BY dropped.position
LIMIT 20
