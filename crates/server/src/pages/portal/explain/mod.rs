//! Why was my call refused? A request id is pasted; the page says which rule it was, how
//! that stands now, and what to do.

mod told;

use askama::Template;
use portreeve_core::refusal::Reason;

use crate::flow::change::ChangeError;
use crate::flow::explain::{self, Explained};
use crate::pages::frame::{Frame, Tab, page};
use crate::pages::message::Onward;
use crate::pages::portal::client::refusals::title;
use crate::pages::portal::explain::told::{Told, tell};
use crate::pages::portal::{At, Not, Shown};
use crate::pages::times::When;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/explain.html")]
struct Explain {
    frame: Frame,
    t: &'static Texts,
    request: String,
    /// Why nothing is told of what was asked for.
    unknown: Option<String>,
    found: Option<Found>,
}

/// A refusal that was found.
struct Found {
    title: String,
    told: Told,
    onward: Option<Onward>,
    client: Option<(String, String)>,
    client_id: String,
    service: String,
    /// The method and the path; none when they are not the reader's to see.
    call: Option<String>,
    from: Option<String>,
    when: When,
    reason: String,
}

/// The page; with a request id, what is known of its refusal. One whose client is nothing
/// to the person is as unknown as one that never was.
///
/// # Errors
/// What the store says.
pub async fn show(at: At) -> Shown {
    let request = at.query("request").trim().chars().take(80).collect::<String>();
    let found = match request.is_empty() {
        true => None,
        false => find(&at, &request).await?,
    };
    let is_unknown = found.is_none() && !request.is_empty();
    let unknown =
        if explain::read_id(&request).is_some() { "explain-unknown" } else { "explain-no-id" };
    let template = Explain {
        frame: at.frame(Tab::Organization, None).await?,
        t: at.texts(),
        unknown: is_unknown.then(|| at.texts().say(unknown)),
        found,
        request,
    };
    Ok(page(if is_unknown { 404 } else { 200 }, &template))
}

async fn find(at: &At, request: &str) -> Result<Option<Found>, Not> {
    match explain::explain_to(&at.env, &at.who, request).await {
        Err(ChangeError::Missing { .. }) => Ok(None),
        explained => Ok(Some(shown(at, &explained?))),
    }
}

fn shown(at: &At, explained: &Explained) -> Found {
    let (t, call) = (at.texts(), &explained.call);
    let services = at.env.catalog.services.iter().map(|entry| &entry.service);
    let service = services.into_iter().find(|one| *one.name == *call.service);
    let title_of = service.map_or_else(|| call.service.to_string(), |one| one.title.clone());
    let client = explained.client.as_ref();
    Found {
        title: title(&call.reason, &call.about, t),
        told: tell(at, explained),
        onward: client.and_then(|client| onward(t, explained, client.client_id.as_str())),
        client: client.map(|client| (client.client_id.to_string(), client.name.clone())),
        client_id: call.client_id.to_string(),
        service: if call.service.is_empty() { t.say("explain-token-endpoint") } else { title_of },
        call: (!call.is_veiled()).then(|| call.call.to_string()),
        from: call.peer.map(|peer| peer.to_string()),
        when: at.when(call.at),
        reason: call.reason.to_string(),
    }
}

/// Where it can be mended.
fn onward(t: &Texts, explained: &Explained, client: &str) -> Option<Onward> {
    let (page, text) = match explained.reason? {
        Reason::ScopeInsufficient
        | Reason::ScopeNotAllowed
        | Reason::AudienceNotAllowed
        | Reason::TokenWrongAudience => ("/scopes", "explain-to-scopes"),
        Reason::SecretWrong | Reason::SecretExpired => ("/rotate", "explain-to-rotate"),
        Reason::NetworkForeign | Reason::ClientNetworkForeign => ("/edit", "explain-to-networks"),
        Reason::ClientDisabled | Reason::TokenClientDisabled => ("/state", "explain-to-state"),
        _ => ("", "explain-to-client"),
    };
    Some(Onward { href: format!("/portal/clients/{client}{page}"), label: t.say(text) })
}
