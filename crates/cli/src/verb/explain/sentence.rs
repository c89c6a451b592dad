//! A refusal in one or two sentences: the rule, how it stands now, and the remedy.

use portreeve_core::client::record::ClientState;
use portreeve_core::time::Timestamp;
use portreeve_server::flow::explain::{Called, Explained, Why};

use crate::show::time;

/// What a person needs to know.
pub(super) fn sentence(explained: &Explained) -> String {
    let about = &*explained.call.about;
    match &explained.why {
        Why::Scope { operation, needed, client_has } => {
            let needed: Vec<&str> = needed.iter().map(|scopes| scopes.as_str()).collect();
            let operation = operation.as_deref().unwrap_or("The operation");
            let rule = format!("{operation} needs the scope {}.", either(&needed, about));
            match client_has {
                true => format!("{rule} The client has it by now: ask for a new token, with it."),
                false => format!("{rule} The client does not have it: tick it, then ask anew."),
            }
        }
        Why::ScopeAsked { scope, client_has: true, .. } => {
            format!("The client did not have the scope {scope}. It has it by now.")
        }
        Why::ScopeAsked { scope, offered_by, .. } if offered_by.is_empty() => {
            format!(
                "No API that the client may have tokens for has a scope {scope}. Mind the spelling."
            )
        }
        Why::ScopeAsked { scope, .. } => {
            format!("The client does not have the scope {scope}: tick it, or ask without it.")
        }
        Why::Organization { .. } => organization(explained),
        Why::TokenExpired { at } => {
            format!("The token expired{}. Ask for a new one.", moment(*at))
        }
        Why::TokenRevoked { all_before } => {
            let all = all_before.map_or(String::new(), |at| {
                format!(", perhaps with all that were issued before {}", time(at))
            });
            format!("The token was revoked{all}. Ask for a new one.")
        }
        Why::ClientState { .. } => client_state(explained),
        Why::SecretWrong { live } => format!(
            "The secret is none of the client's, which has {live} that are accepted now. Compare \
             the last four characters, or rotate."
        ),
        Why::SecretExpired { id, is_live: true, .. } => {
            format!("The secret {id} had ended. It is accepted again by now.")
        }
        Why::SecretExpired { id, ends, is_there, .. } => {
            let gone = if *is_there { "" } else { ", and is gone" };
            let end = moment(*ends);
            format!("The secret {id} ended{end}{gone}. Use a newer one, or rotate.")
        }
        Why::Network { from, networks, is_allowed } => {
            let from = from.map_or("an unknown address".to_owned(), |from| from.to_string());
            let some: Vec<String> = networks.iter().map(ToString::to_string).collect();
            match is_allowed {
                true => format!("The client might not call from {from}. It may by now."),
                false => {
                    format!("The client may call from {} only, not from {from}.", some.join(" "))
                }
            }
        }
        Why::Service { .. } => service(explained),
        Why::Audience { asked, has } => {
            let has: Vec<&str> = has.iter().map(|one| one.as_str()).collect();
            let asked = if asked.is_empty() { "no API in particular" } else { asked };
            format!("It was for {asked}; the client may have tokens for {}.", either(&has, "none"))
        }
        Why::Plain => plain(explained),
    }
}

fn organization(explained: &Explained) -> String {
    let Why::Organization { named, found, roots, reaches } = &explained.why else {
        return plain(explained);
    };
    let Some(hangs) = found else {
        return format!("There is no organization {named:?} that the client reaches.");
    };
    let name = &hangs.one.name;
    if *reaches {
        return format!("{name} ({named}) was out of the client's reach. It is in reach by now.");
    }
    let above = if hangs.above.is_empty() { "at the top".to_owned() } else { names(&hangs.above) };
    let roots = if roots.is_empty() { "nothing".to_owned() } else { names(roots) };
    format!("{name} ({named}) hangs below: {above}. The client reaches {roots}, and what is below.")
}

fn client_state(explained: &Explained) -> String {
    let Why::ClientState { state, ends, owner, owner_stands } = &explained.why else {
        return plain(explained);
    };
    let Some(state) = state else { return "The client is gone.".to_owned() };
    match (state, owner_stands) {
        (ClientState::Disabled, _) => "The client is disabled: enable it.".to_owned(),
        (ClientState::Expired, _) => {
            format!("The client's time ended{}: give it another end.", moment(*ends))
        }
        (ClientState::Active, true) => {
            "The client, or the one for whom it acts, was off. The client is active by now."
                .to_owned()
        }
        (ClientState::Active, false) => {
            let owner = owner.as_ref().map_or(String::new(), |owner| format!(", {owner},"));
            format!("The owner of the client{owner} is disabled or gone.")
        }
    }
}

fn service(explained: &Explained) -> String {
    let Why::Service { title, said_by, is_open } = &explained.why else { return plain(explained) };
    let title = title.as_deref().unwrap_or(&explained.call.service);
    if *is_open {
        return format!("The contract did not open {title}. It does by now.");
    }
    let by = if said_by.is_empty() { String::new() } else { format!(" of {}", names(said_by)) };
    format!("The contract{by} does not open {title}: portreeve organization services.")
}

/// The reason's own words.
fn plain(explained: &Explained) -> String {
    let text = explained.reason.map(|reason| reason.row().text);
    text.unwrap_or("Another version of this program refused it.").to_owned()
}

fn moment(at: Option<Timestamp>) -> String {
    at.map_or(String::new(), |at| format!(" at {}", time(at)))
}

fn names(all: &[Called]) -> String {
    all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn either(texts: &[&str], otherwise: &str) -> String {
    if texts.is_empty() { otherwise.to_owned() } else { texts.join(", or ") }
}
