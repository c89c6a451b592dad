//! Every built-in dialect beside `standard`, for the same form of token: what a dialect
//! costs.

use std::path::Path;

use portreeve_core::connection::record::{Connection, FamilyId, Reach, RefreshToken};
use portreeve_core::connection::refresh_format;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::member::{Membership, Role, User};
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::token::record::Audience;
use portreeve_server::env::Env;
use portreeve_store::contract::commit::Write;

use crate::candidates::{STANDARD, load, of};
use crate::fault::Fault;
use crate::installation::{Installation, Plan, Service, audience};
use crate::population::{cloud, commit, new_client, organizations};
use crate::process::Server;
use crate::request::{self, Credential};
use crate::rounds::{Candidate, Target};

/// What a dialect may cost: so many times `standard`, for the same form of token.
const MOST: f64 = 1.15;
const ES256: Option<&str> = Some(r#"{ format = "jwt", algorithm = "ES256" }"#);
const RS256: Option<&str> = Some(r#"{ format = "jwt", algorithm = "RS256" }"#);
/// Asks and answers like `standard`, with DQE's tokens.
const LICENCES: &str = include_str!("licences.toml");

/// One row of the table.
struct Row {
    name: &'static str,
    service: Service,
    /// The row that it is compared with.
    beside: Option<&'static str>,
    ask: fn(&Caller) -> Vec<u8>,
    /// What it is answered with.
    status: u16,
}

const ROWS: [Row; 10] = [
    row("ES256: standard", ("es256", "standard", ES256), None, standard),
    row("ES256: dualog, its own", ("dualog", "dualog", None), Some("ES256: standard"), dualog),
    row("ES256: dataloy", ("voyages", "dataloy", ES256), Some("ES256: standard"), dataloy),
    row("ES256: dqe", ("addresses", "dqe", ES256), Some("ES256: standard"), dqe),
    Row {
        status: 201,
        ..row("ES256: dotypos", ("clouds", "dotypos", ES256), Some("ES256: standard"), dotypos)
    },
    row("RS256: standard", ("rs256", "standard", RS256), None, standard),
    row("RS256: dataloy, its own", ("dataloy", "dataloy", None), Some("RS256: standard"), dataloy),
    Row {
        status: 201,
        ..row(
            "RS256: dotypos, its own",
            ("dotypos", "dotypos", None),
            Some("RS256: standard"),
            dotypos,
        )
    },
    row("TK, *TK: as standard", ("licences", "licences", None), None, licences),
    row("TK, *TK: dqe, its own", ("dqe", "dqe", None), Some("TK, *TK: as standard"), dqe),
];

const fn row(
    name: &'static str,
    service: Service,
    beside: Option<&'static str>,
    ask: fn(&Caller) -> Vec<u8>,
) -> Row {
    Row { name, service, beside, ask, status: 200 }
}

/// Somebody who asks for tokens of one service.
pub(crate) struct Caller {
    client: Credential,
    audience: String,
    /// What a person has granted to the client, and where.
    refresh_token: String,
    cloud: String,
}

/// An installation with a service for each row, and clients of that service alone; each
/// has been let in by a person.
///
/// # Errors
/// When the folder cannot be written, or Portreeve refuses what is entered.
pub(crate) fn make(
    folder: &Path,
    program: &Path,
    plan: Plan,
) -> Result<(Installation, Vec<Vec<Caller>>), Fault> {
    let services = ROWS.map(|row| row.service);
    let installation = Installation::empty(folder, program, &services, plan)?;
    installation.add_dialect("licences", LICENCES)?;
    let callers = installation.enter(async |env| {
        let (organizations, writes) = organizations(env)?;
        commit(env, writes).await?;
        let mut callers = Vec::with_capacity(services.len());
        for (service, ..) in services {
            let (of_service, writes) = enter(env, service, &organizations, plan.clients)?;
            commit(env, writes).await?;
            callers.push(of_service);
        }
        Ok(callers)
    })?;
    Ok((installation, callers))
}

/// A candidate for each row.
pub(crate) fn candidates(server: &Server, callers: &[Vec<Caller>]) -> Vec<Candidate> {
    let candidate = |(row, callers): (Row, &Vec<Caller>)| {
        let load = load(server.address, callers.iter().map(row.ask).collect(), row.status);
        let target = row.beside.map_or(Target::None, |name| Target::TimesThat(name, MOST));
        of(server, row.name, load, target)
    };
    ROWS.into_iter().zip(callers).map(candidate).collect()
}

fn enter(
    env: &Env,
    service: &str,
    organizations: &[OrganizationId],
    count: usize,
) -> Result<(Vec<Caller>, Vec<Write>), Fault> {
    let (mut callers, mut writes) = (Vec::with_capacity(count), Vec::new());
    for (number, organization) in (0..count).zip(organizations.iter().cycle()) {
        let owner = Owner::Organization(organization.clone());
        let (client, registered) = new_client(env, number, owner, &[service])?;
        let person = format!("{service}-{number}@example.com");
        let user =
            User::new(UserId::generate(&*env.entropy), &person, "Somebody", false, env.now())?;
        let membership = Membership {
            organization: organization.clone(),
            user: user.id.clone(),
            role: Role::Member,
        };
        let (refresh_token, made) = connection(env, service, &client, &membership)?;
        writes.extend([
            registered,
            Write::UserEntered(user),
            Write::MembershipSet(membership),
            made,
        ]);
        let (audience, cloud) = (audience(service), cloud(number));
        callers.push(Caller { client, audience, refresh_token, cloud });
    }
    Ok((callers, writes))
}

/// What a person has granted to a client: the refresh token, and the connection.
fn connection(
    env: &Env,
    service: &str,
    client: &Credential,
    of: &Membership,
) -> Result<(String, Write), Fault> {
    let mut random = [0; 16];
    env.entropy.fill(&mut random);
    let token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let id = FamilyId::generate(&*env.entropy);
    let connection = Connection {
        id,
        client_id: ClientId::parse(&client.id)?,
        user: of.user.clone(),
        organization: Some(of.organization.clone()),
        reach: Reach::All,
        audience: Audience::new(audience(service).as_str()),
        scopes: ScopeSet::parse("cargo_read")?,
        created_at: env.now(),
        last_used_at: None,
        ended_at: None,
    };
    let refresh = RefreshToken {
        hash: refresh_format::hash(&token, &env.hash_key),
        connection: id,
        issued_at: env.now(),
        expires_at: None,
        used_at: None,
    };
    Ok((token, Write::ConnectionMade { connection, refresh }))
}

fn standard(caller: &Caller) -> Vec<u8> {
    request::token(STANDARD, &caller.client, Some(&caller.audience))
}

fn licences(caller: &Caller) -> Vec<u8> {
    request::token("/licences/token", &caller.client, Some(&caller.audience))
}

fn dualog(caller: &Caller) -> Vec<u8> {
    request::token("/auth/connect/token", &caller.client, Some(&caller.audience))
}

fn dataloy(caller: &Caller) -> Vec<u8> {
    request::json_token("/oauth/token", &caller.client, &caller.audience)
}

fn dqe(caller: &Caller) -> Vec<u8> {
    request::query_token("/oauth/access_token/", &caller.client, "cargo_read")
}

fn dotypos(caller: &Caller) -> Vec<u8> {
    request::cloud_token("/v2/signin/token", &caller.refresh_token, &caller.cloud)
}
