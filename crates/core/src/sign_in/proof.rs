//! Whether an address is its person's: somebody has read what was sent there, and only
//! there. An invitation whose link is shown to whoever invites opens an account for an
//! address whose owner may never have heard of it. When the owner comes, by way of a
//! forgotten password, whatever the account has let in until then may be another's.

use crate::client::change::set_disabled;
use crate::client::record::Client;
use crate::connection::record::Connection;
use crate::org::member::User;
use crate::org::owner::Owner;
use crate::sign_in::link::{Link, Purpose};
use crate::time::Timestamp;

/// Since when the address of somebody new is proven, who joins by this link. Whoever is
/// known already proves nothing by joining: the account is older than the mail, and what it
/// let in before stays as doubtful as it was.
pub fn by_joining(link: &Link, now: Timestamp) -> Option<Timestamp> {
    link.mailed.then_some(now)
}

/// True when whoever sets a new password by this link proves the address for the first time.
pub fn is_first(user: &User, link: &Link) -> bool {
    let is_theirs =
        matches!(&link.purpose, Purpose::PasswordReset { user: whose } if *whose == user.id);
    // Sent to an address that the person has no more, it proves nothing about this one.
    user.address_proven_at.is_none() && link.mailed && is_theirs && link.email == user.email
}

/// What changes with a first proof, each record in its next state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstProof {
    /// The person.
    pub user: User,
    /// The person's own clients that were enabled, disabled: their secrets may be another's.
    pub disabled: Vec<Client>,
    /// The person's consents that stood: they are to end.
    pub ended: Vec<Connection>,
}

/// How much stops with a first proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stopped {
    /// Clients that were disabled.
    pub clients: usize,
    /// Connections that ended.
    pub connections: usize,
}

impl Stopped {
    /// True when nothing does.
    pub const fn is_nothing(self) -> bool {
        self.clients == 0 && self.connections == 0
    }

    /// Both.
    #[must_use]
    pub const fn and(self, more: Self) -> Self {
        let (clients, connections) = (more.clients, more.connections);
        Self { clients: self.clients + clients, connections: self.connections + connections }
    }
}

impl FirstProof {
    /// How much stops.
    pub const fn count(&self) -> Stopped {
        Stopped { clients: self.disabled.len(), connections: self.ended.len() }
    }
}

/// The first proof of a person's address, who has these clients and connections. What
/// belongs to others, and what is over already, stays as it is.
pub fn first(
    user: &User,
    clients: Vec<Client>,
    connections: Vec<Connection>,
    now: Timestamp,
) -> FirstProof {
    let is_own = |client: &Client| client.owner == Owner::User(user.id.clone());
    let enabled = clients.into_iter().filter(|client| is_own(client) && !client.disabled);
    let own = connections.into_iter().filter(|one| one.user == user.id);
    FirstProof {
        user: User { address_proven_at: Some(now), ..user.clone() },
        disabled: enabled.map(|client| set_disabled(&client, true)).collect(),
        ended: own.filter(Connection::is_standing).collect(),
    }
}

#[cfg(test)]
mod tests;
