//! The form of a new client, and the page that asks whether it is right.

use askama::Template;
use portreeve_core::client::change::NewClient;

use crate::pages::frame::{Frame, Tab, page};
use crate::pages::portal::client::ends;
use crate::pages::portal::client::faults::Faults;
use crate::pages::portal::client::lives;
use crate::pages::portal::client::offer::{Does, Offer};
use crate::pages::portal::new_client::Asked;
use crate::pages::portal::new_client::owners::Owners;
use crate::pages::portal::new_client::summary::Summary;
use crate::pages::portal::new_client::typed::Typed;
use crate::pages::portal::{At, Shown};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/client_new.html")]
struct NewClientPage<'a> {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    organization: (String, String),
    owners: &'a Owners,
    typed: Typed,
    offer: Offer,
    faults: Faults,
    summary: Summary,
    lives: Vec<String>,
    day_in_a_year: String,
    first_day: String,
}

#[derive(Template)]
#[template(path = "portal/client_confirm.html")]
struct ConfirmPage<'a> {
    frame: Frame,
    t: &'static Texts,
    form_token: String,
    organization: (String, String),
    pairs: Vec<(&'static str, &'a str)>,
    name: &'a str,
    owner: String,
    summary: Summary,
}

/// The form, with what was typed.
///
/// # Errors
/// What the store says.
pub(super) async fn form(
    at: &At,
    asked: &Asked,
    typed: Typed,
    faults: Faults,
    status: u16,
) -> Shown {
    let t = at.texts();
    let offer = asked.offer(&typed);
    let summary = Summary::of(&asked.owners, &typed, &offer, &at.reader());
    let organization = named(asked);
    let template = NewClientPage {
        frame: at.frame(Tab::Organization, Some((&organization.0, &organization.1))).await?,
        t,
        form_token: at.form_token(),
        organization,
        owners: &asked.owners,
        lives: lives::told(&at.env, &asked.services, t),
        typed,
        offer,
        faults,
        summary,
        day_in_a_year: ends::day_in_a_year(&at.reader()),
        first_day: ends::first_day(&at.reader()),
    };
    Ok(page(status, &template))
}

/// The same words as beside the form, for whoever's browser runs no script.
///
/// # Errors
/// What the store says.
pub(super) async fn confirm(at: &At, asked: &Asked, typed: &Typed, new: &NewClient) -> Shown {
    let t = at.texts();
    let offer = asked.offer(typed);
    let organization = named(asked);
    let owner = asked.owners.tile(&typed.owner).map(|tile| tile.name.clone());
    let template = ConfirmPage {
        frame: at.frame(Tab::Organization, Some((&organization.0, &organization.1))).await?,
        t,
        form_token: at.form_token(),
        organization,
        pairs: typed.pairs(),
        name: &new.name,
        owner: owner.unwrap_or_default(),
        summary: Summary::of(&asked.owners, typed, &offer, &at.reader()).settled(&offer),
    };
    Ok(page(200, &template))
}

fn named(asked: &Asked) -> (String, String) {
    (asked.organization.id.to_string(), asked.organization.name.clone())
}
