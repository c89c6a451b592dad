//! Enters what is missing, step by step.

use portreeve_core::client::authenticate::authenticate;
use portreeve_core::client::change::NewClient;
use portreeve_core::org::member::User;
use portreeve_core::org::organization::Organization;
use portreeve_core::secret::{Secret, base62};
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Ttl;
use portreeve_server::env::Env;
use portreeve_server::flow::change::ChangeError;
use portreeve_server::flow::organizations::{self, NewOrganization};
use portreeve_server::flow::{clients, people};

use crate::demo::kept::Kept;
use crate::demo::world::ClientKey;
use crate::demo::world::register::{CONTRACTS, ORGANIZATIONS, Person};
use crate::installed::ACTOR;

/// Every organization of the demo.
pub(super) async fn enter_organizations(env: &Env) -> anyhow::Result<Vec<Organization>> {
    let mut all = organizations::list(env).await?;
    for (external_id, name, parent) in ORGANIZATIONS {
        if all.iter().any(|one| one.external_id.as_deref() == Some(external_id)) {
            continue;
        }
        let parent = parent.map(|parent| id_of(&all, parent)).transpose()?;
        let asked =
            NewOrganization { name, external_id: Some(external_id), parent: parent.as_ref() };
        let entered = organizations::enter(env, asked, &ACTOR).await?;
        all.push(entered.clone());
        if let Some((_, services)) = CONTRACTS.iter().find(|(id, _)| *id == external_id) {
            let services = services.iter().map(|name| (*name).to_owned()).collect();
            organizations::open_services(env, &entered.id, Some(services), None, &ACTOR).await?;
        }
    }
    Ok(all)
}

/// Who is new belongs to these organizations; of who is there already, somebody may
/// have ended a membership, and it stays so.
pub(super) async fn enter_person(
    env: &Env,
    all: &[Organization],
    person: &Person,
) -> anyhow::Result<User> {
    match people::find(env, person.email).await {
        Err(ChangeError::Missing { .. }) => {}
        found => return Ok(found?),
    }
    let user = people::enter(env, person.email, person.name, person.operator, &ACTOR).await?;
    for (external_id, role) in person.places {
        let organization = id_of(all, external_id)?;
        people::set_membership(env, &organization, &user, *role, &ACTOR).await?;
    }
    Ok(user)
}

/// The person's password: the last one, if it still is, or a new one.
pub(super) async fn enter_password(
    env: &Env,
    kept: &Kept,
    user: &User,
) -> anyhow::Result<Secret<String>> {
    if let Some(last) = kept.passwords.get(&user.email)
        && people::is_password(env, user, last.clone()).await?
    {
        return Ok(last.clone());
    }
    let mut random = [0; 12];
    env.entropy.fill(&mut random);
    let mut text = String::new();
    base62::encode(&random, &mut text);
    let password = Secret::new(text);
    people::set_password(env, user, password.clone(), &ACTOR).await?;
    Ok(password)
}

/// The client and its secret: the last one, if it still is, or a new one.
pub(super) async fn enter_client(
    env: &Env,
    kept: &Kept,
    new: NewClient,
) -> anyhow::Result<ClientKey> {
    let found = match &new.client_id {
        Some(id) => clients::show(env, id).await,
        None => Err(ChangeError::missing("client", &new.name)),
    };
    let (client, client_secret) = match found {
        Err(ChangeError::Missing { .. }) => clients::register(env, new, &ACTOR).await?,
        found => {
            let client = found?;
            let last = kept.secrets.get(client.client_id.as_str()).filter(|secret| {
                let shown = secret.expose().as_bytes();
                authenticate(Some(&client), shown, &env.hash_key, env.now()).live_secret().is_some()
            });
            match last {
                Some(secret) => (client, secret.clone()),
                None => clients::rotate(env, &client.client_id, Ttl::ZERO, &ACTOR).await?,
            }
        }
    };
    Ok(ClientKey { client_id: client.client_id, client_secret })
}

/// Portreeve's id of the organization that the vendor knows by this one.
pub(super) fn id_of(
    all: &[Organization],
    external_id: &str,
) -> Result<OrganizationId, ChangeError> {
    let found = all.iter().find(|one| one.external_id.as_deref() == Some(external_id));
    let found = found.ok_or_else(|| ChangeError::missing("organization", external_id))?;
    Ok(found.id.clone())
}
