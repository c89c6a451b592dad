//! Another name, other networks, another life of tokens, another end.

use askama::Template;
use portreeve_core::client::change::{Particulars, set_particulars};
use portreeve_core::client::record::Client;
use portreeve_core::org::organization::check_name;
use portreeve_core::org::permission::Action;
use portreeve_core::refusal::Refusal;
use portreeve_core::time::Ttl;

use crate::flow::access::{Access, to_client};
use crate::flow::change::ChangeError;
use crate::flow::{clients, portal_clients};
use crate::pages::fields::Fields;
use crate::pages::frame::{Frame, page};
use crate::pages::onward::by_way_of;
use crate::pages::portal::client::ends::{self, EndTyped};
use crate::pages::portal::client::faults::Faults;
use crate::pages::portal::client::ticks::longest_life;
use crate::pages::portal::client::{limits, lives};
use crate::pages::portal::client_changes::around::{Around, done, version};
use crate::pages::portal::{At, Shown};
use crate::pages::times::Reader;
use crate::paths::SIGN_IN_AGAIN;
use crate::texts::Texts;

/// The fields, as they were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Typed {
    name: String,
    networks: String,
    token_life: String,
    end: EndTyped,
}

#[derive(Template)]
#[template(path = "portal/client_edit.html")]
struct EditPage {
    frame: Frame,
    t: &'static Texts,
    around: Around,
    typed: Typed,
    faults: Faults,
    /// Where the password is asked for, when it would be before a limit is widened.
    again: Option<String>,
    lives: Vec<String>,
    day_in_a_year: String,
    first_day: String,
}

/// The form, with what stands.
///
/// # Errors
/// 404 when the client is nothing to the person, 403 for whoever may only look.
pub async fn ask_edit(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    access.must(Action::ChangeClient)?;
    let typed = Typed::standing(&client, &at.reader());
    form(&at, (&access, &client), typed, Faults::default(), 200).await
}

/// Makes it so. Sent twice, the second finds another version and changes nothing.
///
/// # Errors
/// As [`ask_edit`]; the password is asked for again before the client may do more.
pub async fn edit(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    access.must(Action::ChangeClient)?;
    let typed = Typed::read(&at.fields)?;
    let mut faults = Faults::default();
    let to = typed.check(&at, &client, &mut faults);
    if !faults.is_empty() {
        return form(&at, (&access, &client), typed, faults, 422).await;
    }
    // What breaks a rule changes nothing, and is told below.
    let next = set_particulars(&client, to.clone()).unwrap_or_else(|_| client.clone());
    let actor = access.must(clients::action_of(&client, &next))?;
    let seen = version(&at)?;
    match clients::set_particulars(&at.env, &client.client_id, to, seen, &actor).await {
        Ok(client) => Ok(done(&client, "edited")),
        Err(ChangeError::ChangedMeanwhile) => {
            // What was typed stays; sent again, it takes the place of what stands now.
            let now = clients::show(&at.env, &client.client_id).await?;
            faults.add("page", at.texts().say1("client-meanwhile-typed", "name", &now.name));
            form(&at, (&access, &now), typed, faults, 409).await
        }
        Err(ChangeError::Wrong(rule)) => {
            faults.add("page", rule);
            form(&at, (&access, &client), typed, faults, 422).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn form(
    at: &At,
    (access, client): (&Access, &Client),
    typed: Typed,
    faults: Faults,
    status: u16,
) -> Shown {
    let (frame, around) = Around::read(at, client).await?;
    let owner = std::slice::from_ref(&client.owner);
    let mut services = portal_clients::open_services(&at.env, owner).await?;
    services.retain(|service| client.audiences.contains(&service.audience));
    let has_limits =
        !client.networks.is_empty() || client.token_ttl.is_some() || client.expires_at.is_some();
    let is_asked = has_limits && access.asks_again(Action::WidenClient);
    let template = EditPage {
        frame,
        again: is_asked.then(|| by_way_of(SIGN_IN_AGAIN, at.path())),
        t: at.texts(),
        around,
        typed,
        faults,
        lives: lives::told(&at.env, &services, at.texts()),
        day_in_a_year: ends::day_in_a_year(&at.reader()),
        first_day: ends::first_day(&at.reader()),
    };
    Ok(page(status, &template))
}

impl Typed {
    fn standing(client: &Client, reader: &Reader) -> Self {
        let minutes = |life: Ttl| life.as_seconds().div_ceil(60).to_string();
        Self {
            name: client.name.clone(),
            networks: limits::written(&client.networks),
            token_life: client.token_ttl.map(minutes).unwrap_or_default(),
            end: EndTyped::standing(client.expires_at, reader),
        }
    }

    fn read(fields: &Fields) -> Result<Self, Refusal> {
        Ok(Self {
            name: fields.one("name")?.to_owned(),
            networks: fields.first("networks").to_owned(),
            token_life: fields.one("token_life")?.to_owned(),
            end: EndTyped::read(fields)?,
        })
    }

    /// What was typed, as it would stand. What was not touched stays to the second.
    fn check(&self, at: &At, client: &Client, faults: &mut Faults) -> Particulars {
        let (t, reader) = (at.texts(), at.reader());
        let before = Self::standing(client, &reader);
        if self.name != client.name && check_name(&self.name).is_none() {
            faults.add("name", t.say("client-name-wrong"));
        }
        let networks = limits::networks(&self.networks, faults, t);
        let token_ttl = match self.token_life == before.token_life {
            true => client.token_ttl,
            false => {
                let most = longest_life(&at.env, &client.audiences);
                limits::token_life(&self.token_life, most, faults, t)
            }
        };
        let expires_at = match self.end.is(&before.end.ends) && self.end.on == before.end.on {
            true => client.expires_at,
            false => self.end.check(&reader, faults),
        };
        Particulars { name: self.name.clone(), networks, token_ttl, expires_at }
    }
}
