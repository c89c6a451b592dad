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
        Why::ScopeAsked { scope, offered_by, client_has } => {
            asked(scope, offered_by.is_empty(), *client_has)
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
        Why::SecretExpired { id, ends, is_there, is_live } => ended(id, *ends, *is_there, *is_live),
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

fn asked(scope: &str, is_unknown: bool, client_has: bool) -> String {
    if client_has {
        return format!("The client did not have the scope {scope}. It has it by now.");
    }
    if is_unknown {
        return format!(
            "No API that the client may have tokens for has a scope {scope}. Mind the spelling."
        );
    }
    format!("The client does not have the scope {scope}: tick it, or ask without it.")
}

fn ended(id: &str, ends: Option<Timestamp>, is_there: bool, is_live: bool) -> String {
    if is_live {
        return format!("The secret {id} had ended. It is accepted again by now.");
    }
    let gone = if is_there { "" } else { ", and is gone" };
    format!("The secret {id} ended{}{gone}. Use a newer one, or rotate.", moment(ends))
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

#[cfg(test)]
mod tests {
    use portreeve_core::oauth::scope::ScopeSet;
    use portreeve_core::refusal::Reason;
    use portreeve_core::text_id::{ClientId, OrganizationId};
    use portreeve_core::usage::RefusedCall;
    use portreeve_server::flow::explain::Hangs;

    use super::*;

    fn told(why: Why) -> String {
        let call = RefusedCall {
            request_id: "0".repeat(32).into(),
            at: Timestamp::EPOCH,
            client_id: ClientId::parse("prc_1").unwrap(),
            service: "vessel".into(),
            reason: "token_twice".into(),
            about: "crew_read".into(),
            call: "GET /v1/crew".into(),
            peer: None,
        };
        sentence(&Explained {
            call,
            reason: Some(Reason::TokenTwice),
            client: None,
            why,
            tells_where: true,
        })
    }

    fn called(name: &str) -> Called {
        Called { id: OrganizationId::parse("org_1").unwrap(), name: name.to_owned() }
    }

    fn service(is_open: bool) -> Why {
        Why::Service { title: Some("Vessels".to_owned()), said_by: vec![called("Skerry")], is_open }
    }

    #[test]
    fn every_sentence_says_what_to_do() {
        let scope = |client_has| Why::Scope {
            operation: Some("listCrew".into()),
            needed: vec![ScopeSet::parse("crew_read").unwrap()],
            client_has,
        };
        let found = Hangs { one: called("Ferries"), above: vec![called("Lines")] };
        let organization = |found, reaches| Why::Organization {
            named: "77".into(),
            found,
            roots: vec![called("Skerry")],
            reaches,
        };
        let at = Some(Timestamp::from_unix(1_795_262_400));
        let state =
            |state, owner_stands| Why::ClientState { state, ends: at, owner: None, owner_stands };
        for (why, expected) in [
            (
                scope(false),
                "listCrew needs the scope crew_read. The client does not have it: tick it, then ask anew.",
            ),
            (
                scope(true),
                "listCrew needs the scope crew_read. The client has it by now: ask for a new token, with it.",
            ),
            (organization(None, false), "There is no organization \"77\" that the client reaches."),
            (
                organization(Some(found.clone()), false),
                "Ferries (77) hangs below: Lines. The client reaches Skerry, and what is below.",
            ),
            (
                organization(Some(found), true),
                "Ferries (77) was out of the client's reach. It is in reach by now.",
            ),
            (
                Why::TokenExpired { at },
                "The token expired at 2026-11-21T12:00:00Z. Ask for a new one.",
            ),
            (Why::TokenRevoked { all_before: None }, "The token was revoked. Ask for a new one."),
            (state(Some(ClientState::Disabled), true), "The client is disabled: enable it."),
            (
                state(Some(ClientState::Expired), true),
                "The client's time ended at 2026-11-21T12:00:00Z: give it another end.",
            ),
            (
                state(Some(ClientState::Active), false),
                "The owner of the client is disabled or gone.",
            ),
            (state(None, false), "The client is gone."),
            (service(true), "The contract did not open Vessels. It does by now."),
            (
                service(false),
                "The contract of Skerry does not open Vessels: portreeve organization services.",
            ),
            (Why::Plain, "Send one access token, in one place."),
        ] {
            assert_eq!(told(why), expected);
        }
    }
}
