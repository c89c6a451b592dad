//! Clients and their secrets.

use async_trait::async_trait;
use portreeve_core::client::record::{Client, ClientSecret};
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use rusqlite::{Row, params};

use crate::columns;
use crate::contract::Page;
use crate::contract::client::Clients;
use crate::contract::error::StoreError;
use crate::contract::search::{AbilityCount, ClientCounts, ClientSearch, ClientsOf, WaitingSearch};
use crate::sqlite::connections::Session;
use crate::sqlite::{SqliteStore, search};

#[async_trait]
impl Clients for SqliteStore {
    async fn find_client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        let id = id.clone();
        self.readers.read(move |session| find(session, &id)).await
    }

    async fn list_clients(
        &self,
        owner: Option<&Owner>,
        page: &Page,
    ) -> Result<Vec<Client>, StoreError> {
        let (owner, page) = (owner.cloned(), page.clone());
        self.readers.read(move |session| list(session, owner.as_ref(), &page)).await
    }

    async fn search_clients(&self, search: &ClientSearch<'_>) -> Result<Vec<Client>, StoreError> {
        let (whose, text) = (search::whose(search.of), search.text.to_owned());
        let place = search::Place { after: columns::after_client(search), limit: search.limit };
        self.readers.read(move |session| search::clients(session, &whose, &text, &place)).await
    }

    async fn count_clients(
        &self,
        of: ClientsOf<'_>,
        now: Timestamp,
        soon: Timestamp,
    ) -> Result<ClientCounts, StoreError> {
        let whose = search::whose(of);
        self.readers.read(move |session| search::count(session, &whose, now, soon)).await
    }

    async fn count_abilities(&self, of: ClientsOf<'_>) -> Result<Vec<AbilityCount>, StoreError> {
        let whose = search::whose(of);
        self.readers.read(move |session| search::abilities(session, &whose)).await
    }

    async fn list_ending(
        &self,
        from: Timestamp,
        until: Timestamp,
        page: &Page,
    ) -> Result<Vec<Client>, StoreError> {
        let page = page.clone();
        self.readers.read(move |session| search::ending(session, from, until, &page)).await
    }

    async fn list_waiting(&self, search: &WaitingSearch<'_>) -> Result<Vec<Client>, StoreError> {
        let (whose, limit) = (search::whose(search.of), search.limit);
        let times = [search.now, search.soon, search.quiet];
        self.readers.read(move |session| search::waiting(session, &whose, times, limit)).await
    }
}

/// A page of whole clients with their secrets; the order is to follow.
pub(super) const WITH_SECRETS: &str = "SELECT c.*, s.secret_id, s.hash,
        s.created_at AS secret_created_at, s.expires_at AS secret_expires_at, s.last_used_at,
        s.last_used_from, s.made_by, s.hint, s.recoverable
    FROM page c LEFT JOIN client_secret s USING (client_id) ORDER BY";

pub(super) fn find(session: &Session, id: &ClientId) -> Result<Option<Client>, StoreError> {
    let rows = session.list(
        &format!(
            "WITH page AS (SELECT * FROM client WHERE client_id = ?1) {WITH_SECRETS} s.position"
        ),
        [id.as_str()],
        read,
    )?;
    Ok(columns::gather(rows).pop())
}

pub(super) fn list(
    session: &Session,
    owner: Option<&Owner>,
    page: &Page,
) -> Result<Vec<Client>, StoreError> {
    // One condition each: a condition with OR would use no index.
    let whose = match owner {
        Some(_) => "owner_kind = ?1 AND owner_id = ?2",
        None => "?1 IS NULL AND ?2 IS NULL",
    };
    let rows = session.list(
        &format!(
            "WITH page AS (SELECT * FROM client WHERE {whose} AND client_id > ?3
                           ORDER BY client_id LIMIT ?4)
             {WITH_SECRETS} c.client_id, s.position"
        ),
        params![
            owner.map(Owner::kind),
            owner.map(Owner::id),
            columns::after(page).unwrap_or_default(),
            page.limit
        ],
        read,
    )?;
    Ok(columns::gather(rows))
}

pub(super) fn register(session: &Session, client: &Client) -> Result<(), StoreError> {
    session.execute(
        "INSERT INTO client (client_id, name, owner_kind, owner_id, audiences, scopes, grants,
             introspects, redirect_uris, networks, disabled, expires_at, not_before, token_ttl,
             created_at, version, ends_at, secret_count)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
             ?18)",
        params![
            client.client_id.as_str(),
            client.name,
            client.owner.kind(),
            client.owner.id(),
            columns::write_audiences(&client.audiences),
            client.scopes.as_str(),
            columns::write_grants(&client.grants),
            columns::write_audiences(&client.introspects),
            columns::write_lines(&client.redirect_uris),
            columns::write_lines(&client.networks),
            client.disabled,
            columns::write_time(client.expires_at),
            client.not_before.as_unix(),
            client.token_ttl.map(|ttl| ttl.as_seconds()),
            client.created_at.as_unix(),
            client.version,
            columns::ends_at(client),
            columns::secret_count(client),
        ],
    )?;
    replace_secrets(session, client)
}

pub(super) fn change(session: &Session, client: &Client) -> Result<(), StoreError> {
    let changed = session.execute(
        "UPDATE client SET name = ?3, owner_kind = ?4, owner_id = ?5, audiences = ?6, scopes = ?7,
             grants = ?8, introspects = ?9, disabled = ?10, expires_at = ?11, not_before = ?12,
             token_ttl = ?13, redirect_uris = ?14, networks = ?15, ends_at = ?16,
             secret_count = ?17, version = version + 1
         WHERE client_id = ?1 AND version = ?2",
        params![
            client.client_id.as_str(),
            client.version,
            client.name,
            client.owner.kind(),
            client.owner.id(),
            columns::write_audiences(&client.audiences),
            client.scopes.as_str(),
            columns::write_grants(&client.grants),
            columns::write_audiences(&client.introspects),
            client.disabled,
            columns::write_time(client.expires_at),
            client.not_before.as_unix(),
            client.token_ttl.map(|ttl| ttl.as_seconds()),
            columns::write_lines(&client.redirect_uris),
            columns::write_lines(&client.networks),
            columns::ends_at(client),
            columns::secret_count(client),
        ],
    )?;
    if changed == 0 {
        return Err(StoreError::Conflict("the client was changed or deleted in the meantime"));
    }
    replace_secrets(session, client)
}

pub(super) fn delete(session: &Session, id: &ClientId) -> Result<(), StoreError> {
    match session.execute("DELETE FROM client WHERE client_id = ?1", [id.as_str()])? {
        0 => Err(StoreError::Conflict("the client is gone already")),
        _ => Ok(()),
    }
}

/// Makes the rows those of the record. A last use that was noted since the record
/// was read stays.
fn replace_secrets(session: &Session, client: &Client) -> Result<(), StoreError> {
    let id = client.client_id.as_str();
    session.execute("UPDATE client_secret SET position = -1 WHERE client_id = ?1", [id])?;
    for (position, secret) in (0_i64..).zip(&client.secrets) {
        session.execute(
            "INSERT INTO client_secret
                 (client_id, secret_id, position, hash, created_at, expires_at, last_used_at,
                  last_used_from, made_by, hint, recoverable)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (client_id, secret_id) DO UPDATE SET
                 position = excluded.position, hash = excluded.hash,
                 created_at = excluded.created_at, expires_at = excluded.expires_at,
                 made_by = excluded.made_by, hint = excluded.hint,
                 recoverable = excluded.recoverable,
                 last_used_at = coalesce(max(last_used_at, excluded.last_used_at),
                                         last_used_at, excluded.last_used_at),
                 last_used_from = CASE
                     WHEN last_used_at IS NULL OR last_used_at < excluded.last_used_at
                     THEN excluded.last_used_from ELSE last_used_from END",
            params![
                id,
                secret.id,
                position,
                secret.hash.as_bytes(),
                secret.created_at.as_unix(),
                columns::write_time(secret.expires_at),
                columns::write_time(secret.last_used_at),
                columns::write_address(secret.last_used_from),
                secret.made_by,
                secret.hint,
                secret.recoverable,
            ],
        )?;
    }
    session.execute("DELETE FROM client_secret WHERE client_id = ?1 AND position = -1", [id])?;
    Ok(())
}

pub(super) fn read(row: &Row<'_>) -> Result<(Client, Option<ClientSecret>), StoreError> {
    let text = |column: &str| Ok::<String, StoreError>(row.get(column)?);
    let client = Client {
        client_id: columns::read_client_id(&text("client_id")?)?,
        name: text("name")?,
        owner: columns::read_owner(&text("owner_kind")?, &text("owner_id")?)?,
        audiences: columns::read_audiences(&text("audiences")?),
        scopes: columns::read_scopes(&text("scopes")?)?,
        grants: columns::read_grants(&text("grants")?)?,
        introspects: columns::read_audiences(&text("introspects")?),
        redirect_uris: columns::read_lines(&text("redirect_uris")?, "redirect_uris")?,
        networks: columns::read_lines(&text("networks")?, "networks")?,
        disabled: row.get("disabled")?,
        expires_at: columns::read_time(row.get("expires_at")?),
        not_before: Timestamp::from_unix(row.get("not_before")?),
        token_ttl: columns::read_ttl(row.get("token_ttl")?)?,
        secrets: Vec::new(),
        created_at: Timestamp::from_unix(row.get("created_at")?),
        version: row.get("version")?,
    };
    Ok((client, read_secret(row)?))
}

fn read_secret(row: &Row<'_>) -> Result<Option<ClientSecret>, StoreError> {
    let Some(id) = row.get::<_, Option<Box<str>>>("secret_id")? else { return Ok(None) };
    let from: Option<String> = row.get("last_used_from")?;
    Ok(Some(ClientSecret {
        id,
        hash: columns::read_hash(&row.get::<_, Vec<u8>>("hash")?)?,
        created_at: Timestamp::from_unix(row.get("secret_created_at")?),
        expires_at: columns::read_time(row.get("secret_expires_at")?),
        last_used_at: columns::read_time(row.get("last_used_at")?),
        last_used_from: columns::read_address(from.as_deref())?,
        made_by: row.get("made_by")?,
        hint: row.get("hint")?,
        recoverable: row.get::<_, Option<Vec<u8>>>("recoverable")?.map(Vec::into_boxed_slice),
    }))
}
