//! Who calls, as the API's own code sees it.

use std::sync::Arc;

use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::text_id::{ClientId, OrganizationId};
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::{AccessToken, Audience};

/// Who makes this call. The guard puts it into the request's extensions, unless the
/// operation is public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The client.
    pub client_id: ClientId,
    /// For whom it stands.
    pub owner: Owner,
    /// What it may do. Without introspection this is what the token was granted,
    /// with introspection what of it the client still has.
    pub scope: ScopeSet,
    /// The organization that the call names, where the operation takes one.
    pub organization: Option<Organization>,
    /// The API's ids of all organizations in reach, from introspection: what a call
    /// that names none may touch. Absent without introspection, and where the server
    /// does not list them.
    pub organizations: Option<Arc<[Box<str>]>>,
    /// The one organization to which the token is narrowed, by Portreeve's own id.
    pub narrowed_to: Option<OrganizationId>,
}

/// The organization that a call names, decoded, and what is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Organization {
    /// The client reached it when it was last introspected.
    InReach(Box<str>),
    /// Nobody has checked whether the client reaches it: the API must.
    Unchecked(Box<str>),
}

/// What is known about a token.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) client_id: ClientId,
    pub(crate) owner: Owner,
    pub(crate) audience: Audience,
    pub(crate) scope: ScopeSet,
    pub(crate) expires_at: Timestamp,
    pub(crate) narrowed_to: Option<OrganizationId>,
    pub(crate) organizations: Option<Arc<[Box<str>]>>,
}

impl From<AccessToken> for Standing {
    fn from(token: AccessToken) -> Self {
        Self {
            client_id: token.client_id,
            owner: token.owner,
            audience: token.audience,
            scope: token.scope,
            expires_at: token.expires_at,
            narrowed_to: token.organization,
            organizations: None,
        }
    }
}

impl Standing {
    pub(crate) fn caller(&self, organization: Option<Organization>) -> Caller {
        Caller {
            client_id: self.client_id.clone(),
            owner: self.owner.clone(),
            scope: self.scope.clone(),
            organization,
            organizations: self.organizations.clone(),
            narrowed_to: self.narrowed_to.clone(),
        }
    }
}
