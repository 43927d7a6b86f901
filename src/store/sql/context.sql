-- Everything around one person in one row of JSON: the people up to two ties away and those who share a dwelling; their records, ties and
-- involvements; and how each feed stands. $1 the person; $2 the most records of one dwelling to look at; $3 the
-- weight from which somebody may be a restricted person.
--
-- Each step hands its rows on as an array: whatever the server guesses of their number, it then goes by the index of the next table.
WITH RECURSIVE reach (person_id, depth) AS (
    SELECT $1::uuid, 0
    UNION
    SELECT other.person_id, reach.depth + 1
    FROM reach
    JOIN membership AS mine ON mine.person_id = reach.person_id
    CROSS JOIN LATERAL (
        SELECT to_record AS record_id FROM relationship WHERE from_record = mine.record_id
        UNION ALL
        SELECT from_record FROM relationship WHERE to_record = mine.record_id
    ) AS tied
    JOIN membership AS other ON other.record_id = tied.record_id
    WHERE reach.depth < 2
),
homes AS (
    SELECT coalesce(array_agg(DISTINCT dwelling), '{}') AS keys
    FROM membership
    JOIN record ON record.id = membership.record_id
    CROSS JOIN LATERAL unnest(record.dwellings) AS dwelling
    WHERE membership.person_id = $1
),
housemates AS (
    -- As many of each dwelling, so that a hostel of years ago does not crowd out today's home. OFFSET 0 keeps the order out of the search: else the
    -- server walks all records from the newest on until it has found so many of the dwelling, which it never does.
    SELECT DISTINCT person_id
    FROM membership
    WHERE record_id = ANY (ARRAY(
        SELECT there.id
        FROM unnest((SELECT keys FROM homes)) AS home (dwelling)
        CROSS JOIN LATERAL (
            SELECT id
            FROM (SELECT id FROM record WHERE record.dwellings @> ARRAY[home.dwelling] OFFSET 0) AS of_dwelling
            ORDER BY id DESC
            LIMIT $2
        ) AS there
    ))
),
people AS MATERIALIZED (
    SELECT person_id FROM reach
    UNION
    SELECT person_id FROM housemates
),
theirs AS MATERIALIZED (
    SELECT record_id, person_id FROM membership WHERE person_id = ANY (ARRAY(SELECT person_id FROM people))
),
shielded AS MATERIALIZED (
    SELECT ARRAY({SHIELDED}) AS people FROM (SELECT ARRAY(SELECT person_id FROM people) AS people) AS around
),
touching AS MATERIALIZED (
    SELECT * FROM relationship WHERE from_record = ANY (ARRAY(SELECT record_id FROM theirs))
    UNION
    SELECT * FROM relationship WHERE to_record = ANY (ARRAY(SELECT record_id FROM theirs))
)
SELECT
    (SELECT json_agg(row_to_json(row)) FROM (
        SELECT theirs.person_id, theirs.person_id = ANY ((SELECT people FROM shielded)::uuid[]) AS shielded, {RECORD_COLUMNS} FROM theirs JOIN record ON record.id = theirs.record_id ORDER BY record.id
    ) AS row)::text,
    (SELECT json_agg(row_to_json(row)) FROM (
        SELECT
            touching.id,
            from_member.person_id AS from_person,
            touching.kind,
            to_member.person_id AS to_person,
            touching.started,
            least(touching.ended, touching.absent_since) AS ended,
            record.feed
        FROM touching
        JOIN membership AS from_member ON from_member.record_id = touching.from_record
        JOIN membership AS to_member ON to_member.record_id = touching.to_record
        JOIN record ON record.id = touching.from_record
        -- Kin do not end: where a snapshot no longer says so of people whom it still holds, it was never so (load_match_relationships.sql).
        WHERE touching.absent_since IS NULL
            OR touching.kind NOT IN ('mother', 'father', 'parent', 'child', 'sibling', 'half_sibling', 'grandparent', 'grandchild')
        ORDER BY touching.id
    ) AS row)::text,
    (SELECT json_agg(row_to_json(row)) FROM (
        SELECT
            involvement.*,
            theirs.person_id,
            record.feed
        FROM involvement
        JOIN theirs USING (record_id)
        JOIN record ON record.id = involvement.record_id
        WHERE involvement.record_id = ANY (ARRAY(SELECT record_id FROM theirs))
        ORDER BY involvement.id
    ) AS row)::text,
    (SELECT json_agg(row_to_json(row)) FROM (
        SELECT
            feed.code,
            feed.service,
            feed.fresh_days,
            coalesce(loaded.area, feed.area) AS area,
            loaded.data_as_of,
            loaded.coverage_start,
            loaded.coverage_end,
            newest.outcome
        FROM feed
        LEFT JOIN LATERAL (SELECT outcome FROM load WHERE load.feed = feed.code ORDER BY id DESC LIMIT 1) AS newest ON true
        LEFT JOIN LATERAL (SELECT * FROM load WHERE load.feed = feed.code AND outcome = 'loaded' ORDER BY id DESC LIMIT 1) AS loaded ON true
        ORDER BY feed.code
    ) AS row)::text
