//! What waits for a person: clients that stop soon, and old secrets that nobody needs.

use portreeve_core::client::record::Client;
use portreeve_core::client::standing::{QUIET, SOON, ends_at, live_secrets, removable};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::permission::Action;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::usage::{HOUR, advice, day_of};
use portreeve_store::contract::search::{ClientsOf, Step, UsageSearch, WaitingSearch};

use crate::env::Env;
use crate::flow::access::Access;
use crate::flow::change::ChangeError;
use crate::flow::usage;

/// How many clients are looked at: nobody reads a longer list.
const MOST: u32 = 60;
/// How far back it is looked who asks for tokens too often: to the beginning of that day,
/// so that there are seven.
pub const LATELY: Ttl = Ttl::from_hours(6 * 24);
/// The most clients whose calls are summed on every visit; where there are more, the page
/// about usage tells.
const MOST_COUNTED: u64 = 500;
/// How many of those who ask too often are named.
const MOST_TOO_OFTEN: usize = 3;

/// A client that waits, and why.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The client.
    pub client_id: ClientId,
    /// What people call it.
    pub name: String,
    /// Why.
    pub why: Why,
}

/// Why a client waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its own time ends: somebody prolongs it, or lets it go.
    ItEnds(Timestamp),
    /// Its secrets end, so many of them, the last at this moment: somebody rotates.
    SecretsEnd(usize, Timestamp),
    /// One secret has been quiet since this moment and can be removed.
    Quiet(Box<str>, Timestamp),
    /// It asks for a token too often: what it did lately.
    TooOften(TooOften),
}

/// What a client did that asks for a token too often, within [`LATELY`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOften {
    /// Tokens that it got.
    pub tokens: u64,
    /// Calls that passed.
    pub calls: u64,
    /// Tokens that would have done.
    pub enough: u64,
}

/// What waits for this person, the nearest end first; then who asks for a token too often,
/// in an organization with as many clients as this.
///
/// # Errors
/// What the store says.
pub async fn waiting(
    env: &Env,
    access: &Access,
    organization: &Organization,
    clients: u64,
) -> Result<Vec<Waiting>, ChangeError> {
    let now = env.now();
    // Whoever may change nothing but their own is not told of what is others' to do.
    let is_admin = access.may(Action::MakeOrganizationClient);
    let own = &access.user().id;
    let of = match is_admin {
        true => ClientsOf::Organization(&organization.id),
        false => ClientsOf::User(own),
    };
    let search =
        WaitingSearch { of, now, soon: now.plus(SOON), quiet: now.minus(QUIET), limit: MOST };
    let found = env.directory.store().list_waiting(&search).await?;
    let may_change = |client: &Client| access.may_with(client, Action::ChangeSecrets);
    let mine = found.into_iter().filter(may_change);
    let mut waiting: Vec<Waiting> = mine.filter_map(|client| waits(client, now)).collect();
    if clients <= MOST_COUNTED {
        waiting.extend(too_often(env, access, of).await?);
    }
    Ok(waiting)
}

/// The first of those who ask for a token too often.
async fn too_often(
    env: &Env,
    access: &Access,
    of: ClientsOf<'_>,
) -> Result<Vec<Waiting>, ChangeError> {
    let now = env.now();
    let (from, until) = (day_of(now.minus(LATELY)), now.plus(HOUR));
    let search = UsageSearch { of, service: None, from, until, step: Step::Day };
    let mut found = Vec::new();
    for (id, tally) in usage::by_client(env, &search, MOST).await? {
        if found.len() == MOST_TOO_OFTEN || !advice::may_be_too_often(tally) {
            continue;
        }
        let Some(known) = env.directory.client(id.as_str()).await? else { continue };
        if !access.may_with(known.client(), Action::ChangeSecrets) {
            continue;
        }
        let enough = usage::enough(env, known.client(), tally, &search).await?;
        found.extend(enough.map(|enough| Waiting {
            name: known.client().name.clone(),
            why: Why::TooOften(TooOften { tokens: tally.tokens, calls: tally.passed, enough }),
            client_id: id,
        }));
    }
    Ok(found)
}

fn waits(client: Client, now: Timestamp) -> Option<Waiting> {
    let why = why(&client, now)?;
    Some(Waiting { client_id: client.client_id, name: client.name, why })
}

fn why(client: &Client, now: Timestamp) -> Option<Why> {
    let soon = now.plus(SOON);
    let live = live_secrets(client, now).count();
    match ends_at(client, now).filter(|end| *end <= soon) {
        Some(end) if client.expires_at == Some(end) => Some(Why::ItEnds(end)),
        Some(end) => Some(Why::SecretsEnd(live, end)),
        None => {
            let (secret, since) = removable(client, now)?;
            Some(Why::Quiet(secret.id.clone(), since))
        }
    }
}

#[cfg(test)]
mod tests {
    use portreeve_core::client::record::ClientSecret;
    use portreeve_core::oauth::scope::ScopeSet;
    use portreeve_core::org::owner::Owner;
    use portreeve_core::secret::SecretHash;
    use portreeve_core::text_id::OrganizationId;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_795_262_400);

    fn day(days: i64) -> Timestamp {
        Timestamp::from_unix(NOW.as_unix() + days * 86_400)
    }

    fn secret(id: &str, made: i64, used: Option<i64>, ends: Option<i64>) -> ClientSecret {
        ClientSecret {
            id: id.into(),
            hash: SecretHash::from_bytes([0; 32]),
            created_at: day(made),
            expires_at: ends.map(day),
            last_used_at: used.map(day),
            last_used_from: None,
            made_by: None,
            hint: Box::default(),
            recoverable: None,
        }
    }

    fn client(expires_at: Option<i64>, secrets: Vec<ClientSecret>) -> Client {
        Client {
            client_id: ClientId::parse("prc_1").unwrap(),
            name: "Bridge".to_owned(),
            owner: Owner::Organization(OrganizationId::parse("org_1").unwrap()),
            audiences: Vec::new(),
            scopes: ScopeSet::EMPTY,
            grants: Vec::new(),
            introspects: Vec::new(),
            redirect_uris: Vec::new(),
            networks: Vec::new(),
            disabled: false,
            expires_at: expires_at.map(day),
            not_before: NOW,
            token_ttl: None,
            secrets,
            created_at: day(-500),
            version: 1,
        }
    }

    #[test]
    fn it_is_said_what_is_to_be_done() {
        let old = || secret("old", -400, Some(-6), Some(8));
        let new = || secret("new", -13, Some(0), None);
        for (client, expected) in [
            (client(None, vec![new()]), None),
            (client(Some(6), vec![new()]), Some(Why::ItEnds(day(6)))),
            (client(Some(31), vec![new()]), None),
            (client(None, vec![old()]), Some(Why::SecretsEnd(1, day(8)))),
            (client(Some(9), vec![old()]), Some(Why::SecretsEnd(1, day(8)))),
            (client(None, vec![old(), new()]), Some(Why::Quiet("old".into(), day(-6)))),
            (client(Some(20), vec![old(), new()]), Some(Why::ItEnds(day(20)))),
        ] {
            assert_eq!(why(&client, NOW), expected, "{client:?}");
        }
    }
}
