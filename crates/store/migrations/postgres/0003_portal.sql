-- What the portal shows: where clients may call from and what they did, links that are
-- sent by mail, who signed in from where. Networks and services are one per line.

-- Names are searched and sorted as SQLite does it.
ALTER TABLE client ALTER COLUMN name TYPE text COLLATE "C";
ALTER TABLE client ALTER COLUMN scopes TYPE text COLLATE "C";
ALTER TABLE organization ALTER COLUMN name TYPE text COLLATE "C";
ALTER TABLE person ALTER COLUMN name TYPE text COLLATE "C";
ALTER TABLE fact
    ALTER COLUMN actor TYPE text COLLATE "C",
    ALTER COLUMN subject TYPE text COLLATE "C",
    ALTER COLUMN organization_id TYPE text COLLATE "C";

ALTER TABLE client ADD COLUMN networks text NOT NULL DEFAULT '';

-- Its own end or the last of its secrets', whichever comes first; NULL when neither does.
ALTER TABLE client ADD COLUMN ends_at bigint;
ALTER TABLE client ADD COLUMN secret_count bigint NOT NULL DEFAULT 0;
UPDATE client SET
    secret_count = (SELECT count(*) FROM client_secret s WHERE s.client_id = client.client_id),
    ends_at = nullif(least(
        coalesce(expires_at, 9223372036854775807),
        (SELECT coalesce(max(coalesce(s.expires_at, 9223372036854775807)), 9223372036854775807)
         FROM client_secret s WHERE s.client_id = client.client_id)), 9223372036854775807);
-- What is counted stands in the indexes: whole rows are read for a page. Not the
-- scopes, which may be longer than an index takes.
CREATE INDEX client_by_name ON client (name, client_id)
    INCLUDE (disabled, ends_at, secret_count);
CREATE INDEX client_by_owner_and_name ON client (owner_kind, owner_id, name, client_id)
    INCLUDE (disabled, ends_at, secret_count);
CREATE INDEX client_by_end ON client (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX client_by_last_end ON client (ends_at, name, client_id) WHERE ends_at IS NOT NULL;

ALTER TABLE client_secret ADD COLUMN last_used_from text;
ALTER TABLE client_secret ADD COLUMN made_by text;
ALTER TABLE client_secret ADD COLUMN hint text NOT NULL DEFAULT '';
CREATE INDEX client_secret_by_end ON client_secret (expires_at) WHERE expires_at IS NOT NULL;

-- NULL: as the parent has it. An empty text: none at all.
ALTER TABLE organization ADD COLUMN services text;
ALTER TABLE person ADD COLUMN last_signed_in_at bigint;
ALTER TABLE session ADD COLUMN address text;
ALTER TABLE session ADD COLUMN agent text NOT NULL DEFAULT '';

CREATE INDEX fact_by_organization ON fact (organization_id, number);
CREATE INDEX fact_by_subject ON fact (subject, number);
CREATE INDEX fact_by_actor ON fact (actor, number);

CREATE TABLE link (
    hash            bytea PRIMARY KEY CHECK (length(hash) = 32),
    purpose         text NOT NULL,
    email           text COLLATE "C" NOT NULL,
    organization_id text COLLATE "C" REFERENCES organization,
    role            text,
    user_id         text COLLATE "C" REFERENCES person,
    made_by         text NOT NULL,
    created_at      bigint NOT NULL,
    expires_at      bigint NOT NULL
);
CREATE INDEX link_by_organization ON link (organization_id, created_at);
CREATE INDEX link_by_end ON link (expires_at);

-- Counts of one client lie together in the order of time.
CREATE TABLE usage_hour (
    client_id text COLLATE "C" NOT NULL REFERENCES client ON DELETE CASCADE,
    at        bigint NOT NULL,
    service   text COLLATE "C" NOT NULL,
    passed    bigint NOT NULL,
    refused   bigint NOT NULL,
    tokens    bigint NOT NULL,
    PRIMARY KEY (client_id, at, service)
);
CREATE INDEX usage_hour_by_time ON usage_hour (at);

CREATE TABLE usage_day (
    client_id text COLLATE "C" NOT NULL REFERENCES client ON DELETE CASCADE,
    at        bigint NOT NULL,
    service   text COLLATE "C" NOT NULL,
    passed    bigint NOT NULL,
    refused   bigint NOT NULL,
    tokens    bigint NOT NULL,
    PRIMARY KEY (client_id, at, service)
);
CREATE INDEX usage_day_by_time ON usage_day (at);

CREATE TABLE secret_day (
    client_id text COLLATE "C" NOT NULL,
    secret_id text COLLATE "C" NOT NULL,
    day       bigint NOT NULL,
    tokens    bigint NOT NULL,
    PRIMARY KEY (client_id, secret_id, day),
    FOREIGN KEY (client_id, secret_id) REFERENCES client_secret ON DELETE CASCADE
);
CREATE INDEX secret_day_by_time ON secret_day (day);

-- How often, and the newest request of these.
CREATE TABLE refused_day (
    client_id text COLLATE "C" NOT NULL REFERENCES client ON DELETE CASCADE,
    day       bigint NOT NULL,
    reason    text COLLATE "C" NOT NULL,
    service   text COLLATE "C" NOT NULL,
    times     bigint NOT NULL,
    newest    text COLLATE "C" NOT NULL,
    PRIMARY KEY (client_id, day, reason, service)
);
CREATE INDEX refused_day_by_time ON refused_day (day);

CREATE TABLE refused (
    request_id text COLLATE "C" PRIMARY KEY,
    at         bigint NOT NULL,
    client_id  text COLLATE "C" NOT NULL REFERENCES client ON DELETE CASCADE,
    service    text COLLATE "C" NOT NULL,
    reason     text COLLATE "C" NOT NULL,
    about      text NOT NULL,
    call       text NOT NULL,
    peer       text
);
CREATE INDEX refused_by_client ON refused (client_id, at, request_id);
CREATE INDEX refused_by_time ON refused (at);

CREATE TABLE notice (
    key text COLLATE "C" PRIMARY KEY,
    at  bigint NOT NULL
);
CREATE INDEX notice_by_time ON notice (at);
