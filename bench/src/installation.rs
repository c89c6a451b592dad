//! An installation of Portreeve in a folder of its own: configured, filled with
//! clients, and started as its users start it.

use std::fmt::Write;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use portreeve_core::org::owner::Owner;
use portreeve_server::config::{Config, FILE_NAME};
use portreeve_server::env::Env;
use portreeve_server::installation::{LogTarget, Options, open};

use crate::fault::Fault;
use crate::population::{commit, new_client, organizations};
use crate::process::{SERVER_CORE, Server};
use crate::request::Credential;

/// One service: its name, its dialect and, unless they are as the dialect has them,
/// its tokens.
pub(crate) type Service = (&'static str, &'static str, Option<&'static str>);

/// Services of the `standard` dialect, one for each form of token.
const SERVICES: [Service; 5] = [
    ("sealed", "standard", Some(r#"{ format = "sealed", prefix = "at_" }"#)),
    ("eddsa", "standard", Some(r#"{ format = "jwt", algorithm = "EdDSA" }"#)),
    ("es256", "standard", Some(r#"{ format = "jwt", algorithm = "ES256" }"#)),
    ("ps256", "standard", Some(r#"{ format = "jwt", algorithm = "PS256" }"#)),
    ("rs256", "standard", Some(r#"{ format = "jwt", algorithm = "RS256" }"#)),
];
/// What each of them offers: an operation for everyone, one for our clients, and one
/// for which none of them has the scope.
const OPENAPI: &str = include_str!("api.yaml");

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
        let made = Self::empty(folder, program, &SERVICES, plan)?;
        let clients = made.enter(async |env| enter_clients(env, plan).await)?;
        Ok(Self { clients, ..made })
    }

    /// Makes one with these services, to which nobody is known yet. The dialects of the
    /// folder `dialects` are there as well as those that are built in.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(crate) fn empty(
        folder: &Path,
        program: &Path,
        services: &[Service],
        plan: Plan,
    ) -> Result<Self, Fault> {
        fs::create_dir_all(folder.join("dialects"))?;
        let address = free_address()?;
        fs::write(folder.join(FILE_NAME), configuration(address, services, plan))?;
        fs::write(folder.join("api.yaml"), OPENAPI)?;
        let (folder, program) = (folder.to_owned(), program.to_owned());
        Ok(Self { folder, program, address, clients: Vec::new() })
    }

    /// Writes a dialect of our own into the folder `dialects`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn add_dialect(&self, name: &str, text: &str) -> Result<(), Fault> {
        Ok(fs::write(self.folder.join("dialects").join(name).with_extension("toml"), text)?)
    }

    /// Opens it as the server would, and enters what is needed.
    ///
    /// # Errors
    /// When Portreeve refuses its configuration, or the work fails.
    pub(crate) fn enter<T>(
        &self,
        work: impl AsyncFnOnce(&Env) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let config = Config::read(&self.folder.join(FILE_NAME)).map_err(|faults| {
            faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        })?;
        let options = Options { ttl_override: None, log: LogTarget::Nowhere };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let env = open(&config, options).await?;
            work(&env).await
        })
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

fn configuration(address: SocketAddr, services: &[Service], plan: Plan) -> String {
    let Plan { upstream, tokens_in_memory, .. } = plan;
    let mut text = format!(
        "issuer = \"http://{address}\"\nlisten = \"{address}\"\ndatabase = \"sqlite:portreeve.db\"\n\
         dialects = \"dialects\"\n[master_key]\nfile = \"master.key\"\n[limits]\ntokens_in_memory = {tokens_in_memory}\n"
    );
    for (name, dialect, token) in services {
        let (audience, path) = (audience(name), path(name));
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "[[service]]\nname = \"{name}\"\ntitle = \"{name}\"\nopenapi = \"api.yaml\"\n\
             upstream = \"http://{upstream}\"\npath = \"{path}\"\naudience = \"{audience}\"\n\
             dialect = \"{dialect}\"\n"
        );
        text.extend(token.map(|token| format!("token = {token}\n")));
    }
    text
}

async fn enter_clients(env: &Env, plan: Plan) -> Result<Vec<Credential>, Fault> {
    let is_wanted = |name: &str| plan.only.is_none_or(|names| names.contains(&name));
    let services: Vec<&str> =
        SERVICES.iter().map(|(name, ..)| *name).filter(|name| is_wanted(name)).collect();
    let (owners, mut writes) = organizations(env)?;
    let mut clients = Vec::with_capacity(plan.clients);
    for (number, owner) in (0..plan.clients).zip(owners.iter().cycle()) {
        let owner = Owner::Organization(owner.clone());
        let (credential, write) = new_client(env, number, owner, &services)?;
        clients.push(credential);
        writes.push(write);
    }
    commit(env, writes).await?;
    Ok(clients)
}
