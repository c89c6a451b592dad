//! Starts the program, and asks servers with curl, as the printed commands do.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_portreeve");

/// What a verb said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program to its end, in this folder.
pub(crate) fn portreeve(folder: &Path, arguments: &[&str]) -> Said {
    let done = Command::new(PROGRAM).args(arguments).current_dir(folder).output().unwrap();
    Said::from(done)
}

/// Runs a verb on the installation in this folder; it must succeed.
pub(crate) fn done(folder: &Path, arguments: &[&str]) -> String {
    let said = portreeve(folder, arguments);
    assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
    assert_eq!(said.err, "", "{arguments:?}");
    said.out
}

/// The same with `--json`.
pub(crate) fn json(folder: &Path, arguments: &[&str]) -> Value {
    let out = done(folder, &[arguments, &["--json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {out}"))
}

/// An installation as `portreeve init` writes it.
pub(crate) fn initialised() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["init", "."]);
    folder
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// A demo that runs. Dropping it kills it.
pub(crate) struct Demo {
    child: Child,
    folder: PathBuf,
    /// What stood in `demo.json`.
    pub(crate) report: Value,
}

impl Demo {
    /// Starts a demo in this folder, on any free port, and waits until it answers.
    pub(crate) fn start(folder: &Path, more: &[&str]) -> Self {
        let out = File::create(folder.join("out.txt")).unwrap();
        let err = File::create(folder.join("err.txt")).unwrap();
        let child = Command::new(PROGRAM)
            .args(["demo", "--listen", "127.0.0.1:0", "--data", "data"])
            .args(more)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .spawn()
            .unwrap();
        let mut demo = Self { child, folder: folder.to_owned(), report: Value::Null };
        demo.report = demo.await_report();
        demo
    }

    /// Runs a verb on this demo; it must succeed.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        done(&self.folder, &[arguments, &["--data", "data"]].concat())
    }

    /// A text of the report, by its JSON pointer.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        let found = self.report.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("{pointer} is missing from {}", self.report))
    }

    /// A token of the `organization_client` or the `user_client`, with this scope.
    pub(crate) fn token(&self, client: &str, scope: &str) -> String {
        let at = |name: &str| self.text(&format!("/dualog/{client}/{name}"));
        token(self.text("/dualog/token_url"), at("client_id"), at("client_secret"), scope)
    }

    /// The status with which the vessel service answers a token about an organization.
    pub(crate) fn ships(&self, token: &str, organization: &str) -> u16 {
        let url = format!("{}?organizationId={organization}", self.text("/dualog/ships_url"));
        guarded(&url, token).0
    }

    /// Asks until a token that lives for a second is refused; what is answered then.
    pub(crate) fn until_refused(&self, url: &str, token: &str) -> (u16, Value) {
        for _ in 0..40 {
            let (status, body) = guarded(url, token);
            if status != 200 {
                return (status, body);
            }
            sleep(Duration::from_millis(100));
        }
        panic!("the token is still accepted");
    }

    /// Everything that was printed on standard output so far.
    pub(crate) fn printed(&self) -> String {
        std::fs::read_to_string(self.folder.join("out.txt")).unwrap()
    }

    /// Asks the demo to stop and waits until it has.
    pub(crate) fn stop(mut self, signal: &str) -> i32 {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }

    fn await_report(&mut self) -> Value {
        let file = self.folder.join("data/demo.json");
        // The last start's report is put aside before this start's is written; until
        // then it may still be there. Its port is not ours.
        for _ in 0..1200 {
            sleep(Duration::from_millis(50));
            if let Some(ended) = self.child.try_wait().unwrap() {
                panic!("the demo ended with {ended}: {}", self.complaint());
            }
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            let report: Value = serde_json::from_str(&text).unwrap_or_default();
            let issuer = report["issuer"].as_str().unwrap_or("nowhere");
            if self.printed().contains(issuer) {
                return report;
            }
        }
        panic!("the demo does not answer: {}", self.complaint());
    }

    fn complaint(&self) -> String {
        std::fs::read_to_string(self.folder.join("err.txt")).unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A token by the client credentials grant; the answer must be one.
pub(crate) fn token(url: &str, id: &str, secret: &str, scope: &str) -> String {
    let (status, body) = ask_token(url, id, secret, scope);
    assert_eq!(status, 200, "{body}");
    body["access_token"].as_str().unwrap().to_owned()
}

/// What a token endpoint answers.
pub(crate) fn ask_token(url: &str, id: &str, secret: &str, scope: &str) -> (u16, Value) {
    let (user, scope) = (format!("{id}:{secret}"), format!("scope={scope}"));
    curl(&["-u", &user, "-d", "grant_type=client_credentials", "-d", &scope, url])
}

/// What a guarded address answers to a token.
pub(crate) fn guarded(url: &str, token: &str) -> (u16, Value) {
    curl(&["-H", &format!("Authorization: Bearer {token}"), url])
}

/// Status and body; a body that is no JSON is null.
pub(crate) fn curl(arguments: &[&str]) -> (u16, Value) {
    let output =
        Command::new("curl").args(["-s", "-w", "\n%{http_code}"]).args(arguments).output().unwrap();
    let said = Said::from(output);
    let (body, status) = said.out.rsplit_once('\n').unwrap();
    (status.parse().unwrap(), serde_json::from_str(body).unwrap_or_default())
}
