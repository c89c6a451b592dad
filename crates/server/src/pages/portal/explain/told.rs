//! A refusal in sentences: the rule, and how it stands by now.

use portreeve_core::client::record::ClientState;

use crate::flow::explain::{Called, Explained, Why};
use crate::pages::portal::At;
use crate::texts::Value;

/// What is told.
pub(super) struct Told {
    /// The rule that refused.
    pub(super) rule: String,
    /// How it stands now, and what to do.
    pub(super) now: String,
    /// True when it would not be refused any more.
    pub(super) is_mended: bool,
}

/// The sentences.
pub(super) fn tell(at: &At, explained: &Explained) -> Told {
    match &explained.why {
        Why::Scope { .. } | Why::ScopeAsked { .. } | Why::Organization { .. } => {
            rights(at, explained)
        }
        Why::TokenExpired { .. } | Why::TokenRevoked { .. } | Why::Audience { .. } => {
            tokens(at, explained)
        }
        Why::Plain => plain(at, explained),
        _ => client(at, explained),
    }
}

/// What the client may do, and where.
fn rights(at: &At, explained: &Explained) -> Told {
    let t = at.texts();
    let about = &*explained.call.about;
    match &explained.why {
        Why::Scope { needed, client_has, .. } => {
            let needed: Vec<&str> = needed.iter().map(|scopes| scopes.as_str()).collect();
            let scope = if needed.is_empty() { about.to_owned() } else { either(at, &needed) };
            let call = match explained.call.is_veiled() {
                true => t.say("explain-the-call"),
                false => explained.call.call.to_string(),
            };
            let rule = t.say2("explain-scope", "call", call, "scope", scope);
            told(
                at,
                rule,
                pick(*client_has, "explain-scope-has", "explain-scope-lacks"),
                *client_has,
            )
        }
        Why::ScopeAsked { scope, offered_by, client_has } => {
            let rule = t.say1("explain-scope-asked", "scope", &**scope);
            let now = match (client_has, offered_by.is_empty()) {
                (true, _) => "explain-scope-asked-has",
                (false, true) => "explain-scope-asked-unknown",
                (false, false) => "explain-scope-asked-lacks",
            };
            told(at, rule, now, *client_has)
        }
        Why::Organization { named, found, roots, reaches } => {
            let veiled = || t.say("explain-veiled-organization");
            let named = || if named.is_empty() { veiled() } else { named.to_string() };
            let name = found.as_ref().map_or_else(named, |hangs| hangs.one.name.clone());
            let from = names(at, roots);
            let rule = t.say2("explain-organization", "name", name, "reach", from);
            told(
                at,
                rule,
                pick(*reaches, "explain-organization-reached", "explain-organization-not"),
                *reaches,
            )
        }
        _ => plain(at, explained),
    }
}

/// The token that was shown.
fn tokens(at: &At, explained: &Explained) -> Told {
    let t = at.texts();
    match &explained.why {
        Why::TokenExpired { at: end } => {
            let when = end.map_or_else(|| t.say("explain-before"), |end| at.when(end).exact);
            told(
                at,
                t.say1("explain-token-expired", "when", when),
                "explain-token-expired-do",
                false,
            )
        }
        Why::TokenRevoked { all_before } => {
            let rule = all_before.map_or_else(
                || t.say("explain-token-revoked"),
                |end| t.say1("explain-tokens-revoked", "when", at.when(end).exact),
            );
            told(at, rule, "explain-token-revoked-do", false)
        }
        Why::Audience { asked, has } => {
            let has: Vec<&str> = has.iter().map(|one| one.as_str()).collect();
            let values = [("asked", Value::from(&**asked)), ("has", either(at, &has).into())];
            told(at, t.say_with("explain-audience", values), "explain-audience-do", false)
        }
        _ => plain(at, explained),
    }
}

/// The client itself, its secrets and its contract.
fn client(at: &At, explained: &Explained) -> Told {
    let t = at.texts();
    let about = &*explained.call.about;
    match &explained.why {
        Why::ClientState { state, owner_stands, .. } => {
            let now = match state {
                Some(ClientState::Active) if *owner_stands => "explain-state-active",
                Some(ClientState::Active) => "explain-state-owner",
                Some(ClientState::Disabled) => "explain-state-disabled",
                Some(ClientState::Expired) => "explain-state-expired",
                None => "explain-state-gone",
            };
            let is_mended = *state == Some(ClientState::Active) && *owner_stands;
            told(at, t.say("explain-state"), now, is_mended)
        }
        Why::SecretWrong { live } => told(
            at,
            t.say1("explain-secret-wrong", "live", *live),
            "explain-secret-wrong-do",
            false,
        ),
        Why::SecretExpired { ends, is_live, .. } => {
            let when = ends.map_or_else(|| t.say("explain-before"), |end| at.when(end).exact);
            let rule = t.say1("explain-secret-expired", "when", when);
            told(
                at,
                rule,
                pick(*is_live, "explain-secret-live", "explain-secret-expired-do"),
                *is_live,
            )
        }
        Why::Network { from, networks, is_allowed } => {
            let networks: Vec<String> = networks.iter().map(ToString::to_string).collect();
            let is_veiled = !explained.tells_where;
            let unknown = pick(is_veiled, "explain-veiled-address", "explain-somewhere");
            let from = from.map_or_else(|| t.say(unknown), |from| from.to_string());
            let networks: Vec<&str> = networks.iter().map(String::as_str).collect();
            let rule = match networks.is_empty() {
                true => t.say1("explain-network-was", "from", from),
                false => t.say2("explain-network", "from", from, "networks", either(at, &networks)),
            };
            let remedy = pick(is_veiled, "explain-veiled-network-do", "explain-network-do");
            told(at, rule, pick(*is_allowed, "explain-network-allowed", remedy), *is_allowed)
        }
        Why::Service { title, said_by, is_open } => {
            let title = title.as_deref().unwrap_or(about);
            let rule = t.say2("explain-service", "service", title, "by", names(at, said_by));
            told(at, rule, pick(*is_open, "explain-service-open", "explain-service-do"), *is_open)
        }
        _ => plain(at, explained),
    }
}

/// The reason's own text, with what it was about.
fn plain(at: &At, explained: &Explained) -> Told {
    let t = at.texts();
    let about = &*explained.call.about;
    let text = explained.reason.map_or_else(String::new, |reason| t.refusal(reason));
    let rule = match about.is_empty() {
        true => text,
        false => t.say2("explain-plain", "text", text, "about", about),
    };
    told(at, rule, "explain-plain-do", false)
}

fn told(at: &At, rule: String, now: &str, is_mended: bool) -> Told {
    Told { rule, now: at.texts().say(now), is_mended }
}

const fn pick(is_so: bool, yes: &'static str, no: &'static str) -> &'static str {
    if is_so { yes } else { no }
}

fn names(at: &At, called: &[Called]) -> String {
    let names: Vec<&str> = called.iter().map(|one| one.name.as_str()).collect();
    if names.is_empty() { at.texts().say("explain-nowhere") } else { names.join(", ") }
}

fn either(at: &At, these: &[&str]) -> String {
    match these {
        [] => at.texts().say("explain-nothing"),
        [one] => (*one).to_owned(),
        [some @ .., last] => {
            let values = [("some", Value::from(some.join(", "))), ("last", Value::from(*last))];
            at.texts().say_with("explain-or", values)
        }
    }
}
