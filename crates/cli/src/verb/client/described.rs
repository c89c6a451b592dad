//! Clients in words, for people.

use portreeve_core::client::record::Client;
use portreeve_core::time::Timestamp;

use crate::show::{state, time, time_or_dash};
use crate::table::Table;
use crate::verb::client::network::listed;
use crate::verb::client::owners::Owners;

/// Many clients, one per line.
pub(super) fn table(clients: &[Client], owners: &Owners, now: Timestamp) -> String {
    let mut table = Table::new(&["CLIENT", "NAME", "OWNER", "STATE", "SCOPES"]);
    for client in clients {
        let (id, owner) = (client.client_id.as_str(), owners.name(&client.owner));
        table.row([id, &client.name, owner, state(client.state(now)), client.scopes.as_str()]);
    }
    table.or("There is no client: portreeve client create.")
}

/// All about one.
pub(super) fn described(client: &Client, owners: &Owners, now: Timestamp) -> String {
    let list = |texts: Vec<&str>| if texts.is_empty() { "-".into() } else { texts.join(" ") };
    let audiences = list(client.audiences.iter().map(|one| one.as_str()).collect());
    let introspects = list(client.introspects.iter().map(|one| one.as_str()).collect());
    let mut secrets = Table::new(&["SECRET", "MADE", "ENDS", "LAST USED", "FROM"]);
    for secret in &client.secrets {
        let (made, ends) = (time(secret.created_at), time_or_dash(secret.expires_at));
        let used = time_or_dash(secret.last_used_at);
        let from = secret.last_used_from.map_or("-".to_owned(), |from| from.to_string());
        secrets.row([&secret.id, &made, &ends, &used, &from]);
    }
    format!(
        "{} ({})\n\nstate        {}\nowner        {}\naudiences    {audiences}\nscopes       {}\n\
         introspects  {introspects}\nredirects    {}\nnetworks     {}\ntoken life   {}\nregistered   {}\nends         {}\n\n{}",
        client.name,
        client.client_id,
        state(client.state(now)),
        owners.name(&client.owner),
        list(client.scopes.iter().collect()),
        list(client.redirect_uris.iter().map(String::as_str).collect()),
        if client.networks.is_empty() { "anywhere".into() } else { listed(&client.networks) },
        client.token_ttl.map_or("as the service has it".into(), |life| life.to_string()),
        time(client.created_at),
        time_or_dash(client.expires_at),
        secrets.or("It has no secret: portreeve client rotate."),
    )
}
