//! The demo's `portreeve.toml` and the documents that it names. Written anew at each
//! start: the sample APIs have other ports then.

use std::fmt::Write;
use std::net::SocketAddr;

use crate::demo::upstreams::Upstreams;

/// What the tokens of the two maritime services are for.
pub(crate) const DUALOG_AUDIENCE: &str = "https://customer-api.example.com";
/// What the berth service's tokens are for.
pub(crate) const BERTHS_AUDIENCE: &str = "https://berths.example.com";
/// What the voyage service's tokens are for: its callers name it in their requests.
pub(crate) const DATALOY_AUDIENCE: &str = "https://dataloy.internal";
/// What the address service's tokens are for.
pub(crate) const DQE_AUDIENCE: &str = "https://addresses.example.com";
/// What the clouds' tokens are for.
pub(crate) const DOTYPOS_AUDIENCE: &str = "https://clouds.example.com";

/// Where the vessel service is on this server.
pub(crate) const VESSEL: &str = "/api/vessel";
/// Where the crew service is.
pub(crate) const CREW: &str = "/api/crew";
/// Where the berth service is.
pub(crate) const BERTHS: &str = "/api/berths";
/// Where the voyage service is: as on its vendor's hosts, so that programs change
/// their host and nothing else. So the next two.
pub(crate) const VOYAGES: &str = "/ws/rest";
/// Where the address service is.
pub(crate) const ADDRESSES: &str = "/CP";
/// Where the clouds are.
pub(crate) const CLOUDS: &str = "/v2";

/// The services' OpenAPI documents, by file name.
pub(crate) const DOCUMENTS: [(&str, &str); 6] = [
    ("vessel.yaml", include_str!("../../../../demo/vessel.yaml")),
    ("crew.yaml", include_str!("../../../../demo/crew.yaml")),
    ("berths.yaml", include_str!("../../../../demo/berths.yaml")),
    ("voyages.yaml", include_str!("../../../../demo/voyages.yaml")),
    ("addresses.yaml", include_str!("../../../../demo/addresses.yaml")),
    ("clouds.yaml", include_str!("../../../../demo/clouds.yaml")),
];

/// The tokens of these two do not follow from their dialects.
const FOR_A_DAY: &str =
    "token     = { format = \"jwt\", algorithm = \"ES256\" }\ntoken_ttl = \"24h\"\n";
const FOR_AN_HOUR: &str =
    "token     = { format = \"jwt\", algorithm = \"ES256\" }\ntoken_ttl = \"1h\"\n";
/// The others' do.
const AS_THE_DIALECT: &str = "";

/// One `[[service]]`.
struct Service<'a> {
    /// Its name; with a capital, its title; with `.yaml`, its document.
    name: &'a str,
    title: &'a str,
    upstream: String,
    path: &'a str,
    audience: &'a str,
    dialect: &'a str,
    tokens: &'a str,
}

/// The configuration for a server at this address.
///
/// # Errors
/// Never for texts.
pub(crate) fn text(
    address: SocketAddr,
    database: &str,
    upstreams: &Upstreams,
) -> anyhow::Result<String> {
    // A JSON string is a TOML string (TOML 1.0, basic strings).
    let database = serde_json::to_string(database)?;
    let mut text = format!(
        r#"# The demo's configuration. The demo writes it anew at each start.
issuer   = "http://{address}"
listen   = "{address}"
database = {database}

[master_key]
file = "master.key"

[log]
format = "text"

[branding]
name    = "Quayside"
support = "mailto:help@quayside.example"
links   = {{ help = "https://quayside.example/help", status = "https://status.quayside.example", privacy = "https://quayside.example/privacy" }}

# Each mail is a file there.
[mail]
from   = "Quayside <portal@quayside.example>"
folder = "mail"
"#
    );
    for service in maritime(upstreams).iter().chain(&abroad(upstreams)) {
        service.write(&mut text)?;
    }
    Ok(text)
}

fn maritime(upstreams: &Upstreams) -> [Service<'static>; 3] {
    let dualog = |name, title, upstream: SocketAddr, path| Service {
        name,
        title,
        upstream: upstream.to_string(),
        path,
        audience: DUALOG_AUDIENCE,
        dialect: "dualog",
        tokens: FOR_A_DAY,
    };
    [
        dualog("vessel", "Vessel", upstreams.vessel, VESSEL),
        dualog("crew", "Crew", upstreams.crew, CREW),
        Service {
            audience: BERTHS_AUDIENCE,
            dialect: "standard",
            tokens: FOR_AN_HOUR,
            ..dualog("berths", "Berths", upstreams.berths, BERTHS)
        },
    ]
}

/// The services of the other vendors.
fn abroad(upstreams: &Upstreams) -> [Service<'static>; 3] {
    [
        Service {
            name: "voyages",
            title: "Voyages",
            upstream: format!("{}{VOYAGES}", upstreams.voyages),
            path: VOYAGES,
            audience: DATALOY_AUDIENCE,
            dialect: "dataloy",
            tokens: AS_THE_DIALECT,
        },
        Service {
            name: "addresses",
            title: "Addresses",
            upstream: format!("{}{ADDRESSES}", upstreams.addresses),
            path: ADDRESSES,
            audience: DQE_AUDIENCE,
            dialect: "dqe",
            tokens: AS_THE_DIALECT,
        },
        Service {
            name: "clouds",
            // What its people know the vendor by, on the connector's pages.
            title: "Tally Tills",
            upstream: upstreams.clouds.to_string(),
            path: CLOUDS,
            audience: DOTYPOS_AUDIENCE,
            dialect: "dotypos",
            tokens: AS_THE_DIALECT,
        },
    ]
}

impl Service<'_> {
    fn write(&self, text: &mut String) -> std::fmt::Result {
        let Self { name, title, upstream, path, audience, dialect, tokens } = self;
        write!(
            text,
            r#"
[[service]]
name      = "{name}"
title     = "{title}"
openapi   = "{name}.yaml"
upstream  = "http://{upstream}"
path      = "{path}"
audience  = "{audience}"
dialect   = "{dialect}"
{tokens}"#
        )
    }
}
