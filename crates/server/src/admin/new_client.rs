//! What is asked for a client, read member by member: of a new one, and of a change.

use std::collections::BTreeSet;

use portreeve_core::client::change::{ClientError, NewClient, TOKEN_LIVES};
use portreeve_core::client::record::Client;
use portreeve_core::client::{network, redirect_uri};
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::organization::check_name;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::Ttl;
use portreeve_core::token::record::Audience;

use crate::admin::asked::organization;
use crate::admin::fields::Fields;
use crate::admin::problem::{FieldFault, Problem};
use crate::env::Env;
use crate::flow::administration::clients::{ClientChange, whole_scopes};
use crate::flow::change::ChangeError;
use crate::flow::people;

/// A new client, as a body asks for it.
///
/// # Errors
/// Every member that cannot stay as it is.
pub(super) async fn read_new(
    env: &Env,
    mut fields: Fields,
    client_id: Option<ClientId>,
) -> Result<NewClient, Problem> {
    for name in ["name", "audiences"] {
        if fields.value(name).is_none() {
            fields.fault(name, "this member is missing");
        }
    }
    let owner = owner(env, &mut fields).await?;
    let known = known_audience(env);
    let introspects = fields.list("introspects", &known);
    let secret_ends = fields.moment_or_null("secret_expires_at").flatten();
    let change = read_most(env, &mut fields);
    fields.finish()?;
    let Some(owner) = owner else { return Err(Problem::field("/owner", OWNER)) };
    Ok(NewClient {
        client_id,
        name: change.name.unwrap_or_default(),
        owner,
        audiences: change.audiences.unwrap_or_default(),
        scopes: change.scopes.unwrap_or_default(),
        introspects: introspects.unwrap_or_default(),
        redirect_uris: change.redirect_uris.unwrap_or_default(),
        networks: change.networks.unwrap_or_default(),
        token_ttl: change.token_ttl.flatten(),
        expires_at: change.expires_at.flatten(),
        secret_expires_at: secret_ends,
    })
}

/// A change of a client, as a body asks for it.
///
/// # Errors
/// Every member that cannot stay as it is.
pub(super) fn read_change(env: &Env, mut fields: Fields) -> Result<ClientChange, Problem> {
    let disabled = fields.flag("disabled");
    let change = read_most(env, &mut fields);
    fields.finish()?;
    Ok(ClientChange { disabled, ..change })
}

/// What both may have.
fn read_most(env: &Env, fields: &mut Fields) -> ClientChange {
    let name = fields.text("name");
    if name.as_deref().is_some_and(|name| check_name(name).is_none()) {
        fields.fault("name", ClientError::Name.to_string());
    }
    let audiences = fields.list("audiences", known_audience(env));
    let is_named = fields.value("scopes").is_some();
    let scopes = fields.texts("scopes").map(|names| scopes(&names));
    let scopes = match scopes {
        Some(Err(told)) => {
            fields.fault("scopes", told);
            None
        }
        Some(Ok(scopes)) => Some(scopes),
        None => None,
    };
    if let (Some(scopes), Some(audiences)) = (&scopes, &audiences)
        && is_named
        && let Some(told) = foreign_scope(env, audiences, scopes)
    {
        fields.fault("scopes", told);
    }
    let redirect_uris =
        fields.list("redirect_uris", |uri| match redirect_uri::may_be_registered(uri) {
            true => Ok(uri.to_owned()),
            false => Err(ClientError::RedirectUri(uri.chars().take(60).collect()).to_string()),
        });
    let networks =
        fields.list("networks", |text| network::read(text).map_err(|fault| fault.to_string()));
    let [shortest, longest] = TOKEN_LIVES;
    let lives = (shortest.as_seconds(), longest.as_seconds());
    let token_ttl = fields.count_or_null("token_ttl_seconds", lives);
    ClientChange {
        name,
        audiences,
        scopes,
        redirect_uris,
        networks,
        token_ttl: token_ttl.map(|life| life.map(Ttl::from_seconds)),
        expires_at: fields.moment_or_null("expires_at"),
        disabled: None,
    }
}

fn scopes(names: &[String]) -> Result<ScopeSet, String> {
    // A name with a space in it would be two.
    if names.iter().any(|name| name.is_empty() || name.contains(' ')) {
        return Err("expected names of scopes, each a text of its own".to_owned());
    }
    ScopeSet::from_names(names.iter().map(String::as_str)).map_err(|error| error.to_string())
}

/// Says which scope none of these audiences has.
fn foreign_scope(env: &Env, audiences: &[Audience], scopes: &ScopeSet) -> Option<String> {
    let resources = audiences.iter().filter_map(|audience| env.catalog.resource(audience));
    let offered = resources.fold(ScopeSet::EMPTY, |all, resource| all.union(&resource.scopes));
    let unknown = scopes.iter().find(|name| !offered.contains(name))?;
    let there = offered.iter().collect::<Vec<_>>().join(", ");
    Some(format!("the audiences have no scope {unknown:?}; they have {there}"))
}

fn known_audience(env: &Env) -> impl Fn(&str) -> Result<Audience, String> {
    |uri| {
        let audience = Audience::new(uri);
        match env.catalog.resource(&audience) {
            Some(_) => Ok(audience),
            None => {
                let all = env.catalog.dialects.iter().flat_map(|entry| &entry.resources);
                let all: Vec<&str> = all.map(|resource| resource.audience.as_str()).collect();
                Err(format!("no service has this audience; there are {}", all.join(", ")))
            }
        }
    }
}

const OWNER: &str = "expected {\"organization\": …} or {\"user\": …}";

async fn owner(env: &Env, fields: &mut Fields) -> Result<Option<Owner>, Problem> {
    let named = fields.object("owner", |inner| {
        let pair = (inner.text("organization"), inner.text("user"));
        match pair {
            (Some(organization), None) => Some((true, organization)),
            (None, Some(user)) => Some((false, user)),
            (Some(_), Some(_)) => {
                inner.fault("user", "a client has one owner");
                None
            }
            (None, None) => None,
        }
    });
    let Some((is_organization, name)) = named else {
        return Ok(None);
    };
    let found = match is_organization {
        true => organization(env, &name).await.map(|found| Owner::Organization(found.id)),
        false => people::find(env, &name).await.map(|found| Owner::User(found.id)),
    };
    match found {
        Ok(owner) => Ok(Some(owner)),
        Err(ChangeError::Missing { kind, .. }) => {
            fields.fault("owner", format!("there is no such {kind}"));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// What is another there than is asked for.
pub(super) fn differences(env: &Env, there: &Client, new: &NewClient) -> Vec<FieldFault> {
    let sorted = |audiences: &[Audience]| each_once(audiences.iter().map(Audience::as_str));
    let uris = |uris: &[String]| each_once(uris.iter().map(String::as_str));
    let networks = |networks: &[ipnet::IpNet]| {
        let mut networks = networks.to_vec();
        networks.sort();
        networks
    };
    let scopes = whole_scopes(env, &new.audiences, &new.scopes);
    let differ = [
        ("name", there.name != new.name.trim()),
        ("owner", there.owner != new.owner),
        ("audiences", sorted(&there.audiences) != sorted(&new.audiences)),
        ("scopes", there.scopes != scopes),
        ("introspects", sorted(&there.introspects) != sorted(&new.introspects)),
        ("redirect_uris", uris(&there.redirect_uris) != uris(&new.redirect_uris)),
        ("networks", networks(&there.networks) != networks(&new.networks)),
        ("token_ttl_seconds", there.token_ttl != new.token_ttl),
        ("expires_at", there.expires_at != new.expires_at),
    ];
    let differing = differ.into_iter().filter(|(_, differs)| *differs);
    let fault = |(name, _)| FieldFault {
        pointer: format!("/{name}"),
        detail: "it is another there".to_owned(),
    };
    differing.map(fault).collect()
}

fn each_once<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}
