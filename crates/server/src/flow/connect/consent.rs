//! A person looks at what an application asks for, and grants it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_lc_rs::hmac;
use portreeve_core::audit::{Actor, Fact};
use portreeve_core::client::record::Client;
use portreeve_core::connection::record::{Connection, FamilyId, Reach, RefreshToken};
use portreeve_core::connection::refresh_format;
use portreeve_core::dialect::connector::{Connector, RedirectValues};
use portreeve_core::dialect::issue::RefreshForm;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::member::User;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::org::reach::DEEPEST;
use portreeve_core::refusal::{Reason, Refusal};
use portreeve_core::secret::{Entropy, Secret};
use portreeve_core::service::Resource;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::record::Audience;
use portreeve_store::contract::commit::{Commit, Write};
use portreeve_store::contract::error::StoreError;
use portreeve_store::directory::KnownClient;

use crate::catalog::DialectEntry;
use crate::env::Env;
use crate::flow::connect::interaction::Interaction;
use crate::flow::connect::standing;
use crate::flow::stop::Stop;

/// The most organizations that a page offers; beyond, only a person's own memberships.
const MOST_CHOICES: usize = 200;

/// A second press of the button within this time is answered as the first was.
const REPEATABLE: Ttl = Ttl::from_seconds(60);

/// An application's request that still stands, and what it is about.
pub struct Standing<'e> {
    /// The request.
    pub interaction: Interaction,
    /// Who asks.
    pub client: Arc<KnownClient>,
    /// What the page and the way back look like.
    pub connector: &'e Connector,
    /// The API that it is for.
    pub audience: &'e Audience,
    /// What would be granted.
    pub scopes: ScopeSet,
    dialect: &'e DialectEntry,
}

/// One organization that a person may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The id under which the API knows it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The organization above it, if that is within reach too.
    pub above: Option<String>,
}

/// Looks at a request again: whatever was right when it arrived must still be right.
///
/// # Errors
/// [`Reason::InteractionExpired`] when the person took too long; otherwise what is no
/// longer right.
pub async fn reconsider(env: &Env, interaction: Interaction) -> Result<Standing<'_>, Stop> {
    if env.now() >= interaction.ends_at {
        return Err(Reason::InteractionExpired.into());
    }
    env.must_be_current()?;
    let named = |entry: &&DialectEntry| entry.dialect.name == interaction.dialect;
    let dialect = env.catalog.dialects.iter().find(named).ok_or(Reason::InteractionExpired)?;
    let connector = dialect.dialect.connector.as_ref().ok_or(Reason::InteractionExpired)?;
    let client = env.directory.client(interaction.client_id.as_str()).await?;
    let client = client.ok_or(Reason::ClientUnknown)?;
    if let Some(refusal) = standing(env, client.client()).await? {
        return Err(refusal.into());
    }
    if !client.client().redirect_uris.contains(&interaction.redirect_uri) {
        return Err(Reason::RedirectUriUnknown.into());
    }
    let Client { audiences, scopes, .. } = client.client();
    let same = |resource: &&Resource| resource.audience == interaction.audience;
    let resource = dialect.resources.iter().find(same);
    let resource = resource.filter(|resource| audiences.contains(&resource.audience));
    let resource = resource.ok_or(Reason::AudienceNotAllowed)?;
    // Fewer than the page has shown may be granted, never more.
    let scopes = interaction.scopes.intersection(scopes).intersection(&resource.scopes);
    let audience = &resource.audience;
    Ok(Standing { interaction, client, connector, audience, scopes, dialect })
}

/// The organizations that a person may choose, by name, those above before those below.
///
/// # Errors
/// What the store says.
pub async fn choices(env: &Env, user: &User) -> Result<Vec<Choice>, Stop> {
    let roots = env.directory.roots(&Owner::User(user.id.clone())).await?;
    let roots = roots.ok_or(Reason::UserDisabled)?;
    let ids: Vec<OrganizationId> = {
        let tree = env.directory.tree();
        let all = tree.below(roots.as_slice(), MOST_CHOICES);
        all.map_or_else(|| roots.as_slice().to_vec(), |ids| ids.into_iter().cloned().collect())
    };
    let mut found = Vec::with_capacity(ids.len());
    for id in ids.iter().take(MOST_CHOICES) {
        found.extend(env.directory.store().find_organization(id).await?);
    }
    Ok(by_name(&found))
}

/// Each with the name of what is above it, by the names from the top downwards.
fn by_name(found: &[Organization]) -> Vec<Choice> {
    let named = |id: &OrganizationId| found.iter().find(|one| one.id == *id);
    let above = |one: &Organization| one.parent.as_ref().and_then(named);
    let path = |one: &Organization| {
        let upwards = std::iter::successors(Some(one), |one| above(one)).take(DEEPEST);
        let mut names: Vec<String> = upwards.map(|one| one.name.clone()).collect();
        names.reverse();
        names
    };
    let mut sorted: Vec<&Organization> = found.iter().collect();
    sorted.sort_by_cached_key(|one| (path(one), one.id.clone()));
    let choice = |one: &Organization| Choice {
        id: one.api_id().to_owned(),
        name: one.name.clone(),
        above: above(one).map(|above| above.name.clone()),
    };
    sorted.into_iter().map(choice).collect()
}

/// Grants a request: makes the connection, and answers the address to which the
/// person returns with what was granted.
///
/// Pressing the button twice grants once: connection and refresh token are drawn from
/// the request itself, so the second commit meets a conflict and the same answer.
///
/// # Errors
/// [`Reason::OrganizationUnknown`] or [`Reason::OrganizationOutOfReach`] for a choice
/// that is not (or no longer) the person's; [`Reason::InteractionExpired`] when the
/// request was answered before.
pub async fn grant(
    env: &Env,
    standing: &Standing<'_>,
    user: &User,
    chosen: Option<&str>,
) -> Result<String, Stop> {
    let organization = choose(env, standing, user, chosen).await?;
    let now = env.now();
    let source = drawn(env, &standing.interaction, user);
    let id = FamilyId::generate(&source);
    let (token, refresh) = refresh_token(env, standing, id, now, &source)?;
    let connection = Connection {
        id,
        client_id: standing.client.client_id.clone(),
        user: user.id.clone(),
        organization: organization.clone(),
        reach: standing.connector.reach,
        audience: standing.audience.clone(),
        scopes: standing.scopes.clone(),
        created_at: now,
        last_used_at: None,
        ended_at: None,
    };
    let actor = Actor::User(user.id.clone());
    let mut fact = Fact::new(now, &actor, "connection.made", id)
        .with_detail(format!("client {}; scopes: {}", connection.client_id, connection.scopes));
    fact.organization.clone_from(&organization);
    let write = Write::ConnectionMade { connection: connection.clone(), refresh };
    match env.directory.commit(Commit::one(write, fact)).await {
        Ok(_) => {}
        Err(StoreError::Conflict(_)) => must_repeat(env, &connection).await?,
        Err(error) => return Err(error.into()),
    }
    let api_id = organization.as_ref().map(|id| env.directory.tree().api_id(id).to_owned());
    let values = RedirectValues {
        refresh_token: token.expose(),
        organization: api_id.as_deref(),
        state: standing.interaction.state.as_deref(),
        client_id: standing.client.client_id.as_str(),
    };
    Ok(standing.connector.redirect_uri(&standing.interaction.redirect_uri, &values))
}

/// The organization that was chosen, if it is one that the person reaches now.
async fn choose(
    env: &Env,
    standing: &Standing<'_>,
    user: &User,
    chosen: Option<&str>,
) -> Result<Option<OrganizationId>, Stop> {
    let roots = env.directory.roots(&Owner::User(user.id.clone())).await?;
    let roots = roots.ok_or(Reason::UserDisabled)?;
    if !standing.connector.chooses_organization {
        return Ok(None);
    }
    let chosen = chosen.ok_or_else(|| Refusal::about(Reason::ParameterMissing, "organization"))?;
    let tree = env.directory.tree();
    let id = tree.named(chosen).ok_or(Reason::OrganizationUnknown)?;
    if !tree.is_reached(roots.as_slice(), id) {
        return Err(Refusal::about(Reason::OrganizationOutOfReach, id.as_str()).into());
    }
    Ok(Some(id.clone()))
}

fn refresh_token(
    env: &Env,
    standing: &Standing<'_>,
    connection: FamilyId,
    now: Timestamp,
    source: &dyn Entropy,
) -> Result<(Secret<String>, RefreshToken), Stop> {
    let issue = standing.dialect.dialect.issue.refresh.as_ref();
    let Some((issue, RefreshForm::Stored(format))) = issue.map(|issue| (issue, &issue.format))
    else {
        return Err(
            Refusal::about(Reason::ServerError, "the dialect stores no refresh token").into()
        );
    };
    let token = format.generate(source);
    let refresh = RefreshToken {
        hash: refresh_format::hash(token.expose(), &env.hash_key),
        connection,
        issued_at: now,
        expires_at: issue.ttl.map(|ttl| now.plus(ttl)),
        used_at: None,
    };
    Ok((token, refresh))
}

/// The same bytes whenever the same person answers the same request, and to nobody
/// else: HMAC-SHA256 in counter mode under a key of this installation.
fn drawn(env: &Env, interaction: &Interaction, user: &User) -> impl Entropy + use<> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &env.directory.master().derive("connector-grants"));
    let seed = [&interaction.nonce[..], user.id.as_str().as_bytes()].concat();
    let count = AtomicU32::new(0);
    move |bytes: &mut [u8]| {
        for block in bytes.chunks_mut(32) {
            let mut context = hmac::Context::with_key(&key);
            context.update(&count.fetch_add(1, Ordering::Relaxed).to_be_bytes());
            context.update(&seed);
            let tag = context.sign();
            block.iter_mut().zip(tag.as_ref()).for_each(|(byte, drawn)| *byte = *drawn);
        }
    }
}

/// The request was answered already, or something is gone. A second press just now,
/// with the same choice, is none the worse.
async fn must_repeat(env: &Env, asked: &Connection) -> Result<(), Stop> {
    let Some(made) = env.directory.store().find_connection(&asked.id).await? else {
        return Err(Reason::ChangedMeanwhile.into());
    };
    let is_same = made.organization == asked.organization
        && made.is_standing()
        && made.created_at.until(asked.created_at) <= REPEATABLE;
    if is_same {
        return Ok(());
    }
    Err(Refusal::about(Reason::InteractionExpired, "answered").into())
}

/// True when the connection would reach beyond the choice.
pub const fn reaches_all(connector: &Connector) -> bool {
    matches!(connector.reach, Reach::All)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_stand_below_what_they_belong_to_by_name() {
        let id = |id: &str| OrganizationId::parse(id).unwrap();
        let enter = |name: &str, external: Option<&str>, parent: Option<&str>| {
            let own = id(&format!("org_{name}"));
            Organization::new(own, name, external, parent.map(id), Timestamp::EPOCH).unwrap()
        };
        let found = [
            enter("stall", Some("4"), Some("org_unseen")),
            enter("quay", Some("3"), Some("org_bakery")),
            enter("bakery", Some("2"), None),
            enter("arcade", None, Some("org_bakery")),
        ];
        let told: Vec<_> = by_name(&found)
            .into_iter()
            .map(|choice| format!("{} {}", choice.id, choice.above.unwrap_or_default()))
            .collect();
        assert_eq!(told, ["2 ", "org_arcade bakery", "3 bakery", "4 "]);
    }
}
