//! What somebody typed into the form of a new client, and what it comes to.

use ipnet::IpNet;
use portreeve_core::org::organization::check_name;
use portreeve_core::refusal::Refusal;
use portreeve_core::text_id::ClientId;
use portreeve_core::time::{Timestamp, Ttl};

use crate::pages::fields::Fields;
use crate::pages::portal::At;
use crate::pages::portal::client::ends::EndTyped;
use crate::pages::portal::client::faults::Faults;
use crate::pages::portal::client::limits;
use crate::pages::portal::client::offer::{Chosen, Offer};
use crate::pages::portal::client::ticks;
use crate::pages::portal::new_client::owners::Owners;
use crate::texts::Texts;

/// The fields, as they were typed.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    /// `organization` or `me`.
    pub(super) owner: String,
    /// The name.
    pub(super) name: String,
    /// Every tick: a service, a colon, a scope.
    pub(super) scopes: Vec<String>,
    /// Where people come back to, one on each line.
    pub(super) redirect_uris: String,
    /// When the secret ends.
    pub(super) end: EndTyped,
    /// Networks, one on each line.
    pub(super) networks: String,
    /// The life of an access token in minutes.
    pub(super) token_life: String,
    /// The id that was drawn.
    pub(super) client_id: String,
    /// The proof that we drew it.
    pub(super) proof: String,
}

/// What the optional fields come to.
#[derive(Debug, Default)]
pub(super) struct Limits {
    /// Where people come back to.
    pub(super) redirect_uris: Vec<String>,
    /// From where it may call.
    pub(super) networks: Vec<IpNet>,
    /// How long its tokens live.
    pub(super) token_ttl: Option<Ttl>,
    /// When its secret ends.
    pub(super) secret_expires_at: Option<Timestamp>,
}

impl Typed {
    /// An empty form.
    pub(super) fn new(owners: &Owners, id: &ClientId, proof: String) -> Self {
        let owner = owners.tiles.first().map_or("me", |tile| tile.value);
        Self {
            owner: owner.to_owned(),
            name: String::new(),
            scopes: Vec::new(),
            redirect_uris: String::new(),
            end: EndTyped::chosen("year"),
            networks: String::new(),
            token_life: String::new(),
            client_id: id.to_string(),
            proof,
        }
    }

    /// Reads a form.
    ///
    /// # Errors
    /// When something that stands once is there twice.
    pub(super) fn read(fields: &Fields) -> Result<Self, Refusal> {
        let one = |name: &str| fields.one(name).map(str::to_owned);
        Ok(Self {
            owner: one("owner")?,
            name: one("name")?,
            scopes: fields.all("scope").map(str::to_owned).collect(),
            redirect_uris: one("redirect_uris")?,
            end: EndTyped::read(fields)?,
            networks: fields.first("networks").to_owned(),
            token_life: one("token_life")?,
            client_id: one("client_id")?,
            proof: one("proof")?,
        })
    }

    /// All of it again, for a form that only asks whether it is right.
    pub(super) fn pairs(&self) -> Vec<(&'static str, &str)> {
        let mut pairs = vec![
            ("client_id", self.client_id.as_str()),
            ("proof", &self.proof),
            ("owner", &self.owner),
            ("name", &self.name),
            ("redirect_uris", &self.redirect_uris),
            ("ends", &self.end.ends),
            ("ends_on", &self.end.on),
            ("networks", &self.networks),
            ("token_life", &self.token_life),
        ];
        pairs.extend(self.scopes.iter().map(|scope| ("scope", scope.as_str())));
        pairs
    }

    /// What was ticked, and the name.
    pub(super) fn chosen(&self, offer: &Offer, faults: &mut Faults, t: &Texts) -> Option<Chosen> {
        if check_name(&self.name).is_none() {
            faults.add("name", t.say("client-name-wrong"));
        }
        let values = self.scopes.iter().map(String::as_str);
        ticks::chosen(offer, values, &[], faults, t)
    }

    /// What the rest comes to.
    pub(super) fn limits(&self, at: &At, chosen: Option<&Chosen>, faults: &mut Faults) -> Limits {
        let t = at.texts();
        let audiences = chosen.map_or(&[][..], |chosen| &chosen.audiences);
        let connects = chosen.is_some_and(|chosen| chosen.connects);
        let redirect_uris = match chosen {
            Some(_) => ticks::where_back(&self.redirect_uris, connects, faults, t),
            None => Vec::new(),
        };
        let secret_expires_at = self.end.check(&at.reader(), faults);
        let networks = limits::networks(&self.networks, faults, t);
        let most = ticks::longest_life(&at.env, audiences);
        let token_ttl = limits::token_life(&self.token_life, most, faults, t);
        Limits { redirect_uris, networks, token_ttl, secret_expires_at }
    }
}
