-- Of a record without a birth date: of what age the person was at the least, and on which day, as far as the list that holds it says that nobody in it is
-- younger (`youngest_age` of the feed's map, and the day that the delivery was as of). For matching alone. A row's own person has no `family_hint`.
ALTER TABLE record
    ADD COLUMN least_age smallint CHECK (least_age BETWEEN 0 AND 100),
    ADD COLUMN least_age_on date,
    ADD CHECK ((least_age IS NULL) = (least_age_on IS NULL));
