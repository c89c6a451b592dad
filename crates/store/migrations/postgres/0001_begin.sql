-- Times are seconds since 1970. Lists are one line per entry. Texts sort by
-- their bytes, as they do in SQLite, whatever the database's own collation is.

CREATE TABLE client (
    client_id   text COLLATE "C" PRIMARY KEY,
    name        text NOT NULL,
    owner_kind  text COLLATE "C" NOT NULL,
    owner_id    text COLLATE "C" NOT NULL,
    audiences   text NOT NULL,
    scopes      text NOT NULL,
    grants      text NOT NULL,
    introspects text NOT NULL,
    disabled    boolean NOT NULL,
    expires_at  bigint,
    not_before  bigint NOT NULL,
    token_ttl   bigint,
    created_at  bigint NOT NULL,
    version     bigint NOT NULL
);
CREATE INDEX client_by_owner ON client (owner_kind, owner_id, client_id);

CREATE TABLE client_secret (
    client_id    text COLLATE "C" NOT NULL REFERENCES client ON DELETE CASCADE,
    secret_id    text COLLATE "C" NOT NULL,
    position     bigint NOT NULL,
    hash         bytea NOT NULL CHECK (length(hash) = 32),
    created_at   bigint NOT NULL,
    expires_at   bigint,
    last_used_at bigint,
    PRIMARY KEY (client_id, secret_id)
);

CREATE TABLE organization (
    organization_id text COLLATE "C" PRIMARY KEY,
    name            text NOT NULL,
    external_id     text COLLATE "C" UNIQUE,
    parent_id       text COLLATE "C" REFERENCES organization,
    created_at      bigint NOT NULL,
    version         bigint NOT NULL
);
CREATE INDEX organization_by_parent ON organization (parent_id);

CREATE TABLE person (
    user_id    text COLLATE "C" PRIMARY KEY,
    email      text COLLATE "C" NOT NULL UNIQUE,
    name       text NOT NULL,
    operator   boolean NOT NULL,
    disabled   boolean NOT NULL,
    created_at bigint NOT NULL,
    version    bigint NOT NULL
);

CREATE TABLE membership (
    organization_id text COLLATE "C" NOT NULL REFERENCES organization,
    user_id         text COLLATE "C" NOT NULL REFERENCES person,
    role            text NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX membership_by_person ON membership (user_id, organization_id);

CREATE TABLE revocation (
    token_id   bytea PRIMARY KEY CHECK (length(token_id) = 16),
    client_id  text NOT NULL,
    expires_at bigint NOT NULL
);
CREATE INDEX revocation_by_end ON revocation (expires_at);

CREATE TABLE crypto_key (
    kid            text COLLATE "C" PRIMARY KEY,
    purpose        text NOT NULL,
    replaces       text COLLATE "C" UNIQUE,
    created_at     bigint NOT NULL,
    active_from    bigint NOT NULL,
    active_until   bigint,
    removed_at     bigint,
    sealed_private bytea NOT NULL
);
-- Of two nodes that make the first key of a purpose at once, one wins.
CREATE UNIQUE INDEX first_key_of_purpose ON crypto_key (purpose) WHERE replaces IS NULL;

CREATE TABLE fact (
    number          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at              bigint NOT NULL,
    actor           text NOT NULL,
    action          text NOT NULL,
    subject         text NOT NULL,
    organization_id text,
    detail          text NOT NULL
);

CREATE TABLE change (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at     bigint NOT NULL,
    kind   text NOT NULL,
    about  text NOT NULL
);

-- The newest change that was swept away: whoever asks for what came after an
-- older one has missed some.
CREATE TABLE change_horizon (swept_through bigint NOT NULL);
INSERT INTO change_horizon VALUES (0);
