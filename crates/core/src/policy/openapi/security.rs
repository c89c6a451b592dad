//! Security schemes, and which scopes an operation requires.

use std::collections::{HashMap, HashSet};

use crate::oauth::scope::ScopeSet;
use crate::policy::openapi::Fault;
use crate::policy::openapi::document::{At, shown};
use crate::policy::openapi::reference::resolve;
use crate::policy::route::Security;

/// The most alternatives, schemes and scopes of one operation, each counted over
/// all alternatives. The gate tries them for every call.
const MOST: usize = 50;
/// The most schemes of a document.
const MOST_SCHEMES: usize = 50;
/// The most scopes of one flow.
const MOST_SCOPES: usize = 2_000;
/// The flows of OAuth 2.0 (OpenAPI 3.1 §4.8.29).
const FLOWS: [&str; 4] = ["clientCredentials", "authorizationCode", "password", "implicit"];

/// `components.securitySchemes`, those that a gate can enforce.
#[derive(Debug, Default)]
pub(super) struct Schemes<'d> {
    schemes: HashMap<&'d str, Scheme<'d>>,
    /// The scopes of the client credentials flows, in order, with descriptions.
    pub(super) offered: Vec<(&'d str, &'d str)>,
}

#[derive(Debug)]
enum Scheme<'d> {
    /// Scopes of all its flows, with descriptions.
    OAuth(HashMap<&'d str, &'d str>),
    /// OpenID Connect or a bearer token: the document does not list what it may name.
    Open,
    /// Basic, API keys and so on: a fault where an operation asks for it.
    Foreign,
}

impl<'d> Schemes<'d> {
    /// Reads every scheme. One that no token of ours can satisfy is only a fault
    /// where an operation asks for it.
    pub(super) fn read(root: At<'d>, faults: &mut Vec<Fault>) -> Self {
        let mut read = Self::default();
        let Some(schemes) = root.member("components").and_then(|at| at.member("securitySchemes"))
        else {
            return read;
        };
        let Some(members) = schemes.members().filter(|members| members.len() <= MOST_SCHEMES)
        else {
            faults.push(schemes.fault(format!(
                "securitySchemes is an object with at most {MOST_SCHEMES} schemes"
            )));
            return read;
        };
        for (name, _, at) in members {
            match resolve(root, at) {
                Ok(at) => {
                    let scheme = read.scheme(at, faults);
                    read.schemes.insert(name, scheme);
                }
                Err(fault) => faults.push(fault),
            }
        }
        let mut seen = HashSet::new();
        read.offered.retain(|(name, _)| seen.insert(*name));
        read
    }

    /// What a `security` member asks for.
    pub(super) fn required(&self, at: At<'d>, faults: &mut Vec<Fault>) -> Security {
        let shape =
            "security is a list of objects, such as [{oAuth2ClientCredentials: [crew_read]}]";
        let Some(alternatives) = at.items().filter(|_| !is_too_long(at)) else {
            faults.push(
                at.fault(format!("{shape}; with at most {MOST} alternatives, schemes and scopes")),
            );
            return Security::AnyOf(Vec::new());
        };
        let mut sets = Vec::new();
        let mut is_public = alternatives.len() == 0;
        for alternative in alternatives {
            match alternative.members() {
                Some(members) if members.len() == 0 => is_public = true,
                Some(_) => sets.extend(self.alternative(alternative, faults)),
                None => faults.push(alternative.fault(shape)),
            }
        }
        if is_public { Security::Public } else { Security::AnyOf(sets) }
    }

    /// The description that some flow gives the scope.
    pub(super) fn description(&self, scope: &str) -> &'d str {
        let told = self.schemes.values().filter_map(|scheme| match scheme {
            Scheme::OAuth(scopes) => scopes.get(scope).copied(),
            _ => None,
        });
        // The smallest, so that the answer does not depend on the order of a map.
        told.min().unwrap_or_default()
    }

    fn scheme(&mut self, at: At<'d>, faults: &mut Vec<Fault>) -> Scheme<'d> {
        match (at.text_of("type"), at.text_of("scheme")) {
            (Some("oauth2"), _) => Scheme::OAuth(self.flows(at, faults)),
            (Some("openIdConnect"), _) => Scheme::Open,
            (Some("http"), Some(scheme)) if scheme.eq_ignore_ascii_case("bearer") => Scheme::Open,
            _ => Scheme::Foreign,
        }
    }

    fn flows(&mut self, scheme: At<'d>, faults: &mut Vec<Fault>) -> HashMap<&'d str, &'d str> {
        let mut known = HashMap::new();
        let flows = scheme.member("flows");
        for flow in FLOWS {
            let Some(scopes) =
                flows.and_then(|flows| flows.member(flow)).and_then(|at| at.member("scopes"))
            else {
                continue;
            };
            let Some(members) = scopes.members().filter(|members| members.len() <= MOST_SCOPES)
            else {
                faults.push(
                    scopes.fault(format!("scopes is an object with at most {MOST_SCOPES} names")),
                );
                continue;
            };
            for (name, line, description) in members {
                if !is_scope(name) {
                    faults.push(Fault { line, message: illegal(name) });
                    continue;
                }
                let description = description.text().unwrap_or_default();
                if flow == "clientCredentials" {
                    self.offered.push((name, description));
                }
                known.entry(name).or_insert(description);
            }
        }
        known
    }

    /// The scopes of one alternative, all of its schemes together.
    fn alternative(&self, at: At<'d>, faults: &mut Vec<Fault>) -> Option<ScopeSet> {
        let mut names = Vec::new();
        let before = faults.len();
        for (name, line, scopes) in at.members().into_iter().flatten() {
            let Some(scheme) = self.schemes.get(name) else {
                faults.push(Fault { line, message: undeclared(name) });
                continue;
            };
            let Some(scopes) = scopes.items() else {
                faults.push(
                    scopes.fault("a scheme is followed by a list of scopes; [] asks for none"),
                );
                continue;
            };
            if let Scheme::Foreign = scheme {
                faults.push(Fault { line, message: foreign(name) });
            }
            names.extend(scopes.filter_map(|scope| scheme.scope(name, scope, faults)));
        }
        // Each name is a legal scope here; what can still fail is the length of all.
        let set = ScopeSet::from_names(names);
        match set {
            Ok(set) if faults.len() == before => Some(set),
            Ok(_) => None,
            Err(error) => {
                faults.push(at.fault(error.to_string()));
                None
            }
        }
    }
}

impl Scheme<'_> {
    /// A scope that this scheme may name.
    fn scope<'d>(&self, scheme: &str, at: At<'d>, faults: &mut Vec<Fault>) -> Option<&'d str> {
        let name = at.text().unwrap_or_default();
        let message = match self {
            _ if !is_scope(name) => illegal(name),
            Self::OAuth(known) if !known.contains_key(name) => format!(
                "no flow of \"{}\" declares the scope \"{}\": add it to the flow's scopes, or correct it here",
                shown(scheme),
                shown(name)
            ),
            _ => return Some(name),
        };
        faults.push(at.fault(message));
        None
    }
}

/// True when a `security` member has more than anyone needs; looks no further than that.
fn is_too_long(security: At<'_>) -> bool {
    let schemes = || security.items().into_iter().flatten().filter_map(At::members).flatten();
    let scopes = || schemes().filter_map(|(_, _, scopes)| scopes.items()).flatten();
    let is_long = |count: usize| count > MOST;
    is_long(security.items().map_or(0, |items| items.len()))
        || is_long(schemes().take(MOST + 1).count())
        || is_long(scopes().take(MOST + 1).count())
}

/// True for one scope name (RFC 6749 §3.3).
fn is_scope(name: &str) -> bool {
    !name.is_empty() && !name.contains(' ') && ScopeSet::parse(name).is_ok()
}

fn illegal(name: &str) -> String {
    format!(
        "\"{}\" is no scope: a scope is a text of visible ASCII characters without quote, backslash and space",
        shown(name)
    )
}

fn undeclared(name: &str) -> String {
    format!(
        "the security scheme \"{}\" is not declared: add it under components.securitySchemes",
        shown(name)
    )
}

fn foreign(name: &str) -> String {
    format!(
        "the gate cannot enforce the security scheme \"{}\": use one of type oauth2, openIdConnect, or http with bearer",
        shown(name)
    )
}
