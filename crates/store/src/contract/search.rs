//! What people look for: lists that are searched and turned page by page, and sums.
//! Nothing on the way of a token or a guarded call asks for any of it.

use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::member::{Role, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::Timestamp;
use portreeve_core::token::record::Audience;

/// Whose clients, and so whose counts.
#[derive(Clone, Copy, Debug)]
pub enum ClientsOf<'a> {
    /// Those of this organization, and those of the people who belong to it.
    Organization(&'a OrganizationId),
    /// Those of this person.
    User(&'a UserId),
    /// This one.
    Client(&'a ClientId),
    /// All.
    All,
}

/// Clients that are looked for, by name (as bytes), then by id.
#[derive(Clone, Debug)]
pub struct ClientSearch<'a> {
    /// Whose.
    pub of: ClientsOf<'a>,
    /// A part of the name, the id or a scope, in whatever case of ASCII letters;
    /// everything when it is empty.
    pub text: &'a str,
    /// Start behind the client with this name and id.
    pub after: Option<(String, ClientId)>,
    /// At most so many.
    pub limit: u32,
}

/// How many clients there are, and how many of them stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientCounts {
    /// All of them.
    pub all: u64,
    /// Those that are disabled.
    pub disabled: u64,
    /// Those not disabled whose own time has ended, or whose every secret's.
    pub expired: u64,
    /// Those neither disabled nor expired whose own end, or the last end of their
    /// secrets, is before the moment that was named.
    pub ends_soon: u64,
}

/// Clients that wait for somebody: enabled, not over, and either near their end (their
/// own, or the last of their secrets') or with a live secret beside another that was not
/// used for some time.
#[derive(Clone, Copy, Debug)]
pub struct WaitingSearch<'a> {
    /// Whose.
    pub of: ClientsOf<'a>,
    /// Now.
    pub now: Timestamp,
    /// An end at or before this moment is near.
    pub soon: Timestamp,
    /// A secret that was not used after this moment, nor made, is quiet.
    pub quiet: Timestamp,
    /// At most so many.
    pub limit: u32,
}

/// How many clients may ask for the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbilityCount {
    /// The audiences that they have.
    pub audiences: Vec<Audience>,
    /// The scopes that they have.
    pub scopes: ScopeSet,
    /// How many.
    pub clients: u64,
}

/// How many there are of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordCounts {
    /// Organizations.
    pub organizations: u64,
    /// People.
    pub people: u64,
    /// Clients.
    pub clients: u64,
}

/// A person in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub user: User,
    /// What they are in the organization whose members are listed.
    pub role: Option<Role>,
    /// When they last signed in.
    pub last_signed_in_at: Option<Timestamp>,
}

/// People that are looked for, by address.
#[derive(Clone, Debug)]
pub struct PeopleSearch<'a> {
    /// The members of this organization; everybody when it is `None`.
    pub of: Option<&'a OrganizationId>,
    /// A part of the name or the address, as in [`ClientSearch::text`].
    pub text: &'a str,
    /// Start behind this address.
    pub after: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// An organization in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The organization.
    pub organization: Organization,
    /// How many people belong to it.
    pub members: u64,
    /// How many clients are its own.
    pub clients: u64,
}

/// Facts that are looked for, newest first. Every condition that is there must hold.
#[derive(Clone, Debug, Default)]
pub struct FactSearch<'a> {
    /// Filed under one of these.
    pub organizations: Option<&'a [OrganizationId]>,
    /// By this actor, as [`portreeve_core::audit::Actor`] is written.
    pub actor: Option<&'a str>,
    /// Actions that begin so: `client.`, or `client.rotated` whole.
    pub action: Option<&'a str>,
    /// About this record.
    pub subject: Option<&'a str>,
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Numbers below this one.
    pub below: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

/// In which steps counts are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Kept for [`portreeve_core::usage::HOURS_KEPT`].
    Hour,
    /// Kept for [`portreeve_core::usage::DAYS_KEPT`].
    Day,
}

/// Counts that are asked for.
#[derive(Clone, Copy, Debug)]
pub struct UsageSearch<'a> {
    /// Whose.
    pub of: ClientsOf<'a>,
    /// At this service: its name, or an empty text for the token endpoint; at all when
    /// it is `None`.
    pub service: Option<&'a str>,
    /// From this moment on, a multiple of the step.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// In these steps.
    pub step: Step,
}
