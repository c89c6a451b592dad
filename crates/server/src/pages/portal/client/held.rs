//! The scopes of a client: what each lets it do, and of which services.

use std::sync::Arc;

use portreeve_core::client::record::Client;
use portreeve_core::service::Service;

use crate::env::Env;
use crate::pages::portal::client::offer::Offer;
use crate::texts::Texts;

/// A scope that a client has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// The scope.
    pub(super) scope: String,
    /// What it lets the client do.
    pub(super) text: String,
    /// Of which services, and whether every client has it.
    pub(super) of: String,
}

/// The scopes of a client, those of its services first and in their order.
pub(super) fn held(env: &Env, client: &Client, t: &Texts) -> Vec<Held> {
    let services = env.catalog.services.iter().map(|entry| &entry.service);
    let of_client: Vec<Arc<Service>> =
        services.filter(|one| client.audiences.contains(&one.audience)).cloned().collect();
    let offer = Offer::new(&of_client);
    let mut held: Vec<Held> = Vec::new();
    for (tick, title) in
        offer.boxes.iter().flat_map(|one| one.ticks.iter().map(|it| (it, &one.title)))
    {
        if !client.scopes.contains(&tick.scope) {
            continue;
        }
        let mut titles = vec![title.clone()];
        titles.extend(tick.also.iter().cloned());
        let mut of = titles.join(", ");
        if tick.is_basic {
            of = t.say1("client-held-basic", "titles", of);
        }
        match held.iter_mut().find(|one| one.scope == tick.scope) {
            // The same name in another API.
            Some(known) => known.of = format!("{}, {of}", known.of),
            None => held.push(Held { scope: tick.scope.clone(), text: tick.text.clone(), of }),
        }
    }
    let known: Vec<String> = held.iter().map(|one| one.scope.clone()).collect();
    let unknown = client.scopes.iter().filter(|scope| !known.iter().any(|one| one == scope));
    held.extend(unknown.map(|scope| Held {
        scope: scope.to_owned(),
        text: t.say("client-held-unknown"),
        of: String::new(),
    }));
    held
}
