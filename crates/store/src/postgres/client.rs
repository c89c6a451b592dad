//! Clients and their secrets.

use async_trait::async_trait;
use portreeve_core::client::record::{Client, ClientSecret};
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Timestamp;
use tokio_postgres::Row;

use crate::columns;
use crate::contract::Page;
use crate::contract::client::Clients;
use crate::contract::error::StoreError;
use crate::contract::search::{AbilityCount, ClientCounts, ClientSearch, ClientsOf, WaitingSearch};
use crate::postgres::connections::Session;
use crate::postgres::{PostgresStore, search};

#[async_trait]
impl Clients for PostgresStore {
    async fn find_client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        find(&mut self.connections.session().await?, id).await
    }

    async fn list_clients(
        &self,
        owner: Option<&Owner>,
        page: &Page,
    ) -> Result<Vec<Client>, StoreError> {
        list(&mut self.connections.session().await?, owner, page).await
    }

    async fn search_clients(&self, search: &ClientSearch<'_>) -> Result<Vec<Client>, StoreError> {
        let place = search::Place { after: columns::after_client(search), limit: search.limit };
        let mut session = self.connections.session().await?;
        search::clients(&mut session, &search::whose(search.of), search.text, &place).await
    }

    async fn count_clients(
        &self,
        of: ClientsOf<'_>,
        now: Timestamp,
        soon: Timestamp,
    ) -> Result<ClientCounts, StoreError> {
        let mut session = self.connections.session().await?.patient();
        search::count(&mut session, &search::whose(of), now, soon).await
    }

    async fn count_abilities(&self, of: ClientsOf<'_>) -> Result<Vec<AbilityCount>, StoreError> {
        let mut session = self.connections.session().await?.patient();
        search::abilities(&mut session, &search::whose(of)).await
    }

    async fn list_ending(
        &self,
        from: Timestamp,
        until: Timestamp,
        page: &Page,
    ) -> Result<Vec<Client>, StoreError> {
        search::ending(&mut self.connections.session().await?.patient(), from, until, page).await
    }

    async fn list_waiting(&self, search: &WaitingSearch<'_>) -> Result<Vec<Client>, StoreError> {
        let times = [search.now, search.soon, search.quiet];
        let mut session = self.connections.session().await?.patient();
        search::waiting(&mut session, &search::whose(search.of), times, search.limit).await
    }
}

/// A page of whole clients with their secrets; the order is to follow.
pub(super) const WITH_SECRETS: &str = "SELECT c.*, s.secret_id, s.hash,
        s.created_at AS secret_created_at, s.expires_at AS secret_expires_at, s.last_used_at,
        s.last_used_from, s.made_by, s.hint, s.recoverable
    FROM page c LEFT JOIN client_secret s USING (client_id) ORDER BY";

pub(super) async fn find(
    session: &mut Session,
    id: &ClientId,
) -> Result<Option<Client>, StoreError> {
    let rows = session
        .list(
            &format!(
                "WITH page AS (SELECT * FROM client WHERE client_id = $1)
                 {WITH_SECRETS} s.position"
            ),
            &[&id.as_str()],
            read,
        )
        .await?;
    Ok(columns::gather(rows).pop())
}

pub(super) async fn list(
    session: &mut Session,
    owner: Option<&Owner>,
    page: &Page,
) -> Result<Vec<Client>, StoreError> {
    // One condition each: a condition with OR would use no index.
    let whose = match owner {
        Some(_) => "owner_kind = $1 AND owner_id = $2",
        None => "$1::text IS NULL AND $2::text IS NULL",
    };
    let rows = session
        .list(
            &format!(
                "WITH page AS (SELECT * FROM client WHERE {whose} AND client_id > $3
                               ORDER BY client_id LIMIT $4)
                 {WITH_SECRETS} c.client_id, s.position"
            ),
            &[
                &owner.map(Owner::kind),
                &owner.map(Owner::id),
                &columns::after(page).unwrap_or_default(),
                &i64::from(page.limit),
            ],
            read,
        )
        .await?;
    Ok(columns::gather(rows))
}

pub(super) async fn register(session: &mut Session, client: &Client) -> Result<(), StoreError> {
    session
        .execute(
            "INSERT INTO client (client_id, name, owner_kind, owner_id, audiences, scopes, grants,
                 introspects, redirect_uris, networks, disabled, expires_at, not_before,
                 token_ttl, created_at, version, ends_at, secret_count)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                 $18)",
            &[
                &client.client_id.as_str(),
                &client.name,
                &client.owner.kind(),
                &client.owner.id(),
                &columns::write_audiences(&client.audiences),
                &client.scopes.as_str(),
                &columns::write_grants(&client.grants),
                &columns::write_audiences(&client.introspects),
                &columns::write_lines(&client.redirect_uris),
                &columns::write_lines(&client.networks),
                &client.disabled,
                &columns::write_time(client.expires_at),
                &client.not_before.as_unix(),
                &client.token_ttl.map(|ttl| i64::from(ttl.as_seconds())),
                &client.created_at.as_unix(),
                &client.version,
                &columns::ends_at(client),
                &columns::secret_count(client),
            ],
        )
        .await?;
    replace_secrets(session, client).await
}

pub(super) async fn change(session: &mut Session, client: &Client) -> Result<(), StoreError> {
    let changed = session
        .execute(
            "UPDATE client SET name = $3, owner_kind = $4, owner_id = $5, audiences = $6,
                 scopes = $7, grants = $8, introspects = $9, disabled = $10, expires_at = $11,
                 not_before = $12, token_ttl = $13, redirect_uris = $14, networks = $15,
                 ends_at = $16, secret_count = $17, version = version + 1
             WHERE client_id = $1 AND version = $2",
            &[
                &client.client_id.as_str(),
                &client.version,
                &client.name,
                &client.owner.kind(),
                &client.owner.id(),
                &columns::write_audiences(&client.audiences),
                &client.scopes.as_str(),
                &columns::write_grants(&client.grants),
                &columns::write_audiences(&client.introspects),
                &client.disabled,
                &columns::write_time(client.expires_at),
                &client.not_before.as_unix(),
                &client.token_ttl.map(|ttl| i64::from(ttl.as_seconds())),
                &columns::write_lines(&client.redirect_uris),
                &columns::write_lines(&client.networks),
                &columns::ends_at(client),
                &columns::secret_count(client),
            ],
        )
        .await?;
    if changed == 0 {
        return Err(StoreError::Conflict("the client was changed or deleted in the meantime"));
    }
    replace_secrets(session, client).await
}

pub(super) async fn delete(session: &mut Session, id: &ClientId) -> Result<(), StoreError> {
    match session.execute("DELETE FROM client WHERE client_id = $1", &[&id.as_str()]).await? {
        0 => Err(StoreError::Conflict("the client is gone already")),
        _ => Ok(()),
    }
}

/// Makes the rows those of the record. A last use that was noted since the record
/// was read stays.
async fn replace_secrets(session: &mut Session, client: &Client) -> Result<(), StoreError> {
    let id = client.client_id.as_str();
    let secrets = &client.secrets;
    let ids: Vec<&str> = secrets.iter().map(|one| &*one.id).collect();
    let hashes: Vec<&[u8]> = secrets.iter().map(|one| one.hash.as_bytes().as_slice()).collect();
    let created: Vec<i64> = secrets.iter().map(|one| one.created_at.as_unix()).collect();
    let ends: Vec<Option<i64>> =
        secrets.iter().map(|one| columns::write_time(one.expires_at)).collect();
    let uses: Vec<Option<i64>> =
        secrets.iter().map(|one| columns::write_time(one.last_used_at)).collect();
    let places: Vec<Option<String>> =
        secrets.iter().map(|one| columns::write_address(one.last_used_from)).collect();
    let makers: Vec<Option<&str>> = secrets.iter().map(|one| one.made_by.as_deref()).collect();
    let hints: Vec<&str> = secrets.iter().map(|one| &*one.hint).collect();
    let copies: Vec<Option<&[u8]>> = secrets.iter().map(|one| one.recoverable.as_deref()).collect();
    // In order of their ids, as `usage::add` takes them: two that change the same secrets
    // must not wait for each other.
    session
        .execute(
            "INSERT INTO client_secret
                 (client_id, secret_id, position, hash, created_at, expires_at, last_used_at,
                  last_used_from, made_by, hint, recoverable)
             SELECT $1, u.* FROM (
                 SELECT secret_id, position - 1, hash, created_at, expires_at, last_used_at,
                        last_used_from, made_by, hint, recoverable
                 FROM unnest($2::text[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[],
                             $7::text[], $8::text[], $9::text[], $10::bytea[]) WITH ORDINALITY
                     AS u (secret_id, hash, created_at, expires_at, last_used_at,
                           last_used_from, made_by, hint, recoverable, position)
                 ORDER BY secret_id COLLATE \"C\") u
             ON CONFLICT (client_id, secret_id) DO UPDATE SET
                 position = excluded.position, hash = excluded.hash,
                 created_at = excluded.created_at, expires_at = excluded.expires_at,
                 made_by = excluded.made_by, hint = excluded.hint,
                 recoverable = excluded.recoverable,
                 last_used_at = greatest(client_secret.last_used_at, excluded.last_used_at),
                 last_used_from = CASE
                     WHEN client_secret.last_used_at IS NULL
                         OR client_secret.last_used_at < excluded.last_used_at
                     THEN excluded.last_used_from ELSE client_secret.last_used_from END",
            &[&id, &ids, &hashes, &created, &ends, &uses, &places, &makers, &hints, &copies],
        )
        .await?;
    session
        .execute(
            "DELETE FROM client_secret WHERE client_id = $1 AND secret_id <> ALL ($2)",
            &[&id, &ids],
        )
        .await?;
    Ok(())
}

pub(super) fn read(row: &Row) -> Result<(Client, Option<ClientSecret>), StoreError> {
    let text = |column: &str| Ok::<String, StoreError>(row.try_get(column)?);
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
        disabled: row.try_get("disabled")?,
        expires_at: columns::read_time(row.try_get("expires_at")?),
        not_before: Timestamp::from_unix(row.try_get("not_before")?),
        token_ttl: columns::read_ttl(row.try_get("token_ttl")?)?,
        secrets: Vec::new(),
        created_at: Timestamp::from_unix(row.try_get("created_at")?),
        version: row.try_get("version")?,
    };
    Ok((client, read_secret(row)?))
}

fn read_secret(row: &Row) -> Result<Option<ClientSecret>, StoreError> {
    let Some(id) = row.try_get::<_, Option<Box<str>>>("secret_id")? else { return Ok(None) };
    let from: Option<String> = row.try_get("last_used_from")?;
    Ok(Some(ClientSecret {
        id,
        hash: columns::read_hash(row.try_get("hash")?)?,
        created_at: Timestamp::from_unix(row.try_get("secret_created_at")?),
        expires_at: columns::read_time(row.try_get("secret_expires_at")?),
        last_used_at: columns::read_time(row.try_get("last_used_at")?),
        last_used_from: columns::read_address(from.as_deref())?,
        made_by: row.try_get("made_by")?,
        hint: row.try_get("hint")?,
        recoverable: row.try_get::<_, Option<Vec<u8>>>("recoverable")?.map(Vec::into_boxed_slice),
    }))
}
