//! Reads a declared state: TOML with `[[service]]`, `[[organization]]`, `[[user]]` and
//! `[[client]]`.

use std::collections::HashSet;
use std::hash::Hash;

use toml::de::DeTable;

use crate::client::change::{ClientError, TOKEN_LIVES};
use crate::client::{network, redirect_uri};
use crate::oauth::scope::ScopeSet;
use crate::org::member::{Role, UserError, check_email};
use crate::org::organization::{OrganizationError, check_name};
use crate::state::declared::{
    Declared, DeclaredClient, DeclaredOrganization, DeclaredOwner, DeclaredUser, Fault,
};
use crate::state::service;
use crate::state::table::{Table, Text};
use crate::text_id::{ClientId, OrganizationId, UserId};
use crate::time::Ttl;
use crate::token::record::Audience;

/// Reads a file's text.
///
/// # Errors
/// Every mistake in it, by line.
pub fn read(text: &str) -> Result<Declared, Vec<Fault>> {
    let lines = Text(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut faults: Vec<Fault> = errors
        .iter()
        .map(|error| {
            let line = error.span().map_or(1, |span| lines.line_at(span.start));
            Fault::at(line, error.message().trim().replace('\n', "; "))
        })
        .collect();
    // What follows a broken line may be read wrongly, so nothing is said about it.
    if faults.is_empty() {
        let mut top = Table::new("", (table.get_ref(), 1), &lines, &mut faults);
        let declared = Declared {
            services: top.tables("service", "service", service::read),
            organizations: top.tables("organization", "organization", organization),
            users: top.tables("user", "user", user),
            clients: top.tables("client", "client", client),
        };
        top.finish();
        twice(&declared, &mut faults);
        if faults.is_empty() {
            return Ok(declared);
        }
    }
    faults.sort();
    Err(faults)
}

fn organization(table: &mut Table<'_, '_>) -> Option<DeclaredOrganization> {
    let external_id = table.required("external_id", external);
    let name = table.required("name", name);
    let parent = table.text("parent", external);
    let services = table.texts("services", |name| Ok(name.to_owned()));
    Some(DeclaredOrganization {
        external_id: external_id?,
        name: name?,
        parent,
        services,
        line: table.line,
    })
}

fn user(table: &mut Table<'_, '_>) -> Option<DeclaredUser> {
    let email = table.required("email", email);
    let name = table.required("name", name);
    let operator = table.flag("operator");
    let memberships = table.tables("memberships", "memberships", |inner| {
        let organization = inner.required("organization", external);
        let role = inner.required("role", |word| {
            Role::from_name(word).ok_or_else(|| "expected \"admin\" or \"member\"".to_owned())
        });
        Some((organization?, role?))
    });
    Some(DeclaredUser { email: email?, name: name?, operator, memberships, line: table.line })
}

fn client(table: &mut Table<'_, '_>) -> Option<DeclaredClient> {
    let client_id = table.required("client_id", |id| {
        let id = ClientId::parse(id).map_err(|error| error.to_string())?;
        let of_another = [OrganizationId::PREFIX, UserId::PREFIX];
        match of_another.iter().any(|prefix| id.as_str().starts_with(prefix)) {
            true => Err("a client id may not begin with \"org_\" or \"usr_\"".to_owned()),
            false => Ok(id),
        }
    });
    let name = table.required("name", name);
    let owner = owner(table);
    if !table.has("audiences") {
        table.fault("audiences", "this key is missing");
    }
    let audiences = table.texts("audiences", |uri| Ok(Audience::new(uri)));
    let scopes = table.texts("scopes", |name| match ScopeSet::parse(name) {
        Ok(one) if !name.is_empty() && one.as_str() == name && !name.contains(' ') => {
            Ok(name.to_owned())
        }
        _ => Err("expected names of scopes, each a text of its own".to_owned()),
    });
    let scopes = scopes.unwrap_or_default();
    let scopes = ScopeSet::from_names(scopes.iter().map(String::as_str));
    let redirect_uris =
        table.texts("redirect_uris", |uri| match redirect_uri::may_be_registered(uri) {
            true => Ok(uri.to_owned()),
            false => Err(format!("{uri:?} cannot be a redirect URI")),
        });
    let networks = table
        .texts("networks", |text| network::read(text).map_err(|fault| fault.to_string()))
        .unwrap_or_default();
    let token_ttl = table.text("token_ttl", life);
    let disabled = table.flag("disabled");
    Some(DeclaredClient {
        client_id: client_id?,
        name: name?,
        owner: owner?,
        audiences: audiences?,
        scopes: scopes.ok()?,
        redirect_uris: redirect_uris.unwrap_or_default(),
        networks,
        token_ttl,
        disabled,
        line: table.line,
    })
}

fn owner(table: &mut Table<'_, '_>) -> Option<DeclaredOwner> {
    let pair = (table.text("organization", external), table.text("user", email));
    let named = (table.has("organization"), table.has("user"));
    match (named, pair) {
        ((true, true), _) => {
            table.fault("user", "a client has one owner: organization or user");
            None
        }
        ((false, false), _) => {
            table.fault("organization", "say whose client it is: organization or user");
            None
        }
        (_, (Some(id), _)) => Some(DeclaredOwner::Organization(id)),
        (_, (_, Some(email))) => Some(DeclaredOwner::User(email)),
        _ => None,
    }
}

fn external(id: &str) -> Result<String, String> {
    let is_good = OrganizationId::parse(id).is_ok() && !id.starts_with(OrganizationId::PREFIX);
    if is_good { Ok(id.to_owned()) } else { Err(OrganizationError::ExternalId.to_string()) }
}

fn name(text: &str) -> Result<String, String> {
    check_name(text).ok_or_else(|| OrganizationError::Name.to_string())
}

fn email(text: &str) -> Result<String, String> {
    check_email(text).ok_or_else(|| UserError::Email.to_string())
}

fn life(text: &str) -> Result<Ttl, String> {
    let [shortest, longest] = TOKEN_LIVES;
    let life: Ttl = text.parse().map_err(|error| format!("{error}"))?;
    let fits = (shortest..=longest).contains(&life);
    fits.then_some(life).ok_or_else(|| ClientError::TokenLife.to_string())
}

/// Notes what stands twice.
fn twice(declared: &Declared, faults: &mut Vec<Fault>) {
    note_twice(declared.services.iter().map(|one| (&one.name, one.line)), "service", faults);
    let organizations = declared.organizations.iter().map(|one| (&one.external_id, one.line));
    note_twice(organizations, "organization", faults);
    note_twice(declared.users.iter().map(|one| (&one.email, one.line)), "user", faults);
    note_twice(declared.clients.iter().map(|one| (&one.client_id, one.line)), "client", faults);
    for user in &declared.users {
        let places = user.memberships.iter().map(|(id, _)| (id, user.line));
        note_twice(places, "membership of", faults);
    }
}

fn note_twice<K: Hash + Eq + std::fmt::Display>(
    keys: impl Iterator<Item = (K, usize)>,
    kind: &str,
    faults: &mut Vec<Fault>,
) {
    let mut seen = HashSet::new();
    for (key, line) in keys {
        let told = format!("{kind} {key} stands twice");
        if !seen.insert(key) {
            faults.push(Fault::at(line, told));
        }
    }
}
