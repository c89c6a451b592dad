//! One step from the state that is to the state that is declared, as people read it.

use std::fmt;

use crate::oauth::scope::ScopeSet;
use crate::org::member::{Role, User};
use crate::org::organization::Organization;
use crate::state::declared::{DeclaredClient, DeclaredOrganization, DeclaredUser};
use crate::text_id::ClientId;

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An organization is entered.
    EnterOrganization(DeclaredOrganization),
    /// An organization becomes what is declared.
    ChangeOrganization(Box<OrganizationStep>),
    /// A person is entered.
    EnterUser(DeclaredUser),
    /// A person becomes what is declared.
    ChangeUser {
        /// What was compared.
        is: User,
        /// What they are to be.
        to: DeclaredUser,
        /// What is another, for people.
        told: Vec<String>,
    },
    /// A person belongs to an organization with this role.
    SetMembership {
        /// The organization, by the vendor's id.
        organization: String,
        /// The person's address.
        email: String,
        /// The role.
        role: Role,
        /// What they were there before.
        before: Option<Role>,
    },
    /// A client is registered, with a new secret.
    RegisterClient(DeclaredClient),
    /// A client becomes what is declared.
    ChangeClient {
        /// The version that was compared.
        version: i64,
        /// What it is to be.
        to: DeclaredClient,
        /// What is another, for people.
        told: Vec<String>,
    },
    /// A client that the file does not name goes.
    DeleteClient {
        /// Which.
        client_id: ClientId,
        /// What people call it.
        name: String,
        /// The version that was compared.
        version: i64,
    },
    /// A membership that the file does not name ends.
    EndMembership {
        /// The organization, by the vendor's id.
        organization: String,
        /// The person's address.
        email: String,
    },
}

/// An organization that becomes what is declared. What is `None` stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationStep {
    /// What was compared.
    pub is: Organization,
    /// What people are to call it.
    pub name: Option<String>,
    /// The organization that it is to be below, by the vendor's id, or the top.
    pub parent: Option<Option<String>>,
    /// The services that its contract is to open, or as its parent has it.
    pub services: Option<Option<Vec<String>>>,
    /// What is another, for people.
    pub told: Vec<String>,
}

impl Step {
    /// True when somebody is no operator any more.
    pub(super) const fn takes_operator(&self) -> bool {
        let Self::ChangeUser { is, to, .. } = self else { return false };
        is.operator && matches!(to.operator, Some(false))
    }

    /// True when a secret comes of it.
    pub const fn makes_secret(&self) -> bool {
        matches!(self, Self::RegisterClient(_))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EnterOrganization(one) => {
                write!(f, "+ organization {} {:?}", one.external_id, one.name)?;
                one.parent.iter().try_for_each(|parent| write!(f, " below {parent}"))?;
                let mut services = one.services.iter();
                services.try_for_each(|names| write!(f, " services: {}", listed(names)))
            }
            Self::ChangeOrganization(one) => {
                write!(f, "~ organization {} {}", one.is.api_id(), one.told.join("; "))
            }
            Self::EnterUser(one) => {
                let operator = if one.operator == Some(true) { " operator" } else { "" };
                write!(f, "+ user {} {:?}{operator}", one.email, one.name)
            }
            Self::ChangeUser { to, told, .. } => {
                write!(f, "~ user {} {}", to.email, told.join("; "))
            }
            Self::SetMembership { organization, email, role, before: None } => {
                write!(f, "+ membership {email} in {organization} as {}", role.as_str())
            }
            Self::SetMembership { organization, email, role, before: Some(before) } => {
                let (is, was) = (role.as_str(), before.as_str());
                write!(f, "~ membership {email} in {organization}: {is}; before: {was}")
            }
            Self::RegisterClient(one) => {
                write!(f, "+ client {} {:?} of {}", one.client_id, one.name, one.owner)?;
                match particulars(one) {
                    told if told.is_empty() => Ok(()),
                    told => write!(f, " {}", told.join("; ")),
                }
            }
            Self::ChangeClient { to, told, .. } => {
                write!(f, "~ client {} {}", to.client_id, told.join("; "))
            }
            Self::DeleteClient { client_id, name, .. } => {
                write!(f, "- client {client_id} {name:?}")
            }
            Self::EndMembership { organization, email } => {
                write!(f, "- membership {email} in {organization}")
            }
        }
    }
}

/// What a new client has, in the order in which a changed one is told.
fn particulars(one: &DeclaredClient) -> Vec<String> {
    let mut told = Vec::new();
    let mut list = |name: &str, all: Vec<String>| {
        if !all.is_empty() {
            told.push(format!("{name}: {}", all.join(" ")));
        }
    };
    list("audiences", one.audiences.iter().map(ToString::to_string).collect());
    list("redirect_uris", one.redirect_uris.clone());
    list("networks", one.networks.iter().map(ToString::to_string).collect());
    list("scopes", one.scopes.iter().map(str::to_owned).collect());
    told.extend(one.token_ttl.map(|life| format!("token_ttl: {life}")));
    told.extend(one.disabled.filter(|is| *is).map(|_| "disabled: true".to_owned()));
    told
}

/// A list of names.
pub(super) fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(" ") }
}

/// What is added to a set, and what is taken away: `+crew_read -crew_import`.
pub(super) fn exchanged<'a>(
    before: impl Iterator<Item = &'a str>,
    after: impl Iterator<Item = &'a str>,
) -> String {
    let was: Vec<&str> = before.collect();
    let is: Vec<&str> = after.collect();
    let added = is.iter().filter(|name| !was.contains(name)).map(|name| format!("+{name}"));
    let gone = was.iter().filter(|name| !is.contains(name)).map(|name| format!("-{name}"));
    added.chain(gone).collect::<Vec<_>>().join(" ")
}

/// The same of scopes; `None` when they are the same.
pub(super) fn scopes_exchanged(before: &ScopeSet, after: &ScopeSet) -> Option<String> {
    (before != after).then(|| format!("scopes: {}", exchanged(before.iter(), after.iter())))
}
