-- What a record of somebody whom a row only tells of owes to the row's own person: bounds of the birth, and where that person lives. For matching
-- alone: {"born_from":,"born_until":,"homes":[]}; null for a row's own person.
ALTER TABLE record ADD COLUMN family_hint jsonb;
