//! Who lives in the demo: organizations, people and their clients. What is missing is
//! entered; what is there stays as somebody left it.

mod consent;
mod entering;
mod history;
mod programs;
mod register;

use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::Secret;
use portreeve_core::text_id::ClientId;
use portreeve_server::env::Env;
use portreeve_server::flow::change::ChangeError;
use portreeve_server::flow::clients;

use crate::demo::kept::Kept;
use crate::demo::world::entering::{enter_client, enter_organizations, enter_password, id_of};
use crate::demo::world::register::{CORVID, MERIDIAN, ORCHARD, PEOPLE, PLATELINE};
use crate::installed::ACTOR;

pub(crate) use crate::demo::world::programs::{
    APPLICATION, BERTHS_SCOPES, DUALOG_SCOPES, EXPIRED_LICENCE, LICENSED_SCOPES,
};
pub(crate) use crate::demo::world::register::{
    ADMIN, CASHIER, CHILD, CLOUDS, FOREIGN, FOREIGN_CLOUD, OPERATOR, ORGANIZATION, PERSON,
};

/// A client and its secret.
pub(crate) struct ClientKey {
    /// The id.
    pub(crate) client_id: ClientId,
    /// The secret.
    pub(crate) client_secret: Secret<String>,
}

/// What can be tried.
pub(crate) struct World {
    /// Of an organization, for the maritime services.
    pub(crate) organization: ClientKey,
    /// Of a person, for the same.
    pub(crate) user: ClientKey,
    /// Of another organization, for the berth service.
    pub(crate) berths: ClientKey,
    /// For the voyage service.
    pub(crate) voyages: ClientKey,
    /// For the address service: a licence.
    pub(crate) licence: ClientKey,
    /// An application that people let into their clouds.
    pub(crate) application: ClientKey,
    /// Where it wants them back.
    pub(crate) back: String,
    /// The password of the person who let it in.
    pub(crate) password: Secret<String>,
    /// The passwords of those who look at the portal: the operator's, an
    /// administrator's and a member's.
    pub(crate) portal: [Secret<String>; 3],
    /// What that person granted.
    pub(crate) refresh_token: Option<Secret<String>>,
}

/// Enters whatever is missing. A client whose secret was not kept gets a new one.
/// `back` is where the application wants people back.
///
/// # Errors
/// What the store says.
pub(crate) async fn enter(env: &Env, kept: &Kept, back: String) -> anyhow::Result<World> {
    let all = enter_organizations(env).await?;
    let mut people = Vec::with_capacity(PEOPLE.len());
    for person in &PEOPLE {
        people.push(entering::enter_person(env, &all, person).await?);
    }
    let named = |email| {
        let found = people.iter().find(|user| user.email == email);
        found.ok_or_else(|| ChangeError::missing("user", email))
    };
    // First, so that the register of what was done rises from the past to the present.
    history::enter(env, &owner(&all, ORGANIZATION)?, named(ADMIN)?).await?;
    let (person, cashier) = (named(PERSON)?, named(CASHIER)?);
    let application =
        enter_client(env, kept, programs::application(owner(&all, PLATELINE)?, &back)?).await?;
    let password = enter_password(env, kept, cashier).await?;
    let refresh_token = consent::enter_consent(env, kept, &application, cashier, &back).await?;
    let portal = [
        enter_password(env, kept, named(OPERATOR)?).await?,
        enter_password(env, kept, named(ADMIN)?).await?,
        enter_password(env, kept, person).await?,
    ];
    enter_expired_licence(env, owner(&all, ORCHARD)?).await?;
    let fleet = programs::fleet_report(owner(&all, ORGANIZATION)?)?;
    let notebook = programs::notebook(Owner::User(person.id.clone()))?;
    Ok(World {
        organization: enter_client(env, kept, fleet).await?,
        user: enter_client(env, kept, notebook).await?,
        berths: enter_client(env, kept, programs::berth_planner(owner(&all, MERIDIAN)?)?).await?,
        voyages: enter_client(env, kept, programs::freight_ledger(owner(&all, CORVID)?)?).await?,
        licence: enter_client(env, kept, programs::licence(owner(&all, ORCHARD)?)?).await?,
        application,
        back,
        password,
        portal,
        refresh_token,
    })
}

/// Nobody needs its secret: the licence is refused whatever is shown with it.
async fn enter_expired_licence(env: &Env, owner: Owner) -> anyhow::Result<()> {
    match clients::show(env, &ClientId::parse(EXPIRED_LICENCE)?).await {
        Err(ChangeError::Missing { .. }) => {
            clients::register(env, programs::expired_licence(owner)?, &ACTOR).await?;
        }
        found => drop(found?),
    }
    Ok(())
}

fn owner(all: &[Organization], external_id: &str) -> Result<Owner, ChangeError> {
    Ok(Owner::Organization(id_of(all, external_id)?))
}
