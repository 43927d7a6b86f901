-- Updates records that differ and inserts new ones; an unchanged record is not touched.
WITH before AS (
    INSERT INTO load_before
    SELECT record.*, membership.person_id
    FROM record
    LEFT JOIN membership ON membership.record_id = record.id
    JOIN load_record AS received ON received.source_id = record.source_id AND received.dependent = record.dependent
    WHERE record.feed = (SELECT feed FROM load_delivery) AND (record.digest <> received.digest OR record.restricted <> received.restricted)
),
changed AS (
    UPDATE record SET
        digest = received.digest,
        given_name = received.given_name,
        middle_names = received.middle_names,
        family_name = received.family_name,
        other_names = received.other_names,
        former_family_name = received.former_family_name,
        date_of_birth = received.date_of_birth,
        date_of_death = received.date_of_death,
        expected_date_of_delivery = received.expected_date_of_delivery,
        sex = received.sex,
        addresses = received.addresses,
        nhs_number = received.nhs_number,
        nhs_number_valid = received.nhs_number_valid,
        upn = received.upn,
        upn_valid = received.upn_valid,
        phones = received.phones,
        emails = received.emails,
        case_id = received.case_id,
        restricted = received.restricted,
        keys = received.keys,
        dwellings = received.dwellings,
        family_hint = received.family_hint,
        least_age = received.least_age,
        least_age_on = received.least_age_on
    FROM load_record AS received
    WHERE record.feed = (SELECT feed FROM load_delivery) AND received.source_id = record.source_id AND received.dependent = record.dependent
        AND (record.digest <> received.digest OR record.restricted <> received.restricted)
    RETURNING record.id
),
inserted AS (
    INSERT INTO record (
        feed, source_id, dependent, digest, given_name, middle_names, family_name, other_names, former_family_name, date_of_birth, date_of_death,
        expected_date_of_delivery, sex, addresses, nhs_number, nhs_number_valid, upn, upn_valid, phones, emails, case_id, restricted, keys, dwellings, family_hint, least_age, least_age_on
    )
    SELECT
        (SELECT feed FROM load_delivery), source_id, dependent, digest, given_name, middle_names, family_name, other_names, former_family_name, date_of_birth, date_of_death,
        expected_date_of_delivery, sex, addresses, nhs_number, nhs_number_valid, upn, upn_valid, phones, emails, case_id, restricted, keys, dwellings, family_hint, least_age, least_age_on
    FROM load_record AS received
    WHERE NOT EXISTS (
        SELECT FROM record WHERE record.feed = (SELECT feed FROM load_delivery) AND record.source_id = received.source_id AND record.dependent = received.dependent
    )
    ORDER BY position
    RETURNING id
),
listed AS (
    INSERT INTO load_changed SELECT id FROM inserted UNION ALL SELECT id FROM changed
)
SELECT (SELECT count(*) FROM inserted), (SELECT count(*) FROM changed), (SELECT count(*) FROM load_record)
