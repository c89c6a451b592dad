//! What can be written, as intentions.

use portreeve_core::audit::Fact;
use portreeve_core::client::record::Client;
use portreeve_core::connection::record::{Connection, FamilyId, RefreshToken};
use portreeve_core::org::member::{Membership, User};
use portreeve_core::org::organization::Organization;
use portreeve_core::secret::SecretHash;
use portreeve_core::sign_in::link::Link;
use portreeve_core::sign_in::session::Session;
use portreeve_core::text_id::{ClientId, OrganizationId, UserId};
use portreeve_core::time::Timestamp;
use portreeve_core::token::key::KeyRecord;
use portreeve_core::token::record::TokenId;
use portreeve_core::usage::{Counted, RefusedCall, SecretCounted};

use crate::contract::change::Change;

/// What one decision writes: all of it or nothing.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    /// The records.
    pub writes: Vec<Write>,
    /// What the audit register keeps about it.
    pub facts: Vec<Fact>,
    /// When it happens: the time of the change log's lines.
    pub at: Option<Timestamp>,
}

/// One record that is written.
///
/// `…Changed` takes the next state of a record with the `version` that was read;
/// the store counts it up, or answers a conflict when the row has another by now.
#[derive(Clone, Debug)]
pub enum Write {
    /// A new client. Conflict when the id is taken.
    ClientRegistered(Box<Client>),
    /// A client with its secrets, changed.
    ClientChanged(Box<Client>),
    /// A client, gone for good. Conflict when it is gone already.
    ClientDeleted(ClientId),
    /// A new organization. Conflict when id or external id are taken, or the
    /// parent is gone.
    OrganizationEntered(Organization),
    /// An organization, changed.
    OrganizationChanged(Organization),
    /// A new person. Conflict when id or address are taken.
    UserEntered(User),
    /// A person, changed.
    UserChanged(User),
    /// A person belongs to an organization with this role from now on. Conflict
    /// when either is gone.
    MembershipSet(Membership),
    /// A person no longer belongs to an organization. Conflict when there was no
    /// such membership.
    MembershipEnded {
        /// The organization.
        organization: OrganizationId,
        /// The person.
        user: UserId,
    },
    /// A token is refused from now on. Revoking it again is fine.
    TokenRevoked {
        /// The token.
        id: TokenId,
        /// Its client, for the register.
        client_id: ClientId,
        /// When it would have expired: the row may go then.
        expires_at: Timestamp,
    },
    /// A sealed refresh token was spent: as `TokenRevoked`, but a conflict when that
    /// was written before, so that of two who spend the same token one wins.
    RefreshSpent {
        /// The refresh token.
        id: TokenId,
        /// Its client, for the register.
        client_id: ClientId,
        /// When it would have expired: the row may go then.
        expires_at: Timestamp,
    },
    /// A person let a client act for them. Conflict when person, client or
    /// organization are gone.
    ConnectionMade {
        /// The connection.
        connection: Connection,
        /// Its first refresh token.
        refresh: RefreshToken,
    },
    /// When a connection last gave a token. No change: nothing decides by it. A
    /// connection that is gone is passed over.
    ConnectionUsed {
        /// The connection.
        id: FamilyId,
        /// When; an earlier time than the stored one changes nothing.
        at: Timestamp,
    },
    /// A connection gives nothing any more, and its family of tokens is refused from
    /// now on. Conflict when it has ended already, or is gone.
    ConnectionEnded {
        /// The connection.
        id: FamilyId,
        /// Its client, for the register.
        client_id: ClientId,
        /// When it ended.
        at: Timestamp,
        /// When the last access token of the family will have expired.
        until: Timestamp,
    },
    /// A stored refresh token was used and another takes its place. Conflict when it
    /// was used before, its connection has ended, or either is gone.
    RefreshRotated {
        /// The token that was used.
        used: SecretHash,
        /// When.
        at: Timestamp,
        /// The one in its place, of the same connection.
        next: RefreshToken,
    },
    /// A person has this password from now on, and links to a new one open nothing any
    /// more. Conflict when the person is gone.
    PasswordSet {
        /// The person.
        user: UserId,
        /// The password's hash as a PHC string.
        phc: String,
    },
    /// Nothing is written: conflict when the person has another password than this one by
    /// now, or is disabled. It stands in front of whatever follows from a password that was
    /// shown, since it takes long to compare one. Who sets another at the same time either
    /// came first, or comes behind everything that this commit begins.
    PasswordStands {
        /// The person.
        user: UserId,
        /// The hash that the password was compared with.
        phc: String,
    },
    /// A person signed in. Beyond the [`MOST`](portreeve_core::sign_in::session::MOST) that
    /// a person may have, the oldest sessions end. Conflict when the person is gone.
    SessionBegun(Session),
    /// A session was used. A session that is gone is passed over.
    SessionSeen {
        /// The session.
        hash: [u8; 32],
        /// When; an earlier time than the stored one changes nothing.
        at: Timestamp,
    },
    /// A session is over. One that is gone already is passed over.
    SessionEnded {
        /// The session.
        hash: [u8; 32],
    },
    /// A person's sessions are over, but for this one.
    SessionsEnded {
        /// The person.
        user: UserId,
        /// The session that stays.
        except: Option<[u8; 32]>,
    },
    /// Nothing is written: conflict when the organization is gone or changed, or has other
    /// invitations than these by now, expired ones among them. It stands in front of
    /// whatever was decided in view of them; of several who do so at once, one goes after
    /// the other.
    InvitationsStand {
        /// The organization.
        organization: OrganizationId,
        /// Its version.
        version: i64,
        /// The links' hashes, in the order of
        /// [`list_invitations`](crate::contract::sign_in::SignIn::list_invitations).
        hashes: Vec<[u8; 32]>,
    },
    /// Somebody is sent a link. Conflict when its person or organization is gone.
    LinkMade(Link),
    /// A link was used and opens nothing any more. Conflict when it was used, withdrawn
    /// or had expired by this moment: of two who use it at once, one wins.
    LinkUsed {
        /// The link.
        hash: [u8; 32],
        /// When.
        at: Timestamp,
    },
    /// A link opens nothing any more. One that is gone already is passed over.
    LinkWithdrawn {
        /// The link.
        hash: [u8; 32],
    },
    /// What was counted since the last time. Adds to what is there, counts no version
    /// and is no change; what is about a client or a secret that is gone is passed over.
    Used(Box<Used>),
    /// Whoever writes this may send the notice that it names. Conflict when somebody
    /// has: of two nodes, one sends it.
    NoticeTaken {
        /// What the notice is about, once and for all.
        key: String,
        /// When.
        at: Timestamp,
    },
    /// The notice could not be sent: somebody may try again.
    NoticeGivenBack {
        /// As it was taken.
        key: String,
    },
    /// A new key in place of another, or the first of its purpose. Conflict when
    /// that one was replaced already: of two nodes that rotate at once, one wins.
    KeyAdded {
        /// The key.
        key: KeyRecord,
        /// The `kid` of the key that it replaces.
        replaces: Option<Box<str>>,
    },
    /// A key whose times changed (`active_until`, `removed_at`).
    KeyChanged(KeyRecord),
}

/// What was counted since the last time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Calls and tokens.
    pub counted: Vec<Counted>,
    /// Tokens by secret, and when each was last used.
    pub secrets: Vec<SecretCounted>,
    /// Refusals by client, service, reason and day: how often each.
    pub refused: Vec<(RefusedCall, u64)>,
}

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The number of the newest line that it wrote to the change log, or of the
    /// newest there was when it wrote none.
    pub change: i64,
}

impl Commit {
    /// A commit of one record.
    pub fn one(write: Write, fact: Fact) -> Self {
        Self { at: Some(fact.at), writes: vec![write], facts: vec![fact] }
    }
}

impl Write {
    /// What whoever caches must be told about this write.
    pub fn change(&self) -> Option<Change> {
        match self {
            Self::ClientRegistered(client) | Self::ClientChanged(client) => {
                Some(Change::Client(client.client_id.clone()))
            }
            Self::ClientDeleted(id) => Some(Change::Client(id.clone())),
            Self::OrganizationEntered(_) | Self::OrganizationChanged(_) => {
                Some(Change::Organizations)
            }
            Self::UserEntered(user) | Self::UserChanged(user) => {
                Some(Change::User(user.id.clone()))
            }
            Self::MembershipSet(membership) => Some(Change::User(membership.user.clone())),
            Self::MembershipEnded { user, .. } => Some(Change::User(user.clone())),
            Self::PasswordSet { user, .. } => Some(Change::User(user.clone())),
            Self::TokenRevoked { id, expires_at, .. }
            | Self::RefreshSpent { id, expires_at, .. } => {
                Some(Change::Revoked { id: *id, expires_at: *expires_at })
            }
            Self::ConnectionEnded { id, until, .. } => {
                Some(Change::Revoked { id: id.token_id(), expires_at: *until })
            }
            Self::ConnectionMade { .. }
            | Self::ConnectionUsed { .. }
            | Self::RefreshRotated { .. }
            | Self::PasswordStands { .. }
            | Self::SessionBegun(_)
            | Self::SessionSeen { .. }
            | Self::SessionEnded { .. }
            | Self::SessionsEnded { .. }
            | Self::InvitationsStand { .. }
            | Self::LinkMade(_)
            | Self::LinkUsed { .. }
            | Self::LinkWithdrawn { .. }
            | Self::Used(_)
            | Self::NoticeTaken { .. }
            | Self::NoticeGivenBack { .. } => None,
            Self::KeyAdded { .. } | Self::KeyChanged(_) => Some(Change::Keys),
        }
    }
}
