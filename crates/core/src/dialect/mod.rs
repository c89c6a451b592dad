//! Dialects: files that say how one vendor's requests, replies, refusals and token
//! placement look. Data, not code: a dialect picks among what the core decides and
//! reshapes it; it cannot weaken a check or invent a reason.
//!
//! [`text`] is the file as types, [`compile`] checks it once at load, and what is
//! left ([`Dialect`]) is used per request: [`read`] takes a request apart,
//! [`mod@write`] puts a reply together, [`resource`] finds the token on a guarded call.

pub mod text;
pub mod condition;
pub mod place;
pub mod template;
pub mod compile;
pub mod read;
pub mod refusals;
pub mod write;
pub mod resource;
pub mod builtin;

use crate::dialect::read::TokenEndpoint;
use crate::dialect::refusals::RefusalTable;
use crate::dialect::resource::ResourceSide;
use crate::dialect::template::Template;
use crate::dialect::write::ReplyVariable;

/// A dialect, checked and ready.
#[derive(Debug)]
pub struct Dialect {
    /// Its name: in configuration, logs and metrics.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Where and how tokens are asked for.
    pub token: TokenEndpoint,
    /// The reply to a granted request.
    pub reply: Template<ReplyVariable>,
    /// The status of that reply.
    pub reply_status: u16,
    /// How the token endpoint says no.
    pub refusals: RefusalTable,
    /// The guarded API's side.
    pub resource: ResourceSide,
}
