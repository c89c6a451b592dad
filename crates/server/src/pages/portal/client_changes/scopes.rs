//! Other scopes, and so other APIs, and where people come back to: one change of all three.
//! What a client loses is lost for tokens in use as well.

use askama::Template;
use portreeve_core::client::record::Client;
use portreeve_core::org::permission::Action;

use crate::flow::access::{Access, to_client};
use crate::flow::administration::clients::{ClientChange, change, whole_scopes};
use crate::flow::change::ChangeError;
use crate::flow::{clients, portal_clients};
use crate::pages::frame::{Frame, page};
use crate::pages::onward::by_way_of;
use crate::pages::portal::client::faults::Faults;
use crate::pages::portal::client::offer::{Does, Offer};
use crate::pages::portal::client::ticks;
use crate::pages::portal::client_changes::around::{Around, done, version};
use crate::pages::portal::{At, Not, Shown};
use crate::paths::SIGN_IN_AGAIN;
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/client_scopes.html")]
struct ScopesPage {
    frame: Frame,
    t: &'static Texts,
    around: Around,
    offer: Offer,
    lost: Vec<String>,
    redirect_uris: String,
    faults: Faults,
    /// Where the password is asked for, when it would be before more is given.
    again: Option<String>,
}

/// The ticks, as they are.
///
/// # Errors
/// 404 when the client is nothing to the person, 403 for whoever may only look.
pub async fn ask_scopes(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    access.must(Action::ChangeClient)?;
    let offer = offer(&at, &client).await?.of_client(&client);
    let uris = client.redirect_uris.join("\n");
    form(&at, (&access, &client), (offer, uris), Faults::default(), 200).await
}

/// Makes it so. Sent twice, the second finds another version and changes nothing.
///
/// # Errors
/// As [`ask_scopes`]; the password is asked for again before the client may do more.
pub async fn set_scopes(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    access.must(Action::ChangeClient)?;
    let (t, seen, mut faults) = (at.texts(), version(&at)?, Faults::default());
    let values = || at.fields.all("scope");
    let typed_uris = at.fields.one("redirect_uris")?.to_owned();
    let offer = offer(&at, &client).await?.ticked(values());
    let chosen = ticks::chosen(&offer, values(), &client.audiences, &mut faults, t);
    let connects = chosen.as_ref().is_some_and(|chosen| chosen.connects);
    let uris = ticks::where_back(&typed_uris, connects, &mut faults, t);
    let Some(chosen) = chosen.filter(|_| faults.is_empty()) else {
        return form(&at, (&access, &client), (offer, typed_uris), faults, 422).await;
    };
    let next = Client {
        audiences: chosen.audiences.clone(),
        scopes: whole_scopes(&at.env, &chosen.audiences, &chosen.scopes),
        redirect_uris: uris.clone(),
        ..client.clone()
    };
    let actor = access.must(clients::action_of(&client, &next))?;
    let to = ClientChange {
        audiences: Some(chosen.audiences),
        scopes: Some(chosen.scopes),
        redirect_uris: Some(uris),
        ..ClientChange::default()
    };
    match change(&at.env, &client.client_id, &to, seen, &actor).await {
        Ok(client) => Ok(done(&client, "scopes")),
        Err(ChangeError::ChangedMeanwhile) => {
            let now = clients::show(&at.env, &client.client_id).await?;
            faults.add("page", t.say("client-meanwhile-ticked"));
            form(&at, (&access, &now), (offer, typed_uris), faults, 409).await
        }
        Err(ChangeError::Wrong(rule)) => {
            faults.add("page", rule);
            form(&at, (&access, &client), (offer, typed_uris), faults, 422).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn offer(at: &At, client: &Client) -> Result<Offer, Not> {
    let owner = std::slice::from_ref(&client.owner);
    Ok(Offer::new(&portal_clients::open_services(&at.env, owner).await?))
}

async fn form(
    at: &At,
    (access, client): (&Access, &Client),
    (offer, redirect_uris): (Offer, String),
    faults: Faults,
    status: u16,
) -> Shown {
    let (frame, around) = Around::read(at, client).await?;
    let lost = offer.lost_by(client).map(str::to_owned).collect();
    let t = at.texts();
    let is_asked = access.asks_again(Action::WidenClient);
    let again = is_asked.then(|| by_way_of(SIGN_IN_AGAIN, at.path()));
    let template = ScopesPage { frame, t, around, offer, lost, redirect_uris, faults, again };
    Ok(page(status, &template))
}
