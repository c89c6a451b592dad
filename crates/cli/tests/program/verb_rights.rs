//! `client network`, `organization services` and `explain`.

use serde_json::json;

use crate::process::{Demo, done, guarded, initialised, json, portreeve};

#[test]
fn a_client_has_networks_and_lives() {
    let folder = initialised();
    let at = folder.path();
    done(at, &["organization", "create", "Skerry Lines", "--external-id", "77"]);
    let create = ["client", "create", "Bridge", "--organization", "77", "--scope", "ships_read"];
    let more = [
        "--network=203.0.113.0/28",
        "--network=2001:db8::7",
        "--token-ttl=5m",
        "--secret-ends=2099-01-01T00:00:00Z",
    ];
    let made = json(at, &[&create[..], &more].concat());
    assert_eq!(made["networks"], json!(["203.0.113.0/28", "2001:db8::7/128"]));
    assert_eq!(made["token_ttl"], "5m");
    assert_eq!(made["secrets"][0]["expires_at"], "2099-01-01T00:00:00Z");
    let id = made["client_id"].as_str().unwrap();
    let shown = done(at, &["client", "show", id]);
    assert!(shown.contains("networks     203.0.113.0/28 2001:db8::7/128\n"), "{shown}");
    assert!(shown.contains("token life   5m\n"), "{shown}");
    let said = done(at, &["client", "network", id, "198.51.100.7"]);
    let expected = "(Bridge) may ask for tokens and call from 198.51.100.7/32 only.\n";
    assert!(said.ends_with(expected), "{said}");
    let said = done(at, &["client", "network", id]);
    assert!(said.ends_with("(Bridge) may call from anywhere.\n"), "{said}");

    let said = portreeve(at, &["client", "network", id, "203.0.113.7/28", "10.0.0.0/8", "here"]);
    let expected = "portreeve: the networks are not right\n\
         203.0.113.7/28: host bits are set: write 203.0.113.0/28\n\
         here: \"here\" is no network: write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32\n";
    assert_eq!((said.code, &*said.err), (1, expected));
    for life in ["59s", "25h", "30d"] {
        let said = portreeve(at, &[&create[..], &["--token-ttl", life]].concat());
        let expected = "portreeve: a client's tokens may live from 1 minute to 24 hours, and no \
                        longer than the service's\n";
        assert_eq!((said.code, &*said.err), (1, expected));
    }
}

#[test]
fn a_contract_opens_services() {
    let folder = initialised();
    let at = folder.path();
    done(at, &["organization", "create", "Skerry Lines", "--external-id", "77"]);
    let services = |arguments: &[&str]| {
        done(at, &[&["organization", "services", "77"][..], arguments].concat())
    };
    assert_eq!(services(&[]), "Skerry Lines (77) has open: all services.\n");
    assert_eq!(services(&["--none"]), "Skerry Lines (77) has open: none.\n");
    let shown = json(at, &["organization", "show", "77"]);
    assert_eq!(shown["services"], json!([]));
    let only = |names: &str| portreeve(at, &["organization", "services", "77", "--only", names]);
    let said = only("submarines");
    assert_eq!(said.code, 1);
    assert!(said.err.starts_with("portreeve: there is no service \"submarines\"; there are "));
    let known = said.err.trim_end().rsplit_once("there are ").unwrap().1.to_owned();
    let first = known.split(", ").next().unwrap();
    assert_eq!(only(first).out, format!("Skerry Lines (77) has open: {first}.\n"));
    assert_eq!(services(&[]), format!("Skerry Lines (77) has open: {first}.\n"));
    assert_eq!(services(&["--as-parent"]), "Skerry Lines (77) has open: all services.\n");
    let both = ["organization", "services", "77", "--none", "--as-parent"];
    assert_eq!(portreeve(at, &both).code, 2);
}

#[test]
fn a_refusal_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let token = demo.token("organization_client", "organization_read");
    let foreign = demo.text("/dualog/foreign_organization_id");
    let url = format!("{}?organizationId={foreign}", demo.text("/dualog/ships_url"));
    let (status, _) = guarded(&url, &token);
    assert_eq!(status, 403);
    let header = format!("Authorization: Bearer {token}");
    let asked = std::process::Command::new("curl").args(["-si", "-H", &header, &url]).output();
    let head = String::from_utf8(asked.unwrap().stdout).unwrap();
    let id = head.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap().trim();
    let at = folder.path();
    let explain = ["explain", id, "--data", "data"];
    // Counts are written every ten seconds.
    let found = (0..150).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        Some(portreeve(at, &explain)).filter(|said| said.code == 0)
    });
    let said = found.unwrap().out;
    assert!(said.contains("reason       organization_out_of_reach\n"), "{said}");
    assert!(said.contains("The client reaches "), "{said}");
    let shown = json(at, &explain);
    assert_eq!(
        (&shown["reason"], &shown["about"]),
        (&json!("organization_out_of_reach"), &json!(foreign))
    );
    assert!(shown["call"].as_str().unwrap().starts_with("GET /"), "{shown}");
    assert!(!shown.to_string().contains("organizationId"), "{shown}");
    let said = portreeve(at, &["explain", &"0".repeat(32), "--data", "data"]);
    let expected = format!("portreeve: there is no refused request {:?}\n", "0".repeat(32));
    assert_eq!((said.code, said.err), (1, expected));
}
