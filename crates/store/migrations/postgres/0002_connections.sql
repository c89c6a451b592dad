-- People sign in and let clients act for them. Redirect URIs are one per line.

ALTER TABLE client ADD COLUMN redirect_uris text NOT NULL DEFAULT '';
ALTER TABLE client_secret ADD COLUMN recoverable bytea;

CREATE TABLE connection (
    connection_id   bytea PRIMARY KEY CHECK (length(connection_id) = 16),
    client_id       text COLLATE "C" NOT NULL REFERENCES client ON DELETE CASCADE,
    user_id         text COLLATE "C" NOT NULL REFERENCES person,
    organization_id text COLLATE "C" REFERENCES organization,
    reach           text NOT NULL,
    audience        text NOT NULL,
    scopes          text NOT NULL,
    created_at      bigint NOT NULL,
    last_used_at    bigint,
    ended_at        bigint
);
CREATE INDEX connection_by_client ON connection (client_id, connection_id);
CREATE INDEX connection_by_person ON connection (user_id, connection_id);
CREATE INDEX connection_by_organization ON connection (organization_id, connection_id);
CREATE INDEX connection_by_end ON connection (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE refresh_token (
    hash          bytea PRIMARY KEY CHECK (length(hash) = 32),
    connection_id bytea NOT NULL REFERENCES connection ON DELETE CASCADE,
    issued_at     bigint NOT NULL,
    expires_at    bigint,
    used_at       bigint
);
CREATE INDEX refresh_token_by_connection ON refresh_token (connection_id);
CREATE INDEX refresh_token_by_end ON refresh_token (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX refresh_token_by_use ON refresh_token (used_at) WHERE used_at IS NOT NULL;

CREATE TABLE password (
    user_id text COLLATE "C" PRIMARY KEY REFERENCES person,
    phc     text NOT NULL
);

CREATE TABLE session (
    hash         bytea PRIMARY KEY CHECK (length(hash) = 32),
    user_id      text COLLATE "C" NOT NULL REFERENCES person,
    created_at   bigint NOT NULL,
    seen_at      bigint NOT NULL,
    ends_at      bigint NOT NULL,
    signed_in_at bigint NOT NULL
);
CREATE INDEX session_by_person ON session (user_id);
CREATE INDEX session_by_use ON session (seen_at);
CREATE INDEX session_by_end ON session (ends_at);

-- Tokens carry the number, so one that is gone must never come back for others.
CREATE TABLE claims (
    number          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    fingerprint     bytea NOT NULL UNIQUE CHECK (length(fingerprint) = 32),
    client_id       text COLLATE "C" NOT NULL REFERENCES client ON DELETE CASCADE,
    owner_kind      text COLLATE "C" NOT NULL,
    owner_id        text COLLATE "C" NOT NULL,
    audience        text NOT NULL,
    scopes          text NOT NULL,
    organization_id text COLLATE "C"
);
CREATE INDEX claims_by_client ON claims (client_id);
