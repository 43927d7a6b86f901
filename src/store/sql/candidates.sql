-- Every record of every person of whom a record shares a blocking key with the question, or bears the source id or case id asked for.
-- $1 blocking keys; $2 feeds and $3 values of source identifiers, in pairs; $4 the most people to look at; $5 the weight from which somebody may be a
-- restricted person.
--
-- Each step hands its rows on as an array: whatever the server guesses of their number, it then goes by the index of the next table. The keys stand
-- in a subquery so that the guess, and with it the plan, is the same for every question and is made once a connection.
WITH found AS MATERIALIZED (
    SELECT DISTINCT person_id
    FROM membership
    WHERE record_id = ANY (ARRAY(
        SELECT id FROM record WHERE keys && (SELECT $1::bigint[])
        UNION ALL
        SELECT bearer.id
        FROM unnest($2::text[], $3::text[]) AS asked (feed, value)
        CROSS JOIN LATERAL (
            SELECT id FROM record WHERE feed = asked.feed AND source_id = asked.value AND dependent = ''
            UNION ALL
            SELECT id FROM record WHERE feed = asked.feed AND case_id = asked.value AND dependent = ''
        ) AS bearer
    ))
    LIMIT $4
),
shielded AS MATERIALIZED (
    SELECT ARRAY({SHIELDED}) AS people FROM (SELECT ARRAY(SELECT person_id FROM found) AS people) AS around
)
SELECT row_to_json(row)::text
FROM (
    SELECT membership.person_id, membership.person_id = ANY ((SELECT people FROM shielded)::uuid[]) AS shielded, {RECORD_COLUMNS}
    FROM membership
    JOIN record ON record.id = membership.record_id
    WHERE membership.person_id = ANY (ARRAY(SELECT person_id FROM found))
) AS row
