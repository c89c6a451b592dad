use std::fs;
use std::path::Path;

use portreeve_core::time::Ttl;
use portreeve_core::token::format::{Algorithm, Alphabet, TokenFormat};
use portreeve_core::token::record::Audience;
use tempfile::TempDir;

use crate::catalog::Catalog;
use crate::config::Config;

const CONFIG: &str = r#"issuer = "https://id.example.com"
listen = "127.0.0.1:8080"
database = "sqlite:portreeve.db"
dialects = "dialects"
master_key = { file = "master.key" }
[[service]]
name = "vessel"
title = "Vessels"
openapi = "vessel.yaml"
upstream = "http://127.0.0.1:9001"
path = "/api/vessel"
audience = "https://api.example.com"
token = { format = "sealed", prefix = "at_", alphabet = "base64url" }
[[service]]
name = "crew"
title = "Crews"
openapi = "crew.yaml"
upstream = "https://crew.internal/v2"
path = "/api/vessel/crew"
audience = "https://api.example.com"
token = { format = "sealed", prefix = "at_", alphabet = "base64url" }
[[service]]
name = "cargo"
title = "Cargo"
openapi = "crew.yaml"
upstream = "http://127.0.0.1:9003"
path = "/cargo"
audience = "https://cargo.example.com"
dialect = "own"
token = { format = "sealed", prefix = "cargo_", alphabet = "hex" }
token_ttl = "24h"
[[service]]
name = "port"
title = "Ports"
openapi = "vessel.yaml"
upstream = "http://127.0.0.1:9004"
path = "/port"
audience = "https://port.example.com"
dialect = "own"
token = { format = "jwt", algorithm = "RS256" }
[administration]
enabled = false
"#;

/// A folder with a whole installation's files.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("dialects")).unwrap();
    let files = [
        ("vessel.yaml", document("vessel_read, vessel_write")),
        ("crew.yaml", document("vessel_read, crew_read")),
        ("dialects/own.toml", own_dialect()),
        ("dialects/readme.txt", "no dialect".to_owned()),
    ];
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// An OpenAPI document with one operation that requires these scopes.
fn document(scopes: &str) -> String {
    let declared: String = scopes.split(", ").map(|name| format!(", {name}: x")).collect();
    let declared = declared.trim_start_matches(", ");
    format!(
        "openapi: 3.1.0
info: {{title: X, version: '1'}}
components: {{securitySchemes: {{oauth: {{type: oauth2, flows: {{clientCredentials: {{tokenUrl: /t, scopes: {{{declared}}}}}}}}}}}}}
paths:
  /x:
    get:
      security: [oauth: [{scopes}]]
"
    )
}

/// The standard dialect under another name and path.
fn own_dialect() -> String {
    let (_, standard) = portreeve_core::dialect::builtin::FILES[0];
    let named = standard.replace("name  = \"standard\"", "name  = \"own\"");
    let own = named.replace("\"/oauth2/token\"", "\"/own/token\"");
    assert!(own.contains("\"own\"") && own.contains("\"/own/token\""));
    own
}

fn load(folder: &Path, config: &str) -> Result<Catalog, String> {
    let config = Config::from_text(config, folder).unwrap();
    Catalog::load(&config).map_err(|faults| {
        let printed: String = faults.iter().map(|fault| format!("{fault}\n")).collect();
        printed.replace(&format!("{}/", folder.display()), "")
    })
}

#[test]
fn dialects_know_their_resources() {
    let folder = folder();
    let catalog = load(folder.path(), CONFIG).unwrap();
    let own = catalog.dialects.last().unwrap();
    assert_eq!(own.dialect.name, "own");
    let audiences: Vec<_> = own.resources.iter().map(|found| found.audience.as_str()).collect();
    assert_eq!(audiences, ["https://cargo.example.com", "https://port.example.com"]);

    let standard = &catalog.dialects[0];
    assert_eq!(standard.dialect.name, "standard");
    let [shared] = &standard.resources[..] else { panic!("{:?}", standard.resources) };
    assert_eq!(shared.scopes.as_str(), "vessel_read vessel_write crew_read");
    assert_eq!(shared.token_ttl, Ttl::from_hours(1));
    let sealed = TokenFormat::Sealed { prefix: "at_".into(), alphabet: Alphabet::Base64url };
    assert_eq!(shared.format, sealed);
    assert!(catalog.dialects.iter().any(|entry| entry.resources.is_empty()));
}

#[test]
fn what_is_in_use_is_gathered() {
    let folder = folder();
    let catalog = load(folder.path(), CONFIG).unwrap();
    assert_eq!(catalog.all_scopes().as_str(), "vessel_read vessel_write crew_read");
    assert_eq!(
        catalog.sealed_formats(),
        [("cargo_".into(), Alphabet::Hex), ("at_".into(), Alphabet::Base64url)]
    );
    assert_eq!(catalog.algorithms(), [Algorithm::ES256, Algorithm::RS256]);
    assert_eq!(catalog.longest_token_ttl(), Ttl::from_hours(24));
    let cargo = catalog.resource(&Audience::new("https://cargo.example.com")).unwrap();
    assert_eq!(cargo.dialect.name, "own");
    assert!(catalog.resource(&Audience::new("https://cargo.example.com/")).is_none());
    let document = fs::read_to_string(folder.path().join("vessel.yaml")).unwrap();
    assert_eq!(&*catalog.services[0].document, document);
}

#[test]
fn the_longest_path_on_a_segments_end_wins() {
    let folder = folder();
    let catalog = load(folder.path(), CONFIG).unwrap();
    for (path, expected) in [
        ("/api/vessel", Some(("vessel", "/"))),
        ("/api/vessel/", Some(("vessel", "/"))),
        ("/api/vessel/ships/1", Some(("vessel", "/ships/1"))),
        ("/api/vessel/crews", Some(("vessel", "/crews"))),
        ("/api/vessel/crew", Some(("crew", "/"))),
        ("/api/vessel/crew/7", Some(("crew", "/7"))),
        ("/api/vesselx", None),
        ("/api", None),
        ("/", None),
        ("", None),
        ("/API/vessel", None),
        ("/cargo//x", Some(("cargo", "//x"))),
    ] {
        let found = catalog.service_for(path);
        let found = found.map(|(entry, rest)| (&*entry.service.name, rest));
        assert_eq!(found, expected, "{path}");
        let number = catalog.service_number_for(path).map(|(number, _)| number);
        let named = number.map(|number| &*catalog.services[number].service.name);
        assert_eq!(named, expected.map(|(name, _)| name), "{path}");
    }
}

/// Writes a file, or takes it away, and says what is printed then.
fn with_file(name: &str, text: Option<&str>) -> String {
    let folder = folder();
    let path = folder.path().join(name);
    match text {
        Some(text) => fs::write(path, text).unwrap(),
        None => fs::remove_file(path).unwrap(),
    }
    load(folder.path(), CONFIG).map_or_else(|printed| printed, |_| "no mistake".to_owned())
}

#[test]
fn a_missing_document_is_a_fault_of_every_service_that_names_it() {
    let message = "crew.yaml cannot be read: No such file or directory (os error 2); expected the service's OpenAPI document there";
    assert_eq!(
        with_file("crew.yaml", None),
        format!(
            "portreeve.toml:17: service.openapi: {message}\nportreeve.toml:25: service.openapi: {message}\n"
        )
    );
}

#[test]
fn a_documents_faults_are_told_once_with_their_lines() {
    let text = document("crew_read").replace("[crew_read]", "[crew_raed]") + "    put: {}\n";
    let printed = with_file("crew.yaml", Some(&text));
    let places: Vec<_> = printed.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(places, ["crew.yaml:7:", "crew.yaml:8:"], "{printed}");
}

#[test]
fn too_many_scopes_for_one_token_are_a_fault() {
    // Together with those of the other service 4094 characters, then 4105.
    let mut scopes: Vec<String> =
        (0..40).map(|n| format!("scope_{n}_{}", "x".repeat(92))).collect();
    assert_eq!(with_file("crew.yaml", Some(&document(&scopes.join(", ")))), "no mistake");
    scopes.push("crew_write".to_owned());
    let printed = with_file("crew.yaml", Some(&document(&scopes.join(", "))));
    assert_eq!(
        printed,
        "portreeve.toml:12: service.audience: its services have more scopes than one request can name, 200 or 4096 characters; give some of them another audience\n"
    );
}

#[test]
fn a_dialect_that_cannot_be_compiled_is_told_alone() {
    let printed = with_file("dialects/own.toml", Some("name = \"own\"\ntitel = \"x\"\n"));
    assert!(
        printed.starts_with("dialects/own.toml:2: titel: no such key; did you mean \"title\"?"),
        "{printed}"
    );
    assert_eq!(printed.lines().count(), 1, "{printed}");
}

#[test]
fn a_dialect_that_no_file_has_is_a_fault() {
    let known: Vec<_> =
        portreeve_core::dialect::builtin::FILES.iter().map(|(name, _)| *name).collect();
    let message = format!(
        "service.dialect: there is no dialect \"own\"; known are {}, and every file in the folder that dialects names",
        known.join(", ")
    );
    assert_eq!(
        with_file("dialects/own.toml", None),
        format!("portreeve.toml:29: {message}\nportreeve.toml:39: {message}\n")
    );
}

#[test]
fn dialects_do_not_share_names_and_paths() {
    let own = own_dialect();
    let folded = "aliases = [\"/a\", \"/OAUTH2/token\"]\nignore_case = true\nmethods ";
    let cases = [
        (
            own.replace("\"own\"", "\"dualog\""),
            "dialects/more.toml:3: name: \"dualog\" is already the name of built-in dialect dualog; choose another\ndialects/own.toml:7: path: \"/own/token\" is already a path of dialects/more.toml; choose another\n",
        ),
        (
            own.replace("\"own\"", "\"more\"")
                .replace("/own/token", "/more/token")
                .replace("methods ", folded),
            "dialects/more.toml:8: aliases: \"/oauth2/token\" is already a path of built-in dialect standard; choose another\n",
        ),
        (
            own.replace("\"own\"", "\"more\"").replace("/own/token", "/oauth2/tokens"),
            "dialects/more.toml:7: path: \"/oauth2/tokens\" lies within Portreeve's own paths; choose another, such as \"/oauth/token\"\n",
        ),
        (own.replace("\"own\"", "\"more\"").replace("/own/token", "/OWN/token"), "no mistake"),
        // Taken by a dialect that came along, but no service speaks that.
        (own.replace("\"own\"", "\"more\"").replace("/own/token", "/oauth/token"), "no mistake"),
    ];
    for (text, expected) in cases {
        assert_eq!(with_file("dialects/more.toml", Some(&text)), expected);
    }
}

#[test]
fn the_folder_of_dialects_must_be_there() {
    let folder = folder();
    let config = CONFIG.replace("\"dialects\"", "\"elsewhere\"").replace("\"own\"", "\"dualog\"");
    let printed = load(folder.path(), &config).unwrap_err();
    assert_eq!(
        printed,
        "portreeve.toml:4: dialects: the folder elsewhere cannot be read: No such file or directory (os error 2); make it, or leave the key out\n"
    );
}
