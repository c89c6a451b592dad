-- Whose address it is, and how an invitation left.

-- NULL until the person has read what was mailed there. Whoever is here already was
-- entered by the vendor or let in by an invitation of before: they are believed.
ALTER TABLE person ADD COLUMN address_proven_at bigint;
UPDATE person SET address_proven_at = created_at;

-- Nobody but the mail had the code. What was invited before may have been shown.
ALTER TABLE link ADD COLUMN mailed boolean NOT NULL DEFAULT false;
UPDATE link SET mailed = true WHERE purpose = 'password_reset';
