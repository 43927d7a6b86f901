-- Everything around one person in one row of JSON: the people up to two ties away and those who share a dwelling; their records, ties and
-- involvements; and how each feed stands. $1 the person; $2 the most housemates to look at.
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
    SELECT DISTINCT membership.person_id
    FROM homes
    JOIN record ON record.dwellings && homes.keys
    JOIN membership ON membership.record_id = record.id
    LIMIT $2
),
people AS MATERIALIZED (
    SELECT person_id FROM reach
    UNION
    SELECT person_id FROM housemates
),
theirs AS MATERIALIZED (
    SELECT membership.record_id, membership.person_id FROM people JOIN membership USING (person_id)
)
SELECT
    (SELECT json_agg(row_to_json(row)) FROM (
        SELECT theirs.person_id, {RECORD_COLUMNS} FROM theirs JOIN record ON record.id = theirs.record_id ORDER BY record.id
    ) AS row)::text,
    (SELECT json_agg(row_to_json(row)) FROM (
        SELECT
            relationship.id,
            from_member.person_id AS from_person,
            relationship.kind,
            to_member.person_id AS to_person,
            relationship.started,
            least(relationship.ended, relationship.absent_since) AS ended,
            record.feed
        FROM (
            SELECT id FROM theirs JOIN relationship ON from_record = record_id
            UNION
            SELECT id FROM theirs JOIN relationship ON to_record = record_id
        ) AS touching
        JOIN relationship USING (id)
        JOIN membership AS from_member ON from_member.record_id = relationship.from_record
        JOIN membership AS to_member ON to_member.record_id = relationship.to_record
        JOIN record ON record.id = relationship.from_record
        ORDER BY relationship.id
    ) AS row)::text,
    (SELECT json_agg(row_to_json(row)) FROM (
        SELECT
            involvement.*,
            theirs.person_id,
            record.feed
        FROM theirs
        JOIN involvement USING (record_id)
        JOIN record ON record.id = theirs.record_id
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
