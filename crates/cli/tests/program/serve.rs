//! `portreeve serve`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::process::{PROGRAM, ask_token, curl, initialised, json, portreeve};

/// A server that is killed when its test ends.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn an_installation_is_served_until_it_is_asked_to_stop() {
    let folder = initialised();
    let child = Command::new(PROGRAM)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut served = Served(child);
    let lines = BufReader::new(served.0.stderr.take().unwrap()).lines();
    let mut lines = lines.map(Result::unwrap);
    let address =
        lines.find_map(|line| Some(line.split_once("listens on ")?.1.to_owned())).unwrap();
    // Kept open: whoever logs to a closed pipe would be a test of something else.
    let rest = std::thread::spawn(move || lines.collect::<Vec<_>>());

    json(folder.path(), &["organization", "create", "Skerry Lines", "--external-id", "77"]);
    let create = ["client", "create", "Bridge", "--organization", "77", "--scope", "ships_read"];
    let made = json(folder.path(), &create);
    let text = |name: &str| made[name].as_str().unwrap();
    let url = format!("http://{address}/oauth2/token");
    let (status, said) = ask_token(&url, text("client_id"), text("client_secret"), "ships_read");
    assert_eq!((status, said["expires_in"].as_u64()), (200, Some(3600)), "{said}");
    assert_eq!(curl(&[&format!("http://{address}/readyz")]).0, 200);

    let pid = served.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(served.0.wait().unwrap().code(), Some(0));
    rest.join().unwrap();
    assert!(!folder.path().join("portreeve.sock").exists(), "the control socket is gone");
    // What was gathered in memory was written at the stop.
    let shown = json(folder.path(), &["client", "show", text("client_id")]);
    assert!(shown["secrets"][0]["last_used_at"].is_string(), "{shown}");
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let said = portreeve(folder.path(), &["serve"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("portreeve init"), "{}", said.err);
}
