-- Whose address it is, and how an invitation left.

-- NULL until the person has read what was mailed there. Whoever is here already was
-- entered by the vendor or let in by an invitation of before: they are believed.
ALTER TABLE person ADD COLUMN address_proven_at INTEGER;
UPDATE person SET address_proven_at = created_at;

-- Nobody but the mail had the code. What was invited before may have been shown.
ALTER TABLE link ADD COLUMN mailed INTEGER NOT NULL DEFAULT 0;
UPDATE link SET mailed = 1 WHERE purpose = 'password_reset';

-- What clients may ask for is counted without reading them. SQLite, which estimates how long
-- each index is, would otherwise go through the rows in the order of some index or other.
CREATE INDEX client_by_ability ON client (audiences, scopes);
CREATE INDEX client_by_owner_and_ability ON client
    (owner_kind, owner_id, audiences, scopes);
