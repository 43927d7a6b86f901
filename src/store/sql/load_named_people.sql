-- Somebody told of in another's row and named by the feed's own id is that person where the feed holds the id; else what the row says of them makes a
-- record of their own. A restriction told of in the row counts either way.
UPDATE load_named SET known = true
WHERE EXISTS (SELECT FROM load_record WHERE load_record.source_id = load_named.named AND load_record.dependent = '');

UPDATE load_named SET known = true
FROM record, load_delivery
WHERE NOT load_delivery.removes AND record.feed = load_delivery.feed AND record.source_id = load_named.named AND record.dependent = '';

DELETE FROM load_record USING load_named AS named WHERE named.known AND load_record.position = named.position;

UPDATE load_record SET restricted = true
FROM load_named AS named
WHERE named.restricted AND load_record.source_id = named.named AND load_record.dependent = '' AND NOT load_record.restricted;

-- Held, and not in this delivery: as held, and restricted.
INSERT INTO load_record (
    position, file, line, source_id, dependent, digest, given_name, middle_names, family_name, other_names, former_family_name, date_of_birth, date_of_death,
    expected_date_of_delivery, sex, addresses, nhs_number, nhs_number_valid, upn, upn_valid, phones, emails, case_id, restricted, keys, dwellings, family_hint, least_age, least_age_on
)
SELECT DISTINCT ON (record.id)
    named.position, named.file, named.line, record.source_id, '', digest, given_name, middle_names, family_name, other_names, former_family_name, date_of_birth, date_of_death,
    expected_date_of_delivery, sex, addresses, nhs_number, nhs_number_valid, upn, upn_valid, phones, emails, case_id, true, keys, dwellings, family_hint, least_age, least_age_on
FROM load_named AS named
JOIN record ON record.feed = (SELECT feed FROM load_delivery) AND record.source_id = named.named AND record.dependent = ''
WHERE named.known AND named.restricted AND NOT record.restricted
    AND NOT EXISTS (SELECT FROM load_record AS received WHERE received.source_id = named.named AND received.dependent = '')
ORDER BY record.id, named.position;

INSERT INTO load_relationship (position, file, line, from_source_id, from_dependent, kind, to_source_id, to_dependent)
SELECT
    position, file, line, CASE WHEN known THEN named ELSE source_id END, CASE WHEN known THEN '' ELSE dependent END, dependent, source_id, ''
FROM load_named
WHERE known OR EXISTS (SELECT FROM load_record WHERE load_record.position = load_named.position);

ANALYZE load_record, load_relationship;
