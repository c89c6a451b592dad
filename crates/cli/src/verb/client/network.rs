//! `portreeve client network`: from where a client may call.

use anyhow::bail;
use clap::Args;
use portreeve_core::client::change::Particulars;
use portreeve_core::client::network::{IpNet, read_lines};
use portreeve_core::client::record::Client;
use portreeve_core::text_id::ClientId;
use portreeve_server::flow::clients;

use crate::installed::{ACTOR, Installed};
use crate::verb::Context;
use crate::verb::client::say;

/// Arguments of `client network`.
#[derive(Args, Debug)]
pub(crate) struct Network {
    /// The client's id
    #[arg(value_parser = ClientId::parse)]
    client_id: ClientId,
    /// The networks, such as 203.0.113.0/24 or 2001:db8::7; none lets it call from anywhere
    #[arg(value_name = "CIDR")]
    networks: Vec<String>,
}

pub(super) async fn run(
    installed: &Installed,
    asked: Network,
    context: &Context,
) -> anyhow::Result<()> {
    let env = &installed.env;
    let networks = networks(&asked.networks)?;
    let client = clients::show(env, &asked.client_id).await?;
    let Client { name, token_ttl, expires_at, version, .. } = client;
    let to = Particulars { name, networks, token_ttl, expires_at };
    let setting = clients::set_particulars(env, &asked.client_id, to, Some(version), &ACTOR);
    let client = installed.change(setting).await?;
    let what = match client.networks.is_empty() {
        true => "may call from anywhere".to_owned(),
        false => format!("may ask for tokens and call from {} only", listed(&client.networks)),
    };
    say(&client, &what, env, context)
}

/// Reads the networks of the arguments.
///
/// # Errors
/// What is wrong with each of them, and what would be right.
pub(super) fn networks(texts: &[String]) -> anyhow::Result<Vec<IpNet>> {
    read_lines(&texts.join("\n")).or_else(|faults| {
        let told = faults.iter().map(|(number, fault)| {
            let text = texts.get(number.saturating_sub(1)).map_or("", String::as_str);
            format!("{text}: {fault}")
        });
        bail!("the networks are not right\n{}", told.collect::<Vec<_>>().join("\n"))
    })
}

/// Networks in one line.
pub(super) fn listed(networks: &[IpNet]) -> String {
    networks.iter().map(IpNet::to_string).collect::<Vec<_>>().join(" ")
}
