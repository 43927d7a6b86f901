-- Those of `around.people` who are as likely as not a restricted person: nobody has decided yet whether a record of theirs is of somebody whom some feed
-- restricts. {SHIELDED_FROM} is the weight from which that is likely.
SELECT DISTINCT mine.person_id
FROM membership AS mine
CROSS JOIN LATERAL (
    SELECT right_record AS record_id FROM review WHERE open AND conflict IS NULL AND left_record = mine.record_id AND weight_bits >= {SHIELDED_FROM}
    UNION ALL
    SELECT left_record FROM review WHERE open AND conflict IS NULL AND right_record = mine.record_id AND weight_bits >= {SHIELDED_FROM}
) AS doubt
JOIN membership AS other ON other.record_id = doubt.record_id
JOIN membership AS of_other ON of_other.person_id = other.person_id
JOIN record AS restricting ON restricting.id = of_other.record_id AND restricting.restricted
WHERE mine.person_id = ANY (around.people)
