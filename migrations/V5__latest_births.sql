-- Of a record without a birth date: the last day on which the person can have been born, as far as the list that holds it says that nobody in it is younger
-- (`youngest_age` of the feed's map). For matching alone. A row's own person has no `family_hint`.
ALTER TABLE record ADD COLUMN latest_birth date;
