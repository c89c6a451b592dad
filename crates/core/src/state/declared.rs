//! What a file declares.

use std::fmt;

use ipnet::IpNet;

use crate::oauth::scope::ScopeSet;
use crate::org::member::Role;
use crate::state::service::DeclaredService;
use crate::text_id::ClientId;
use crate::time::Ttl;
use crate::token::record::Audience;

/// Everything that a file declares, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// Services, by name: files of the configuration.
    pub services: Vec<DeclaredService>,
    /// Organizations, by the vendor's own ids.
    pub organizations: Vec<DeclaredOrganization>,
    /// People, by address.
    pub users: Vec<DeclaredUser>,
    /// Clients, by id.
    pub clients: Vec<DeclaredClient>,
}

/// An organization as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredOrganization {
    /// The vendor's own id for it.
    pub external_id: String,
    /// What people call it.
    pub name: String,
    /// The organization that it is below, by the vendor's id; at the top without one.
    pub parent: Option<String>,
    /// The services that its contract opens; as its parent has it without any word.
    pub services: Option<Vec<String>>,
    /// Where it stands in the file.
    pub line: usize,
}

/// A person as they are to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredUser {
    /// The address, as [`crate::org::member::check_email`] writes it.
    pub email: String,
    /// What the person is called.
    pub name: String,
    /// Whether they are the vendor's own staff; left as it is without a word.
    pub operator: Option<bool>,
    /// Where they belong, by the vendor's ids, and as what.
    pub memberships: Vec<(String, Role)>,
    /// Where they stand in the file.
    pub line: usize,
}

/// A client as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredClient {
    /// Its id.
    pub client_id: ClientId,
    /// What people call it.
    pub name: String,
    /// For whom it stands.
    pub owner: DeclaredOwner,
    /// The APIs that it may have tokens for.
    pub audiences: Vec<Audience>,
    /// The scopes that it may have.
    pub scopes: ScopeSet,
    /// Where its connector may send people back to.
    pub redirect_uris: Vec<String>,
    /// Where it may call from; anywhere when there is none.
    pub networks: Vec<IpNet>,
    /// The life of its access tokens, where it differs from the service's.
    pub token_ttl: Option<Ttl>,
    /// Whether it is switched off; left as it is without a word.
    pub disabled: Option<bool>,
    /// Where it stands in the file.
    pub line: usize,
}

/// For whom a declared client stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredOwner {
    /// An organization, by the vendor's id.
    Organization(String),
    /// A person, by address.
    User(String),
}

impl fmt::Display for DeclaredOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organization(id) => write!(f, "organization {id}"),
            Self::User(email) => write!(f, "user {email}"),
        }
    }
}

/// A mistake in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what was expected.
    pub message: String,
}

impl Fault {
    /// A mistake at this line.
    pub fn at(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}
