//! Why was a call refused? From the record of a refusal to what a person needs: the rule,
//! what the client has by now, and what would make it work. Data, no sentences: the words
//! are the page's.
//!
//! What is told is as it stands now, and may have been otherwise when the call was
//! refused: somebody may have mended it.

mod seen;
mod why;

use std::net::IpAddr;

use ipnet::IpNet;
use portreeve_core::client::record::{Client, ClientState};
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::refusal::Reason;
use portreeve_core::text_id::OrganizationId;
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::Audience;
use portreeve_core::usage::RefusedCall;

use crate::env::Env;
use crate::flow::change::ChangeError;

pub use crate::flow::explain::seen::explain_to;

/// A refusal, and what is known about it now.
#[derive(Clone, Debug)]
pub struct Explained {
    /// What was kept of the call; veiled for whoever may not see all of it.
    pub call: RefusedCall,
    /// The reason; none that only another version of this server knows.
    pub reason: Option<Reason>,
    /// The client as it is now; none when it is gone.
    pub client: Option<Client>,
    /// What it was about.
    pub why: Why,
    /// False when from where it was called, and may be, was taken out for whoever looks.
    pub tells_where: bool,
}

/// What a refusal was about, and how that stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The operation needs a scope that the token lacked.
    Scope {
        /// The operation's id, where it is still described.
        operation: Option<Box<str>>,
        /// One of these is needed, each whole.
        needed: Vec<ScopeSet>,
        /// True when the client has one of them by now: a new token will do.
        client_has: bool,
    },
    /// The token request asked for a scope that the client does not have.
    ScopeAsked {
        /// The scope.
        scope: Box<str>,
        /// The APIs of the client's that offer it; none: no scope of theirs is so called.
        offered_by: Vec<Audience>,
        /// True when the client has it by now.
        client_has: bool,
    },
    /// The organization is out of the client's reach, or there is none of that name.
    Organization {
        /// As the call named it; empty when that is veiled.
        named: Box<str>,
        /// The organization, where there is one and the client reaches it, or whoever
        /// looks may see all: see [`Explained::for_customers`].
        found: Option<Hangs>,
        /// Where the reach of the client's owner begins.
        roots: Vec<Called>,
        /// True when the client's owner reaches it by now.
        reaches: bool,
    },
    /// The token had expired.
    TokenExpired {
        /// When it did.
        at: Option<Timestamp>,
    },
    /// The token was revoked: alone, or with all that were issued before a moment.
    TokenRevoked {
        /// All tokens that were issued before this moment have ended; none when no such
        /// moment was ever set.
        all_before: Option<Timestamp>,
    },
    /// The client, or the one for whom it stands, was off.
    ClientState {
        /// How the client stands now; none when it is gone.
        state: Option<ClientState>,
        /// When its time ends or has ended.
        ends: Option<Timestamp>,
        /// For whom it stands; none when the client is gone.
        owner: Option<Owner>,
        /// True when its owner is neither disabled nor gone.
        owner_stands: bool,
    },
    /// The secret was none of the client's.
    SecretWrong {
        /// How many of its secrets are accepted now.
        live: usize,
    },
    /// The secret had ended.
    SecretExpired {
        /// Which.
        id: Box<str>,
        /// When it ends or has ended; none when it has no end, or is gone.
        ends: Option<Timestamp>,
        /// True when the client still has it.
        is_there: bool,
        /// True when it is accepted by now.
        is_live: bool,
    },
    /// The call came from an address that is none of the client's networks'.
    Network {
        /// Where it came from.
        from: Option<IpAddr>,
        /// Where the client may call from now; anywhere when this is empty.
        networks: Vec<IpNet>,
        /// True when it may call from there by now.
        is_allowed: bool,
    },
    /// The contract of the client's owner did not open the service.
    Service {
        /// What people call it, where it is still configured.
        title: Option<String>,
        /// Whose contracts decide: the nearest that names services, from each place where
        /// the owner belongs upwards.
        said_by: Vec<Called>,
        /// True when it is open to the owner by now.
        is_open: bool,
    },
    /// The token, or the request for one, was for another API.
    Audience {
        /// The one that was named.
        asked: Box<str>,
        /// What the client may have tokens for now.
        has: Vec<Audience>,
    },
    /// The reason's own text says it all, with what it was about.
    Plain,
}

/// An organization, as people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// Our id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
}

/// An organization and where it hangs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hangs {
    /// The organization.
    pub one: Called,
    /// Those above it, nearest first.
    pub above: Vec<Called>,
}

impl Explained {
    /// The same for whoever is none of the vendor's staff: without what belongs to
    /// customers that the client does not reach, and without the names of organizations
    /// for which `is_known` says no: another person's client may belong to these as well.
    #[must_use]
    pub fn for_customers(mut self, is_known: impl Fn(&OrganizationId) -> bool) -> Self {
        match &mut self.why {
            Why::Organization { found, roots, reaches, .. } => {
                *found = found.take().filter(|hangs| *reaches && is_known(&hangs.one.id));
                roots.retain(|root| is_known(&root.id));
            }
            Why::Service { said_by, .. } => said_by.retain(|one| is_known(&one.id)),
            _ => {}
        }
        self
    }
}

/// Explains the refusal of the request with this id, to the vendor's own staff: a person
/// asks [`explain_to`].
///
/// # Errors
/// [`ChangeError::Missing`] when nothing is kept of such a refusal: the request was
/// answered, no client was known, it is longer ago than
/// [`portreeve_core::usage::REFUSALS_KEPT`], or so many others were refused at the time
/// that not all were kept.
pub async fn explain(env: &Env, request_id: &str) -> Result<Explained, ChangeError> {
    let missing = || missing(request_id);
    let id = read_id(request_id).ok_or_else(missing)?;
    let call = env.directory.store().find_refused(&id).await?.ok_or_else(missing)?;
    let client = env.directory.store().find_client(&call.client_id).await?;
    let reason = Reason::from_slug(&call.reason);
    let why = why::find(env, &call, reason, client.as_ref()).await?;
    Ok(Explained { call, reason, client, why, tells_where: true })
}

/// An id as people paste it: with blanks around it, in capital letters, with its header.
pub fn read_id(text: &str) -> Option<String> {
    let text = text.rsplit(':').next().unwrap_or(text).trim().to_ascii_lowercase();
    let is_id = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_id.then_some(text)
}

fn missing(text: &str) -> ChangeError {
    ChangeError::missing("refused request", text.trim().chars().take(80).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_people_paste_them() {
        let id = "0123456789abcdef0123456789abcdef";
        for text in [
            id,
            " 0123456789ABCDEF0123456789abcdef\n",
            "X-Request-Id: 0123456789abcdef0123456789abcdef",
        ] {
            assert_eq!(read_id(text).as_deref(), Some(id), "{text}");
        }
        for text in ["", "0123", &id[1..], &format!("{id}0"), "g123456789abcdef0123456789abcdef"] {
            assert_eq!(read_id(text), None, "{text}");
        }
    }
}
