//! The demo's `portreeve.toml` and the documents that it names. Written anew at each
//! start: the sample APIs have other ports then.

use std::net::SocketAddr;

use crate::demo::upstreams::Upstreams;

/// What the tokens of the two maritime services are for.
pub(crate) const DUALOG_AUDIENCE: &str = "https://customer-api.example.com";
/// What the berth service's tokens are for.
pub(crate) const BERTHS_AUDIENCE: &str = "https://berths.example.com";

/// Where the vessel service is on this server.
pub(crate) const VESSEL: &str = "/api/vessel";
/// Where the crew service is.
pub(crate) const CREW: &str = "/api/crew";
/// Where the berth service is.
pub(crate) const BERTHS: &str = "/api/berths";

/// The services' OpenAPI documents, by file name.
pub(crate) const DOCUMENTS: [(&str, &str); 3] = [
    ("vessel.yaml", include_str!("../../../../demo/vessel.yaml")),
    ("crew.yaml", include_str!("../../../../demo/crew.yaml")),
    ("berths.yaml", include_str!("../../../../demo/berths.yaml")),
];

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
    let Upstreams { vessel, crew, berths } = upstreams;
    Ok(format!(
        r#"# The demo's configuration. The demo writes it anew at each start.
issuer   = "http://{address}"
listen   = "{address}"
database = {database}

[master_key]
file = "master.key"

[log]
format = "text"

[[service]]
name      = "vessel"
title     = "Vessel"
openapi   = "vessel.yaml"
upstream  = "http://{vessel}"
path      = "{VESSEL}"
audience  = "{DUALOG_AUDIENCE}"
dialect   = "dualog"
token     = {{ format = "jwt", algorithm = "ES256" }}
token_ttl = "24h"

[[service]]
name      = "crew"
title     = "Crew"
openapi   = "crew.yaml"
upstream  = "http://{crew}"
path      = "{CREW}"
audience  = "{DUALOG_AUDIENCE}"
dialect   = "dualog"
token     = {{ format = "jwt", algorithm = "ES256" }}
token_ttl = "24h"

[[service]]
name      = "berths"
title     = "Berths"
openapi   = "berths.yaml"
upstream  = "http://{berths}"
path      = "{BERTHS}"
audience  = "{BERTHS_AUDIENCE}"
dialect   = "standard"
token     = {{ format = "jwt", algorithm = "ES256" }}
token_ttl = "1h"
"#
    ))
}
