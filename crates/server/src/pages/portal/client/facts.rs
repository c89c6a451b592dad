//! The line below a client's name, and its limits.

use portreeve_core::client::record::Client;
use portreeve_core::time::Ttl;

use crate::flow::change::ChangeError;
use crate::flow::portal_clients::{self, Owned};
use crate::pages::portal::At;
use crate::pages::portal::client::May;
use crate::pages::portal::client::limits::plainly;
use crate::pages::portal::client::ticks::longest_life;
use crate::pages::portal::client::words::doer;
use crate::pages::times::{When, length};

/// What stands below its name.
pub(super) struct Facts {
    /// The id.
    pub(super) id: String,
    /// The owner's name, and its page where it has one.
    pub(super) owner: (String, Option<String>),
    /// Who made it, and when.
    pub(super) made_by: String,
    /// When it was made.
    pub(super) made: When,
    /// The day of that.
    pub(super) made_day: String,
    /// How long its tokens live.
    pub(super) token_life: String,
    /// When it ends by itself.
    pub(super) end: Option<When>,
    /// From where it may call; anywhere when this is empty. `None` for who may not see it.
    pub(super) networks: Option<Vec<String>>,
    /// Where people come back to who let it in; none for who may not see it.
    pub(super) redirect_uris: Vec<String>,
}

impl Facts {
    /// The facts of a client.
    ///
    /// # Errors
    /// What the store says.
    pub(super) async fn of(
        at: &At,
        client: &Client,
        owned: &Owned,
        may: May,
    ) -> Result<Self, ChangeError> {
        let (t, reader) = (at.texts(), at.reader());
        let page =
            owned.organization.as_ref().map(|one| format!("/portal/organizations/{}", one.id));
        let facts = portal_clients::registered(&at.env, client).await?;
        let made_by = match facts {
            Some(actor) => {
                let name = portal_clients::person(&at.env, &actor).await?;
                doer(&actor, name, at.env.catalog.vendor(), t)
            }
            None => at.env.catalog.vendor().to_owned(),
        };
        let service = longest_life(&at.env, &client.audiences);
        let life = client.token_ttl.map_or(service, |own: Ttl| own.min(service));
        let token_life = match client.token_ttl {
            Some(_) => length(t, life),
            None => t.say1("client-life-service", "length", length(t, life)),
        };
        Ok(Self {
            id: client.client_id.to_string(),
            owner: (owned.name.clone(), page),
            made_by,
            made: reader.when(client.created_at),
            made_day: reader.day(client.created_at),
            token_life,
            end: client.expires_at.map(|end| reader.when(end)),
            networks: may.see_calls.then(|| networks(client)),
            redirect_uris: match may.see_calls {
                true => client.redirect_uris.clone(),
                false => Vec::new(),
            },
        })
    }
}

fn networks(client: &Client) -> Vec<String> {
    client.networks.iter().map(|network| plainly(*network)).collect()
}
