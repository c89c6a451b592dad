//! Licences: clients whose own time ends.

use portreeve_core::client::record::Client;
use portreeve_core::org::owner::Owner;

use crate::pages::portal::At;
use crate::pages::times::When;

/// A client whose time has ended, or will.
pub(super) struct LicenceLine {
    /// Its page.
    pub(super) href: String,
    /// Its id.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// The page of the organization that owns it, if one does.
    pub(super) owner: Option<String>,
    /// When it ends.
    pub(super) ends: When,
}

/// The first of them.
pub(super) fn lines(at: &At, clients: &[Client], most: usize) -> Vec<LicenceLine> {
    let line = |client: &Client| {
        let id = client.client_id.as_str();
        let segment: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
        let owner = match &client.owner {
            Owner::Organization(id) => Some(format!("/portal/organizations/{id}")),
            Owner::User(_) => None,
        };
        Some(LicenceLine {
            href: format!("/portal/clients/{segment}"),
            id: id.to_owned(),
            name: client.name.clone(),
            owner,
            ends: at.when(client.expires_at?),
        })
    };
    clients.iter().filter_map(line).take(most).collect()
}
