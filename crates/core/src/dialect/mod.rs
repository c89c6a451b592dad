//! Dialects: files that say how one vendor's requests, replies, refusals and token
//! placement look. Data, not code: a dialect picks among what the core decides and
//! reshapes it; it cannot weaken a check or invent a reason.
//!
//! [`text`] is the file as types, [`compile`] checks it once at load, and what is
//! left ([`Dialect`]) is used per request: [`read`] takes a request apart,
//! [`mod@write`] puts a reply together, [`refusals`] says no, [`resource`] finds the
//! token on a guarded call, and [`connector`] describes the page where a person lets
//! an application in.

pub mod nearest;
pub mod calendar;
pub mod cast;
pub mod phrase;
pub mod template;
pub mod body;
pub mod input;
pub mod place;
pub mod condition;
pub mod verify;
pub mod text;
pub mod compile;
mod parts;
pub mod read;
pub mod issue;
pub mod address;
pub mod refusals;
pub mod write;
pub mod resource;
pub mod connector;
pub mod case;
pub mod example;
pub mod file;
pub mod builtin;

use crate::dialect::connector::{Connector, Proof};
use crate::dialect::issue::Issue;
use crate::dialect::read::TokenEndpoint;
use crate::dialect::refusals::RefusalTable;
use crate::dialect::resource::ResourceSide;
use crate::dialect::write::ReplyForm;
use crate::oauth::scope::ScopeSet;

/// A dialect, checked and ready.
#[derive(Debug)]
pub struct Dialect {
    /// Its name: in configuration, logs and metrics.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What every client of its services has, whatever else is ticked; may be empty.
    pub basic_scope: ScopeSet,
    /// Where and how tokens are asked for.
    pub token: TokenEndpoint,
    /// What its tokens look like, where a service says nothing else.
    pub issue: Issue,
    /// The reply to a granted request.
    pub reply: ReplyForm,
    /// How the token endpoint says no.
    pub refusals: RefusalTable,
    /// The guarded API's side.
    pub resource: ResourceSide,
    /// A page where a person lets an application in, if the vendor has one.
    pub connector: Option<Connector>,
}

impl Dialect {
    /// True when somebody proves who they are with what can only be checked by whoever
    /// has the client's secret itself, not its hash.
    pub fn needs_recoverable_secret(&self) -> bool {
        let entries = self.connector.iter().flat_map(|connector| &connector.entries);
        entries.into_iter().any(|entry| matches!(entry.proof, Proof::HmacTimestamp(_)))
    }
}
