//! `portreeve client create`.

use anyhow::{anyhow, bail};
use clap::Args;
use jiff::Timestamp as Moment;
use portreeve_core::client::change::NewClient;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::record::Audience;
use portreeve_server::catalog::Catalog;
use portreeve_server::flow::clients;

use crate::installed::{ACTOR, Installed};
use crate::verb::Context;
use crate::verb::client::network::networks;
use crate::verb::client::{Whose, owner, show_secret};

/// Arguments of `client create`.
#[derive(Args, Debug)]
pub(crate) struct Create {
    /// What people call it
    name: String,
    #[command(flatten)]
    whose: Whose,
    /// A scope that it may have; may be repeated
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// An audience that it may have tokens for; may be repeated [default: those that
    /// offer its scopes]
    #[arg(long = "audience", value_name = "URI")]
    audiences: Vec<String>,
    /// An audience whose tokens it may introspect, as its resource server; may be repeated
    #[arg(long = "introspect", value_name = "URI")]
    introspects: Vec<String>,
    /// Where its connector may send people back to, in full; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// The id, where your customers have one already [default: a new one]
    #[arg(long, value_name = "CLIENT_ID", value_parser = ClientId::parse)]
    id: Option<ClientId>,
    /// When its time ends, such as 2027-01-01T00:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    expires_at: Option<Timestamp>,
    /// A network from which alone it may ask for tokens and call, such as 203.0.113.0/24;
    /// may be repeated [default: anywhere]
    #[arg(long = "network", value_name = "CIDR")]
    networks: Vec<String>,
    /// How long its tokens live, from 1m to 24h and no longer than the service's: 5m, 1h
    #[arg(long, value_name = "DURATION")]
    token_ttl: Option<Ttl>,
    /// When its first secret ends, such as 2027-01-01T00:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    secret_ends: Option<Timestamp>,
}

pub(super) async fn run(
    installed: &Installed,
    asked: Create,
    context: &Context,
) -> anyhow::Result<()> {
    let env = &installed.env;
    let Some(owner) = owner(env, &asked.whose).await? else {
        bail!("say whose client it is: --organization ORGANIZATION_ID or --user EMAIL");
    };
    let scopes = ScopeSet::from_names(asked.scopes.iter().map(String::as_str))?;
    let audiences = match asked.audiences.is_empty() {
        true => offering(&env.catalog, &scopes),
        false => asked.audiences.iter().map(|uri| Audience::new(uri)).collect(),
    };
    let new = NewClient {
        client_id: asked.id,
        name: asked.name,
        owner,
        audiences,
        scopes,
        introspects: asked.introspects.iter().map(|uri| Audience::new(uri)).collect(),
        redirect_uris: asked.redirect_uris,
        networks: networks(&asked.networks)?,
        token_ttl: asked.token_ttl,
        secret_expires_at: asked.secret_ends,
        expires_at: asked.expires_at,
    };
    let made = installed.change(clients::register(env, new, &ACTOR)).await?;
    show_secret(&made, "is registered", env, context)
}

/// The audiences that offer one of the scopes; all of the vendor's when none does, so that
/// whoever mistypes a scope is told which there are.
fn offering(catalog: &Catalog, scopes: &ScopeSet) -> Vec<Audience> {
    let resources: Vec<_> = catalog.dialects.iter().flat_map(|entry| &entry.resources).collect();
    let offers = |names: &ScopeSet| !names.intersection(scopes).is_empty();
    let offering: Vec<Audience> = resources
        .iter()
        .filter(|resource| offers(&resource.scopes))
        .map(|resource| resource.audience.clone())
        .collect();
    if offering.is_empty() {
        let own = |audience: &Audience| {
            let mut services = catalog.services.iter().map(|entry| &entry.service);
            services.any(|service| service.is_own && service.audience == *audience)
        };
        let theirs = resources.iter().filter(|resource| !own(&resource.audience));
        return theirs.map(|resource| resource.audience.clone()).collect();
    }
    offering
}

fn moment(text: &str) -> anyhow::Result<Timestamp> {
    let moment: Moment =
        text.parse().map_err(|_| anyhow!("expected a time such as 2027-01-01T00:00:00Z"))?;
    Ok(Timestamp::from_unix(moment.as_second()))
}
