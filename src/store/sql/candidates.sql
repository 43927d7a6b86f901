-- Every record of every person of whom a record shares a blocking key with the question, or bears the source id or case id asked for.
-- $1 blocking keys; $2 feeds and $3 values of source identifiers, in pairs; $4 the most people to look at.
WITH found AS MATERIALIZED (
    SELECT membership.person_id
    FROM record
    JOIN membership ON membership.record_id = record.id
    WHERE record.keys && $1
    UNION
    SELECT membership.person_id
    FROM unnest($2::text[], $3::text[]) AS asked (feed, value)
    JOIN record ON record.feed = asked.feed AND record.dependent = '' AND (record.source_id = asked.value OR record.case_id = asked.value)
    JOIN membership ON membership.record_id = record.id
    LIMIT $4
)
SELECT row_to_json(row)::text
FROM (
    SELECT membership.person_id, {RECORD_COLUMNS}
    FROM found
    JOIN membership USING (person_id)
    JOIN record ON record.id = membership.record_id
) AS row
