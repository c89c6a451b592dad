//! The demo starts, stops, starts again, and says what is in its way.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use portreeve_store::conformance::postgres_cluster::fresh_database;
use serde_json::Value;

use crate::process::{Demo, ask_token, curl, guarded, portreeve, token};

const SECRETS: [&str; 11] = [
    "/portal/operator/password",
    "/portal/admin/password",
    "/portal/member/password",
    "/standard/client_secret",
    "/dualog/organization_client/client_secret",
    "/dualog/user_client/client_secret",
    "/dataloy/client_secret",
    "/dqe/client_secret",
    "/dotypos/client_secret",
    "/dotypos/user/password",
    "/dotypos/refresh_token",
];

/// The one that is lost, and of which one knows whether it is kept.
const LOST: &str = "/dualog/organization_client/client_secret";

/// Every member of the report, block by block.
const BLOCKS: [(&str, &str); 12] = [
    ("", "issuer portal standard dualog dataloy dqe dotypos"),
    ("/portal", "url operator admin member"),
    ("/portal/operator", "email password"),
    ("/portal/admin", "email password"),
    ("/portal/member", "email password"),
    (
        "/standard",
        "metadata token_endpoint introspection_endpoint revocation_endpoint jwks_uri \
         authorization_endpoint client_id client_secret scopes audience guarded_url",
    ),
    (
        "/dualog",
        "token_url organization_client user_client user_email scopes organization_id \
         child_organization_id foreign_organization_id ships_url crew_url swagger_urls",
    ),
    ("/dualog/user_client", "client_id client_secret"),
    ("/dataloy", "token_url client_id client_secret audience cargo_url currency_url"),
    (
        "/dqe",
        "token_url client_id client_secret expired_client_id licensed_scopes unlicensed_scope \
         address_url",
    ),
    (
        "/dotypos",
        "connect_v1_url connect_v2_url signin_url clouds_url cloud_ids client_id client_secret \
         redirect_uri user refresh_token",
    ),
    ("/dotypos/user", "email password"),
];

#[test]
fn the_report_says_everything_and_is_its_owners() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    for (pointer, expected) in BLOCKS {
        let members = demo.report.pointer(pointer).and_then(Value::as_object).unwrap();
        let names: BTreeSet<&str> = members.keys().map(String::as_str).collect();
        assert_eq!(names, expected.split(' ').collect(), "{pointer}");
    }
    let issuer = demo.text("/issuer");
    for (pointer, path) in [
        ("/dualog/token_url", "/auth/connect/token"),
        ("/dataloy/token_url", "/oauth/token"),
        ("/dataloy/cargo_url", "/ws/rest/Cargo"),
        ("/dataloy/currency_url", "/ws/rest/Currency"),
        ("/dqe/token_url", "/oauth/access_token/"),
        ("/dqe/address_url", "/CP/"),
        ("/dotypos/connect_v1_url", "/client/connect"),
        ("/dotypos/connect_v2_url", "/client/connect/v2"),
        ("/dotypos/signin_url", "/v2/signin/token"),
        ("/dotypos/clouds_url", "/v2/clouds"),
    ] {
        assert_eq!(demo.text(pointer), format!("{issuer}{path}"));
    }
    let mode = |name: &str| {
        let data = folder.path().join("data").join(name);
        fs::metadata(data).unwrap().permissions().mode() & 0o777
    };
    assert_eq!(mode("."), 0o700);
    for name in ["demo.json", "portreeve.toml", "master.key", "portreeve.db"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    let (status, metadata) = curl(&[demo.text("/standard/metadata")]);
    assert_eq!((status, &metadata["issuer"]), (200, &demo.report["issuer"]));
    for (theirs, ours) in [
        ("token_endpoint", "token_endpoint"),
        ("introspection_endpoint", "introspection_endpoint"),
        ("revocation_endpoint", "revocation_endpoint"),
        ("jwks_uri", "jwks_uri"),
    ] {
        assert_eq!(metadata[theirs], demo.report["standard"][ours]);
    }
}

#[test]
fn the_standard_client_calls_and_introspects() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let at = |name: &str| demo.text(&format!("/standard/{name}"));
    let (id, secret) = (at("client_id"), at("client_secret"));
    let token = token(at("token_endpoint"), id, secret, "berths_read");
    let (status, berths) = guarded(at("guarded_url"), &token);
    assert_eq!((status, &berths["total"]), (200, &Value::from(26)));
    let user = format!("{id}:{secret}");
    let form = format!("token={token}");
    let (status, said) = curl(&["-u", &user, "-d", &form, at("introspection_endpoint")]);
    assert_eq!((status, &said["active"]), (200, &Value::from(true)));
    let (status, _) = curl(&["-u", &user, "-d", &form, at("revocation_endpoint")]);
    assert_eq!(status, 200);
    assert_eq!(guarded(at("guarded_url"), &token).0, 401);
}

/// Clients, secrets, keys and tokens outlive a stop; so does what was changed.
fn a_second_start_keeps_everything(folder: &Path, more: &[&str]) {
    let first = Demo::start(folder, more);
    let token = first.token("user_client", "organization_read");
    let (_, keys) = curl(&[first.text("/standard/jwks_uri")]);
    first.done(&["organization", "remove-member", "4200", first.text("/dualog/user_email")]);
    let report = first.report.clone();
    assert_eq!(first.stop("-TERM"), 0);

    let second = Demo::start(folder, more);
    for secret in SECRETS {
        assert_eq!(second.report.pointer(secret), report.pointer(secret), "{secret}");
    }
    assert_eq!(curl(&[second.text("/standard/jwks_uri")]).1, keys);
    second.token("organization_client", "crew_read");
    // The port is another one, so the issuer is, and the old token is not its own.
    assert_eq!(second.ships(&token, "5100"), 401);
    let token = second.token("user_client", "organization_read");
    assert_eq!(second.ships(&token, "5100"), 200);
    assert_eq!(second.ships(&token, "4200"), 403, "an ended membership stays ended");
    assert_eq!(second.stop("-INT"), 0);
}

#[test]
fn a_second_start_keeps_everything_on_sqlite() {
    a_second_start_keeps_everything(tempfile::tempdir().unwrap().path(), &[]);
}

#[test]
fn a_second_start_keeps_everything_on_postgres() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = runtime.block_on(fresh_database());
    let folder = tempfile::tempdir().unwrap();
    a_second_start_keeps_everything(folder.path(), &["--database", &url]);
}

#[test]
fn a_killed_demo_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let first = Demo::start(folder.path(), &[]);
    let report = first.report.clone();
    drop(first);
    let second = Demo::start(folder.path(), &[]);
    assert_eq!(second.report.pointer(LOST), report.pointer(LOST));
}

#[test]
fn lost_secrets_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let first = Demo::start(folder.path(), &[]);
    let secret = first.text(LOST).to_owned();
    assert_eq!(first.stop("-TERM"), 0);
    fs::remove_file(folder.path().join("data/demo.json")).unwrap();

    let second = Demo::start(folder.path(), &[]);
    assert_ne!(second.text(LOST), secret);
    second.token("organization_client", "crew_read");
    let id = second.text("/dualog/organization_client/client_id");
    let url = second.text("/dualog/token_url");
    assert_eq!(ask_token(url, id, &secret, "crew_read").0, 400, "the lost one is refused");
}

#[test]
fn tokens_live_as_long_as_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &["--token-ttl", "1"]);
    let token = demo.token("organization_client", "organization_read");
    let ships = demo.text("/dualog/ships_url");
    assert_eq!(demo.until_refused(ships, &token).0, 401);
}

#[test]
fn what_is_in_the_way_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let running = Demo::start(folder.path(), &[]);
    let issuer = running.text("/issuer").trim_start_matches("http://").to_owned();
    for (arguments, code, expected) in [
        (
            &["demo", "--data", "other", "--listen", &address] as &[&str],
            1,
            format!("portreeve: cannot listen on {address}; choose another port with --listen: Address already in use (os error 98)\n"),
        ),
        (
            &["demo", "--data", "data", "--listen", &issuer],
            1,
            "portreeve: a server runs in data already; stop it, or choose another folder with --data\n".to_owned(),
        ),
        (
            &["demo", "--data", "other", "--listen", "0.0.0.0:0"],
            1,
            "portreeve: the demo is for this machine only; write --listen 127.0.0.1:0\n".to_owned(),
        ),
        (
            &["demo", "--config", "x.toml"],
            1,
            "portreeve: the demo writes its own configuration; name its folder with --data DIR\n".to_owned(),
        ),
    ] {
        let said = portreeve(folder.path(), arguments);
        assert_eq!((said.code, said.err), (code, expected), "{arguments:?}");
    }
    assert_eq!(portreeve(folder.path(), &["demo", "--token-ttl", "0"]).code, 2);
    let token = running.token("organization_client", "organization_read");
    assert_eq!(running.ships(&token, "4200"), 200, "the running one was not disturbed");
}
