//! For whom a new client may stand: the organization, or whoever makes it.

use portreeve_core::org::organization::Organization;
use portreeve_core::org::owner::Owner;
use portreeve_core::org::permission::Action;

use crate::flow::access::Access;
use crate::flow::change::ChangeError;
use crate::flow::portal_clients::{self, Reach};
use crate::pages::portal::At;
use crate::pages::portal::client::faults::Faults;
use crate::pages::portal::client::words::joined;
use crate::texts::Texts;

/// One that may be chosen.
pub(super) struct Tile {
    /// What the form sends.
    pub(super) value: &'static str,
    /// What it is called.
    pub(super) name: String,
    /// What comes of choosing it.
    pub(super) consequence: String,
    /// Where its clients reach, in words.
    pub(super) place: String,
    owner: Owner,
}

/// Those that may be chosen.
pub(super) struct Owners {
    /// The organization first.
    pub(super) tiles: Vec<Tile>,
}

impl Owners {
    /// Who may be chosen by this person in this organization.
    ///
    /// # Errors
    /// What the store says.
    pub(super) async fn read(
        at: &At,
        access: &Access,
        organization: &Organization,
    ) -> Result<Self, ChangeError> {
        let t = at.texts();
        let mut tiles = Vec::new();
        if access.may(Action::MakeOrganizationClient) {
            let owner = Owner::Organization(organization.id.clone());
            let reach = portal_clients::reach(&at.env, &owner).await?;
            let below = reach.count.saturating_sub(1);
            tiles.push(Tile {
                value: "organization",
                name: organization.name.clone(),
                consequence: t.say1("client-owner-organization", "below", below),
                place: place(&reach, t),
                owner,
            });
        }
        let owner = Owner::User(access.user().id.clone());
        let reach = portal_clients::reach(&at.env, &owner).await?;
        tiles.push(Tile {
            value: "me",
            name: t.say1("client-owner-me", "name", &access.user().name),
            consequence: t.say1("client-owner-me-reaches", "count", reach.count),
            place: place(&reach, t),
            owner,
        });
        Ok(Self { tiles })
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Owner> {
        self.tiles.iter().map(|tile| tile.owner.clone()).collect()
    }

    /// The one with this value.
    pub(super) fn tile(&self, value: &str) -> Option<&Tile> {
        self.tiles.iter().find(|tile| tile.value == value)
    }

    /// Who was chosen.
    pub(super) fn chosen(&self, value: &str, faults: &mut Faults, t: &Texts) -> Option<Owner> {
        let tile = self.tile(value);
        if tile.is_none() {
            faults.add("owner", t.say("client-owner-unchosen"));
        }
        tile.map(|tile| tile.owner.clone())
    }
}

/// The first few by name, and how many more.
fn place(reach: &Reach, t: &Texts) -> String {
    let more = reach.count.saturating_sub(reach.names.len());
    match (reach.names.is_empty(), more) {
        (true, _) => t.say("client-reaches-nothing"),
        (false, 0) => joined(&reach.names, t),
        (false, more) => {
            t.say2("client-reaches-more", "names", reach.names.join(", "), "more", more)
        }
    }
}
