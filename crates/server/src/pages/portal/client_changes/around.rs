//! What stands around every form that changes a client, and what happens when somebody
//! else was faster.

use axum::response::Response;
use portreeve_core::client::record::Client;
use portreeve_core::refusal::Reason;

use crate::flow::portal_clients;
use crate::pages::frame::{Frame, Tab, go_to, page};
use crate::pages::message::{Message, Onward};
use crate::pages::portal::client::words::{above, address};
use crate::pages::portal::{At, Not};

/// What stands around a form.
pub(super) struct Around {
    /// The proof that the form came from here.
    pub(super) form_token: String,
    /// The organization's id and name, where it is one's client.
    pub(super) crumb: Option<(String, String)>,
    /// The client's page.
    pub(super) address: String,
    /// What it is called.
    pub(super) name: String,
    /// The version that the person sees.
    pub(super) version: i64,
}

impl Around {
    /// The frame of a page about this client, and what stands around its form.
    ///
    /// # Errors
    /// What the store says.
    pub(super) async fn read(at: &At, client: &Client) -> Result<(Frame, Self), Not> {
        let owned = portal_clients::owned(&at.env, client).await?;
        let crumb = owned.organization.map(|one| (one.id.to_string(), one.name));
        let named = crumb.as_ref().map(|(id, name)| (id.as_str(), name.as_str()));
        let frame = at.frame(Tab::Organization, named).await?;
        let around = Self {
            form_token: at.form_token(),
            address: address(&client.client_id),
            name: client.name.clone(),
            version: client.version,
            crumb: above(&frame, crumb),
        };
        Ok((frame, around))
    }
}

/// The version that the person saw.
///
/// # Errors
/// When the form has none: nothing is changed unseen.
pub(super) fn version(at: &At) -> Result<Option<i64>, Not> {
    match at.fields.number("version") {
        Some(version) => Ok(Some(version)),
        None => Err(Reason::ParameterMalformed.into()),
    }
}

/// Back to the client's page, which says what was done.
pub(super) fn done(client: &Client, word: &str) -> Response {
    go_to(&format!("{}?done={word}", address(&client.client_id)))
}

/// Somebody else was faster, or the same form was sent twice: nothing was changed now.
///
/// # Errors
/// What the store says.
pub(super) async fn meanwhile(at: &At, client: &Client, why: &str) -> Result<Response, Not> {
    let t = at.texts();
    let (frame, around) = Around::read(at, client).await?;
    let message = Message {
        onward: Some(Onward { href: around.address, label: t.say("client-meanwhile-look") }),
        ..Message::new(frame, t.say("client-meanwhile-title")).saying(t.say(why))
    };
    Ok(page(409, &message))
}
