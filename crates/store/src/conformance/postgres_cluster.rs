//! A real PostgreSQL for tests: the one that `./test` has started, or else one of
//! this process alone, which ends with it however it ends.

use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use tokio_postgres::NoTls;

/// Where `./test` says which server to use: the URL of an admin database.
const VARIABLE: &str = "PORTREEVE_TEST_POSTGRES";

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres-for-tests");

/// Starts a server, says where, waits until its input ends (which it does when the
/// process that holds the other end is gone) and clears up.
const KEEPER: &str = r#"folder=$(mktemp -d /tmp/portreeve-pg.XXXXXX); echo "$folder"; "$0" start "$folder" || exit 1
    cat >/dev/null; "$0" stop "$folder""#;

static SHARED: OnceLock<Cluster> = OnceLock::new();

/// The URL of a new, empty database.
///
/// # Panics
/// When PostgreSQL is not installed or does not start; the text says what to do.
pub async fn fresh_database() -> String {
    let admin = tokio::task::spawn_blocking(admin_url).await.unwrap();
    fresh_database_on(&admin).await
}

/// The URL of a new, empty database on the server with this admin database.
///
/// # Panics
/// When the server does not answer.
pub async fn fresh_database_on(admin: &str) -> String {
    let (client, connection) = tokio_postgres::connect(admin, NoTls)
        .await
        .unwrap_or_else(|error| panic!("the test database server does not answer: {error}"));
    let driver = tokio::spawn(connection);
    let name = format!("test_{:016x}", RandomState::new().hash_one(std::process::id()));
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    drop(client);
    driver.await.unwrap().unwrap();
    let (server, _) = admin.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

#[expect(clippy::disallowed_methods, reason = "tests have no env.rs")]
fn admin_url() -> String {
    std::env::var(VARIABLE).unwrap_or_else(|_| SHARED.get_or_init(Cluster::start).url.clone())
}

/// A server of one's own, for tests that crash it.
pub struct Cluster {
    /// The URL of its admin database.
    pub url: String,
    folder: String,
    /// Its input is open as long as we live.
    _keeper: Child,
}

impl Cluster {
    /// Starts one; takes a second or two.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub fn start() -> Self {
        let mut keeper = Command::new("bash")
            .args(["-c", KEEPER, SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Not the terminal's: Ctrl-C must leave the keeper to clear up.
            .process_group(0)
            .spawn()
            .expect("bash is needed to start PostgreSQL for the tests");
        let mut lines = BufReader::new(keeper.stdout.take().unwrap()).lines();
        let mut line = || lines.next().and_then(Result::ok);
        let (Some(folder), Some(url)) = (line(), line()) else {
            panic!("no PostgreSQL for the tests: run ./test, which installs what they need");
        };
        Self { url, folder, _keeper: keeper }
    }

    /// Ends the server as a crash would.
    ///
    /// # Panics
    /// When it is not running.
    pub fn crash(&self) {
        self.run("crash");
    }

    /// Brings it back at the same address.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_again(&self) {
        self.run("start");
    }

    fn run(&self, command: &str) {
        let mut script = Command::new("bash");
        script.args([SCRIPT, command, &self.folder]).stdout(Stdio::null());
        assert!(script.status().unwrap().success(), "{command} failed");
    }
}
