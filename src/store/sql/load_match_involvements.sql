-- Pairs the involvements received with those held: first the same in every word, then the same organisation and start of the same record.
INSERT INTO load_involvement_received
SELECT DISTINCT ON (record_id, content) position, record_id, organisation, started, content
FROM (
    SELECT
        received.position,
        record.id AS record_id,
        received.organisation,
        received.started,
        md5(ROW(
            received.organisation, received.status, received.started, received.ended, received.most_recent_contact, received.basis,
            received.lead_name, received.lead_role, received.lead_team, received.lead_phone, received.lead_email, received.lead_active,
            received.team_name, received.team_phone, received.team_email
        )::text)::uuid AS content
    FROM load_involvement AS received
    JOIN record ON record.feed = (SELECT feed FROM load_delivery) AND record.source_id = received.source_id AND record.dependent = ''
) AS known
ORDER BY record_id, content, position;

-- A snapshot speaks of everything that the feed holds; a delta only of the people whom it names.
WITH spoken_of AS (
    SELECT id FROM record WHERE feed = (SELECT feed FROM load_delivery) AND (SELECT snapshot FROM load_delivery)
    UNION
    SELECT record_id FROM load_involvement_received
)
INSERT INTO load_involvement_held
SELECT
    held.id,
    held.record_id,
    held.organisation,
    held.started,
    held.ended,
    held.absent_since,
    md5(ROW(
        held.organisation, held.status, held.started, held.ended, held.most_recent_contact, held.basis,
        held.lead_name, held.lead_role, held.lead_team, held.lead_phone, held.lead_email, held.lead_active,
        held.team_name, held.team_phone, held.team_email
    )::text)::uuid
FROM involvement AS held
JOIN spoken_of ON spoken_of.id = held.record_id;

ANALYZE load_involvement_received, load_involvement_held;

INSERT INTO load_involvement_pair
SELECT DISTINCT ON (received.position) received.position, held.id, true
FROM load_involvement_received AS received
JOIN load_involvement_held AS held ON held.record_id = received.record_id AND held.content = received.content
ORDER BY received.position, held.absent_since NULLS FIRST, held.id;

WITH received AS (
    SELECT
        position, record_id, coalesce(organisation, '') AS organisation, coalesce(started, '-infinity') AS started,
        row_number() OVER (PARTITION BY record_id, organisation, started ORDER BY position) AS place
    FROM load_involvement_received
    WHERE NOT EXISTS (SELECT FROM load_involvement_pair AS pair WHERE pair.position = load_involvement_received.position)
),
held AS (
    SELECT
        id, record_id, coalesce(organisation, '') AS organisation, coalesce(started, '-infinity') AS started,
        row_number() OVER (PARTITION BY record_id, organisation, started ORDER BY absent_since NULLS FIRST, ended NULLS FIRST, id) AS place
    FROM load_involvement_held
    WHERE NOT EXISTS (SELECT FROM load_involvement_pair AS pair WHERE pair.id = load_involvement_held.id)
)
INSERT INTO load_involvement_pair
SELECT received.position, held.id, false
FROM received
JOIN held USING (record_id, organisation, started, place);
ANALYZE load_involvement_pair;
