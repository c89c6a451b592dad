//! For whom a client stands.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text_id::{OrganizationId, UserId};

/// The owner of a client. Written `organization:org_…` or `user:usr_…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The client reaches this organization and what is below it.
    Organization(OrganizationId),
    /// The client reaches whatever this person reaches at the moment of the request.
    User(UserId),
}

impl Owner {
    /// `organization` or `user`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Organization(_) => "organization",
            Self::User(_) => "user",
        }
    }

    /// The organization's or the user's id.
    pub fn id(&self) -> &str {
        match self {
            Self::Organization(id) => id.as_str(),
            Self::User(id) => id.as_str(),
        }
    }

    /// The owner of this kind with this id; `None` if either makes no sense.
    pub fn from_parts(kind: &str, id: &str) -> Option<Self> {
        match kind {
            "organization" => OrganizationId::parse(id).ok().map(Self::Organization),
            "user" => UserId::parse(id).ok().map(Self::User),
            _ => None,
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind(), self.id())
    }
}
