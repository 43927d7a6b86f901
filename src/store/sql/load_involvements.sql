-- Brings the involvements held to what was received: changed ones updated, new ones inserted, those that came back no longer absent.
WITH changed AS (
    UPDATE involvement SET
        organisation = received.organisation,
        status = received.status,
        started = received.started,
        ended = received.ended,
        most_recent_contact = received.most_recent_contact,
        basis = received.basis,
        lead_name = received.lead_name,
        lead_role = received.lead_role,
        lead_team = received.lead_team,
        lead_phone = received.lead_phone,
        lead_email = received.lead_email,
        lead_active = received.lead_active,
        team_name = received.team_name,
        team_phone = received.team_phone,
        team_email = received.team_email,
        absent_since = NULL
    FROM load_involvement_pair AS pair
    JOIN load_involvement AS received USING (position)
    WHERE involvement.id = pair.id AND (NOT pair.same OR involvement.absent_since IS NOT NULL)
    RETURNING involvement.id
),
inserted AS (
    INSERT INTO involvement (
        record_id, organisation, status, started, ended, most_recent_contact, basis, lead_name, lead_role, lead_team, lead_phone, lead_email,
        lead_active, team_name, team_phone, team_email
    )
    SELECT
        known.record_id, received.organisation, received.status, received.started, received.ended, received.most_recent_contact, received.basis,
        received.lead_name, received.lead_role, received.lead_team, received.lead_phone, received.lead_email, received.lead_active,
        received.team_name, received.team_phone, received.team_email
    FROM load_involvement_received AS known
    JOIN load_involvement AS received USING (position)
    WHERE NOT EXISTS (SELECT FROM load_involvement_pair AS pair WHERE pair.position = known.position)
    ORDER BY position
    RETURNING id
)
SELECT (SELECT count(*) FROM inserted), (SELECT count(*) FROM changed), (SELECT count(*) FROM load_involvement_received)
