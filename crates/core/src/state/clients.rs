//! The clients of a declared state: whose they are, and what of them is another.

use crate::client::record::Client;
use crate::org::owner::Owner;
use crate::state::declared::{Declared, DeclaredClient, DeclaredOwner, Fault};
use crate::state::difference::{There, is_known};
use crate::state::step::{Step, exchanged, scopes_exchanged};
use crate::token::record::Audience;

/// The steps that register and change clients.
///
/// Owners that nobody knows, and owners that would have to change, are noted as faults.
pub(super) fn clients(
    declared: &Declared,
    there: &There<'_>,
    faults: &mut Vec<Fault>,
) -> Vec<Step> {
    let step = |client: &DeclaredClient| {
        owner_is_known(client, declared, there, faults);
        program(client, there, faults)
    };
    declared.clients.iter().filter_map(step).collect()
}

fn owner_is_known(
    client: &DeclaredClient,
    declared: &Declared,
    there: &There<'_>,
    faults: &mut Vec<Fault>,
) {
    let is_there = match &client.owner {
        DeclaredOwner::Organization(id) => is_known(id, declared, there),
        DeclaredOwner::User(email) => {
            there.users.contains_key(email.as_str())
                || declared.users.iter().any(|user| user.email == *email)
        }
    };
    if !is_there {
        faults.push(Fault::at(client.line, format!("client: there is no {}", client.owner)));
    }
}

fn program(to: &DeclaredClient, there: &There<'_>, faults: &mut Vec<Fault>) -> Option<Step> {
    let Some(is) = there.clients.get(to.client_id.as_str()) else {
        return Some(Step::RegisterClient(to.clone()));
    };
    let owns = match &to.owner {
        DeclaredOwner::Organization(id) => {
            let found = there.organizations.get(id.as_str());
            found.is_some_and(|found| is.owner == Owner::Organization(found.id.clone()))
        }
        DeclaredOwner::User(email) => {
            let found = there.users.get(email.as_str());
            found.is_some_and(|found| is.owner == Owner::User(found.id.clone()))
        }
    };
    if !owns {
        let message = format!(
            "client: {} belongs to {} already; a client keeps its owner: delete it first, or \
             choose another client_id",
            to.client_id, is.owner
        );
        faults.push(Fault::at(to.line, message));
        return None;
    }
    let told = told(to, is);
    let (version, to) = (is.version, to.clone());
    (!told.is_empty()).then_some(Step::ChangeClient { version, to, told })
}

fn told(to: &DeclaredClient, is: &Client) -> Vec<String> {
    let mut told = Vec::new();
    if to.name != is.name {
        told.push(format!("name: {:?}; before: {:?}", to.name, is.name));
    }
    let mut lists = |name: &str, was: Vec<String>, now: Vec<String>| {
        let exchanged = exchanged(was.iter().map(String::as_str), now.iter().map(String::as_str));
        if !exchanged.is_empty() {
            told.push(format!("{name}: {exchanged}"));
        }
    };
    let uris = |all: &[Audience]| all.iter().map(ToString::to_string).collect();
    let networks = |all: &[ipnet::IpNet]| all.iter().map(ToString::to_string).collect();
    lists("audiences", uris(&is.audiences), uris(&to.audiences));
    lists("redirect_uris", is.redirect_uris.clone(), to.redirect_uris.clone());
    lists("networks", networks(&is.networks), networks(&to.networks));
    told.extend(scopes_exchanged(&is.scopes, &to.scopes));
    if to.token_ttl != is.token_ttl {
        let life = to.token_ttl.map_or("the service's".to_owned(), |life| life.to_string());
        told.push(format!("token_ttl: {life}"));
    }
    if let Some(disabled) = to.disabled.filter(|disabled| *disabled != is.disabled) {
        told.push(format!("disabled: {disabled}"));
    }
    told
}
