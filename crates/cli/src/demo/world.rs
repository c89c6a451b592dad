//! Who lives in the demo: organizations, people and their clients. All made up. What
//! is missing is entered; what is there stays as somebody left it.

use portreeve_core::client::authenticate::authenticate;
use portreeve_core::client::change::NewClient;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::member::{Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::Secret;
use portreeve_core::text_id::{ClientId, OrganizationId};
use portreeve_core::time::Ttl;
use portreeve_core::token::record::Audience;
use portreeve_server::env::Env;
use portreeve_server::flow::change::ChangeError;
use portreeve_server::flow::organizations::{self, NewOrganization};
use portreeve_server::flow::{clients, people};

use crate::demo::config::{BERTHS_AUDIENCE, DUALOG_AUDIENCE};
use crate::demo::folder::Secrets;
use crate::installed::ACTOR;

/// The organization of the organization's client.
pub(crate) const ORGANIZATION: &str = "4200";
/// One that is below it.
pub(crate) const CHILD: &str = "4210";
/// One that is not.
pub(crate) const FOREIGN: &str = "5100";
/// The person of the user's client.
pub(crate) const PERSON: &str = "ingrid.solvang@example.com";
/// The scopes of both.
pub(crate) const DUALOG_SCOPES: &str = "organization_read crew_read crew_import";
/// The scopes of the berth service's client.
pub(crate) const BERTHS_SCOPES: &str = "berths_read berths_book";

/// External id, name, and the external id of the parent, which stands above.
const ORGANIZATIONS: [(&str, &str, Option<&str>); 6] = [
    (ORGANIZATION, "Fjordline Shipping Group", None),
    (CHILD, "Fjordline Tankers", Some(ORGANIZATION)),
    ("4220", "Fjordline Bulk", Some(ORGANIZATION)),
    ("4221", "Fjordline Bulk Baltic", Some("4220")),
    (FOREIGN, "Skagen Offshore", None),
    (MERIDIAN, "Meridian Cruises", None),
];
const MERIDIAN: &str = "6100";

struct Person {
    email: &'static str,
    name: &'static str,
    operator: bool,
    places: &'static [(&'static str, Role)],
}

const PEOPLE: [Person; 6] = [
    Person {
        email: PERSON,
        name: "Ingrid Solvang",
        operator: false,
        places: &[(ORGANIZATION, Role::Member), (FOREIGN, Role::Member)],
    },
    Person {
        email: "halvard.nesse@example.com",
        name: "Halvard Nesse",
        operator: false,
        places: &[(ORGANIZATION, Role::Admin)],
    },
    Person {
        email: "liv.tangeraas@example.com",
        name: "Liv Tangeraas",
        operator: false,
        places: &[(CHILD, Role::Admin), ("4221", Role::Member)],
    },
    Person {
        email: "mikkel.dragsted@example.com",
        name: "Mikkel Dragsted",
        operator: false,
        places: &[(FOREIGN, Role::Admin)],
    },
    Person {
        email: "carla.mizzoni@example.com",
        name: "Carla Mizzoni",
        operator: false,
        places: &[(MERIDIAN, Role::Admin), (FOREIGN, Role::Member)],
    },
    Person { email: "operator@example.com", name: "Harbour Desk", operator: true, places: &[] },
];

/// A client and its secret.
pub(crate) struct ClientKey {
    /// The id.
    pub(crate) client_id: ClientId,
    /// The secret.
    pub(crate) client_secret: Secret<String>,
}

/// The clients that can be tried.
pub(crate) struct World {
    /// Of an organization, for the maritime services.
    pub(crate) organization: ClientKey,
    /// Of a person, for the same.
    pub(crate) user: ClientKey,
    /// Of another organization, for the berth service.
    pub(crate) berths: ClientKey,
}

/// Enters whatever is missing. A client whose secret is not among `kept` any more gets
/// a new one.
///
/// # Errors
/// What the store says.
pub(crate) async fn enter(env: &Env, kept: &Secrets) -> anyhow::Result<World> {
    let all = enter_organizations(env).await?;
    let mut owner = None;
    for person in &PEOPLE {
        let user = enter_person(env, &all, person).await?;
        if person.email == PERSON {
            owner = Some(Owner::User(user.id));
        }
    }
    let user = owner.ok_or_else(|| ChangeError::missing("user", PERSON))?;
    let organization = Owner::Organization(id_of(&all, ORGANIZATION)?);
    let meridian = Owner::Organization(id_of(&all, MERIDIAN)?);
    let fleet = dualog("fjordline-fleet-report", "Fleet report", organization)?;
    let notebook = dualog("ingrid-notebook", "Ingrid's notebook", user)?;
    let planner = NewClient {
        audiences: vec![Audience::new(BERTHS_AUDIENCE)],
        scopes: ScopeSet::parse(BERTHS_SCOPES)?,
        introspects: vec![Audience::new(BERTHS_AUDIENCE)],
        ..dualog("meridian-berth-planner", "Berth planner", meridian)?
    };
    Ok(World {
        organization: enter_client(env, kept, fleet).await?,
        user: enter_client(env, kept, notebook).await?,
        berths: enter_client(env, kept, planner).await?,
    })
}

async fn enter_organizations(env: &Env) -> anyhow::Result<Vec<Organization>> {
    let mut all = organizations::list(env).await?;
    for (external_id, name, parent) in ORGANIZATIONS {
        if all.iter().any(|one| one.external_id.as_deref() == Some(external_id)) {
            continue;
        }
        let parent = parent.map(|parent| id_of(&all, parent)).transpose()?;
        let asked =
            NewOrganization { name, external_id: Some(external_id), parent: parent.as_ref() };
        all.push(organizations::enter(env, asked, &ACTOR).await?);
    }
    Ok(all)
}

/// Who is new belongs to these organizations; of who is there already, somebody may
/// have ended a membership, and it stays so.
async fn enter_person(env: &Env, all: &[Organization], person: &Person) -> anyhow::Result<User> {
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

async fn enter_client(env: &Env, kept: &Secrets, new: NewClient) -> anyhow::Result<ClientKey> {
    let found = match &new.client_id {
        Some(id) => clients::show(env, id).await,
        None => Err(ChangeError::missing("client", &new.name)),
    };
    let (client, client_secret) = match found {
        Err(ChangeError::Missing { .. }) => clients::register(env, new, &ACTOR).await?,
        found => {
            let client = found?;
            let kept = kept.get(client.client_id.as_str()).filter(|secret| {
                let shown = secret.expose().as_bytes();
                authenticate(Some(&client), shown, &env.hash_key, env.now()).secret.is_some()
            });
            match kept {
                Some(secret) => (client, secret.clone()),
                None => clients::rotate(env, &client.client_id, Ttl::ZERO, &ACTOR).await?,
            }
        }
    };
    Ok(ClientKey { client_id: client.client_id, client_secret })
}

fn dualog(id: &str, name: &str, owner: Owner) -> anyhow::Result<NewClient> {
    Ok(NewClient {
        client_id: Some(ClientId::parse(id)?),
        name: name.to_owned(),
        owner,
        audiences: vec![Audience::new(DUALOG_AUDIENCE)],
        scopes: ScopeSet::parse(DUALOG_SCOPES)?,
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        expires_at: None,
    })
}

fn id_of(all: &[Organization], external_id: &str) -> Result<OrganizationId, ChangeError> {
    let found = all.iter().find(|one| one.external_id.as_deref() == Some(external_id));
    let found = found.ok_or_else(|| ChangeError::missing("organization", external_id))?;
    Ok(found.id.clone())
}
