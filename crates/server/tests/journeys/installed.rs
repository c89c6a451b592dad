//! The configuration of the world, and the files that it names: a service or two in
//! every dialect, three of which come from a folder.

use std::net::SocketAddr;
use std::path::Path;

/// The configuration, over a database and an API.
pub(crate) fn configuration(database: &str, upstream: SocketAddr) -> String {
    let service = |name: &str, dialect: &str, audience: &str, token: &str, ttl: &str| {
        format!(
            "[[service]]\nname = \"{name}\"\ntitle = \"{name}\"\nopenapi = \"ships.json\"\nupstream = \"http://{upstream}\"\npath = \"/api/{name}\"\naudience = \"{audience}\"\ndialect = \"{dialect}\"\ntoken = {token}\ntoken_ttl = \"{ttl}\"\n"
        )
    };
    let sealed = "{ format = \"sealed\", prefix = \"at_\", alphabet = \"base64url\" }";
    let jwt = |algorithm: &str| format!("{{ format = \"jwt\", algorithm = \"{algorithm}\" }}");
    let services = [
        service("ships", "standard", "https://ships.example.com", sealed, "1h"),
        service("rs256", "standard", "https://rs256.example.com", &jwt("RS256"), "1h"),
        service("licensed", "licensed", "https://licensed.example.com", sealed, "1h"),
        service("vessel", "dualog", "https://vendor.example.com", &jwt("ES256"), "24h"),
    ];
    // What its tokens look like, its dialect says.
    let plain = |name: &str, dialect: &str, audience: &str, path: &str, openapi: &str| {
        format!(
            "[[service]]\nname = \"{name}\"\ntitle = \"{name}\"\nopenapi = \"{openapi}.json\"\nupstream = \"http://{upstream}\"\npath = \"{path}\"\naudience = \"{audience}\"\ndialect = \"{dialect}\"\n"
        )
    };
    let vendors = [
        plain("address", "dqe", "urn:address", "/api/address", "address"),
        plain("clouds", "dotypos", "urn:clouds", "/api/clouds", "clouds"),
        plain("voyages", "dataloy", "https://dataloy.internal", "/ws/rest", "voyages"),
        plain("trials", "dataloy", "https://trials.example.com", "/dev/ws/rest", "voyages"),
        plain("payments", "vipps", "https://apitest.example.com", "/api/payments", "ships"),
        plain("leads", "marketo", "https://mkto.example.com", "/api/leads", "ships"),
        plain("messages", "lark", "https://open.example.com", "/api/messages", "ships"),
    ]
    .join("");
    let dead = service("dead", "standard", "https://ships.example.com", sealed, "1h")
        .replace(&upstream.to_string(), "127.0.0.1:1");
    format!(
        "issuer = \"http://127.0.0.1:8080\"\nlisten = \"127.0.0.1:8080\"\ntrusted_proxies = [\"10.9.0.0/16\"]\ndatabase = \"{database}\"\ndialects = \"dialects\"\n[master_key]\nfile = \"master.key\"\n[mail]\nfrom = \"Tidewright <id@tidewright.example>\"\nfolder = \"mail\"\n{}{vendors}{dead}",
        services.join("")
    )
}

/// What the configuration names.
pub(crate) fn write_files(folder: &Path) {
    let standard = include_str!("../../../core/dialects/standard/dialect.toml");
    let licensed = standard
        .replace("\"standard\"", "\"licensed\"")
        .replace("/oauth2/token", "/licensed/token")
        .replace("[\"bearer\"]", "[\"bearer\", \"query:Licence\", \"header:X-Token\"]");
    std::fs::create_dir(folder.join("dialects")).unwrap();
    for (name, text) in [
        ("ships.json", include_str!("ships.json")),
        ("address.json", include_str!("address.json")),
        ("clouds.json", include_str!("clouds.json")),
        ("voyages.json", include_str!("voyages.json")),
        // Not built in: files and nothing else.
        ("dialects/vipps.toml", include_str!("../../../core/dialects/vipps/dialect.toml")),
        ("dialects/marketo.toml", include_str!("../../../core/dialects/marketo/dialect.toml")),
        ("dialects/licensed.toml", licensed.as_str()),
        ("dialects/lark.toml", include_str!("../../../core/dialects/lark/dialect.toml")),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}
