//! An installation of Portreeve in a folder of its own: configured, filled with
//! clients, and started as its users start it.

use std::fmt::Write;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use portreeve_core::client::change::{NewClient, SecretMaker, register};
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::token::record::Audience;
use portreeve_server::config::{Config, FILE_NAME};
use portreeve_server::env::Env;
use portreeve_server::installation::{LogTarget, Options, open};
use portreeve_store::contract::commit::{Commit, Write as Change};

use crate::fault::Fault;
use crate::process::{SERVER_CORE, Server};
use crate::request::Credential;

/// The services: their names, dialects and tokens.
const SERVICES: [(&str, &str, &str); 6] = [
    ("sealed", "standard", r#"{ format = "sealed", prefix = "at_" }"#),
    ("eddsa", "standard", r#"{ format = "jwt", algorithm = "EdDSA" }"#),
    ("es256", "standard", r#"{ format = "jwt", algorithm = "ES256" }"#),
    ("ps256", "standard", r#"{ format = "jwt", algorithm = "PS256" }"#),
    ("rs256", "standard", r#"{ format = "jwt", algorithm = "RS256" }"#),
    ("dualog", "dualog", r#"{ format = "jwt", algorithm = "ES256" }"#),
];
/// What each of them offers: an operation for everyone, one for our clients, and one
/// for which none of them has the scope.
const OPENAPI: &str = include_str!("api.yaml");
/// Organizations that own the clients in turn.
const ORGANIZATIONS: usize = 100;
/// Records that are written in one transaction.
const BATCH: usize = 1000;

/// What an installation is made for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// The API behind the gate.
    pub(crate) upstream: SocketAddr,
    /// Clients that are registered.
    pub(crate) clients: usize,
    /// The services for which they may have tokens; all of them otherwise.
    pub(crate) only: Option<&'static [&'static str]>,
    /// Tokens that are remembered as checked.
    pub(crate) tokens_in_memory: u32,
}

/// An installation that can be started.
#[derive(Debug)]
pub(crate) struct Installation {
    folder: PathBuf,
    program: PathBuf,
    address: SocketAddr,
    /// Its clients.
    pub(crate) clients: Vec<Credential>,
}

impl Installation {
    /// Makes one in `folder`, to be run by `program`.
    ///
    /// # Errors
    /// When the folder cannot be written, or Portreeve refuses its configuration.
    pub(crate) fn make(folder: &Path, program: &Path, plan: Plan) -> Result<Self, Fault> {
        fs::create_dir_all(folder)?;
        let address = free_address()?;
        fs::write(folder.join(FILE_NAME), configuration(address, plan))?;
        fs::write(folder.join("api.yaml"), OPENAPI)?;
        let config = Config::read(&folder.join(FILE_NAME)).map_err(|faults| {
            faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        })?;
        let options = Options { ttl_override: None, log: LogTarget::Nowhere };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let clients = runtime.block_on(async {
            let env = open(&config, options).await?;
            enter_clients(&env, plan).await
        })?;
        Ok(Self { folder: folder.to_owned(), program: program.to_owned(), address, clients })
    }

    /// Starts the server, its access log into a file of the folder or nowhere.
    ///
    /// # Errors
    /// When it does not listen in time.
    pub(crate) fn start(&self, logs: bool) -> Result<Server, Fault> {
        let log = if logs { self.folder.join("access.log") } else { "/dev/null".into() };
        let (program, folder) = (self.program.to_string_lossy(), self.folder.to_string_lossy());
        let command = [&*program, "serve", "--data", &*folder];
        Server::start(SERVER_CORE, &command, &log, self.address)
    }

    /// The bytes of the database's files.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub(crate) fn database_bytes(&self) -> Result<u64, Fault> {
        let mut bytes = 0;
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with("portreeve.db") {
                bytes += entry.metadata()?.len();
            }
        }
        Ok(bytes)
    }
}

/// The audience of a service's tokens.
pub(crate) fn audience(service: &str) -> String {
    format!("https://{service}.example.com")
}

/// Where a service is behind the gate.
pub(crate) fn path(service: &str) -> String {
    format!("/api/{service}")
}

/// An address at which nobody listens.
///
/// # Errors
/// When there is none.
pub(crate) fn free_address() -> Result<SocketAddr, Fault> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn configuration(address: SocketAddr, plan: Plan) -> String {
    let Plan { upstream, tokens_in_memory, .. } = plan;
    let mut text = format!(
        "issuer = \"http://{address}\"\nlisten = \"{address}\"\ndatabase = \"sqlite:portreeve.db\"\n\
         [master_key]\nfile = \"master.key\"\n[limits]\ntokens_in_memory = {tokens_in_memory}\n"
    );
    for (name, dialect, token) in SERVICES {
        let (audience, path) = (audience(name), path(name));
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "[[service]]\nname = \"{name}\"\ntitle = \"{name}\"\nopenapi = \"api.yaml\"\n\
             upstream = \"http://{upstream}\"\npath = \"{path}\"\naudience = \"{audience}\"\n\
             dialect = \"{dialect}\"\ntoken = {token}\n"
        );
    }
    text
}

/// Registers clients as the command line does, but many in one transaction and in one
/// process: ten thousand processes would take minutes.
async fn enter_clients(env: &Env, plan: Plan) -> Result<Vec<Credential>, Fault> {
    let mut owners = Vec::new();
    for number in 0..ORGANIZATIONS {
        let id = OrganizationId::generate(&*env.entropy);
        let name = format!("Organization {number}");
        let entered = Organization::new(id.clone(), &name, None, None, env.now())?;
        owners.push((id, Change::OrganizationEntered(entered)));
    }
    let (owners, mut writes): (Vec<_>, Vec<_>) = owners.into_iter().unzip();
    let mut clients = Vec::with_capacity(plan.clients);
    for (number, owner) in (0..plan.clients).zip(owners.iter().cycle()) {
        let (credential, write) = new_client(env, number, owner, plan)?;
        clients.push(credential);
        writes.push(write);
        if writes.len() >= BATCH {
            commit(env, std::mem::take(&mut writes)).await?;
        }
    }
    commit(env, writes).await?;
    Ok(clients)
}

fn new_client(
    env: &Env,
    number: usize,
    owner: &OrganizationId,
    plan: Plan,
) -> Result<(Credential, Change), Fault> {
    let is_wanted = |name: &str| plan.only.is_none_or(|names| names.contains(&name));
    let services = SERVICES.iter().filter(|(name, ..)| is_wanted(name));
    let audiences: Vec<_> =
        services.map(|(name, ..)| Audience::new(audience(name).as_str())).collect();
    let asked = NewClient {
        client_id: None,
        name: format!("Client {number}"),
        owner: Owner::Organization(owner.clone()),
        introspects: audiences.clone(),
        audiences,
        scopes: ScopeSet::parse("cargo_read")?,
        redirect_uris: Vec::new(),
        expires_at: None,
    };
    let maker = SecretMaker {
        entropy: &*env.entropy,
        key: &env.hash_key,
        now: env.now(),
        recoverable_under: None,
    };
    let (client, secret) = register(asked, maker)?;
    let id = client.client_id.as_str().to_owned();
    let credential = Credential { id, secret: secret.expose().clone() };
    Ok((credential, Change::ClientRegistered(Box::new(client))))
}

async fn commit(env: &Env, writes: Vec<Change>) -> Result<(), Fault> {
    let commit = Commit { writes, facts: Vec::new(), at: Some(env.now()) };
    env.directory.commit(commit).await?;
    Ok(())
}
