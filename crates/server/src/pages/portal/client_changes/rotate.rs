//! A new secret, while the older ones live on for as long as programs need.

use askama::Template;
use portreeve_core::client::change::MOST_SECRETS;
use portreeve_core::client::record::Client;
use portreeve_core::client::standing::live_secrets;
use portreeve_core::org::permission::Action;
use portreeve_core::time::Ttl;

use crate::flow::access::to_client;
use crate::flow::change::ChangeError;
use crate::flow::clients::{self, Rotation};
use crate::pages::frame::{Frame, page};
use crate::pages::portal::client::ends::{self, EndTyped};
use crate::pages::portal::client::faults::Faults;
use crate::pages::portal::client::once::{Shown as SecretShown, show_once};
use crate::pages::portal::client_changes::around::{Around, meanwhile, version};
use crate::pages::portal::{At, Shown};
use crate::pages::times::Reader;
use crate::texts::Texts;

/// How long the older secrets may live on: what the form sends, and hours.
const OVERLAPS: [(&str, u32); 4] = [("day", 24), ("week", 7 * 24), ("month", 30 * 24), ("none", 0)];

/// How long, and what comes of it.
struct Overlap {
    value: &'static str,
    name: String,
    consequence: String,
    is_chosen: bool,
    is_open: bool,
}

#[derive(Template)]
#[template(path = "portal/client_rotate.html")]
struct RotatePage {
    frame: Frame,
    t: &'static Texts,
    around: Around,
    overlaps: Vec<Overlap>,
    live: usize,
    is_full: bool,
    typed: EndForm,
    faults: Faults,
    day_in_a_year: String,
    first_day: String,
}

/// The part of the form that says when the new secret ends.
struct EndForm {
    end: EndTyped,
}

/// The form.
///
/// # Errors
/// 404 when the client is nothing to the person, 403 for whoever may only look; the
/// password is asked for again first.
pub async fn ask_rotate(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    access.must(Action::ChangeSecrets)?;
    let end = EndTyped::chosen("year");
    form(&at, &client, ("", end), Faults::default(), 200).await
}

/// Makes the secret, and shows it in the answer. Sent twice, or loaded again, the second
/// finds another version, and no second secret is made.
///
/// # Errors
/// As [`ask_rotate`].
pub async fn rotate(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    let actor = access.must(Action::ChangeSecrets)?;
    let (seen, mut faults) = (version(&at)?, Faults::default());
    let overlap = at.fields.one("overlap")?.to_owned();
    let end = EndTyped::read(&at.fields)?;
    let hours = OVERLAPS.iter().find(|(value, _)| *value == overlap).map(|(_, hours)| *hours);
    if hours.is_none() {
        faults.add("overlap", at.texts().say("client-overlap-unchosen"));
    }
    let expires_at = end.check(&at.reader(), &mut faults);
    let Some(hours) = hours.filter(|_| faults.is_empty()) else {
        return form(&at, &client, (&overlap, end), faults, 422).await;
    };
    let how = Rotation { overlap: Ttl::from_hours(hours), expires_at, expected: seen };
    match clients::rotate_until(&at.env, &client.client_id, how, &actor).await {
        Ok((client, secret)) => {
            let shown = SecretShown { client: &client, secret: &secret, is_first: false };
            show_once(&at, shown).await
        }
        Err(ChangeError::ChangedMeanwhile) => {
            meanwhile(&at, &client, "client-meanwhile-rotated").await
        }
        Err(ChangeError::Wrong(rule)) => {
            faults.add("page", rule);
            form(&at, &client, (&overlap, end), faults, 422).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn form(
    at: &At,
    client: &Client,
    (overlap, end): (&str, EndTyped),
    faults: Faults,
    status: u16,
) -> Shown {
    let (frame, around) = Around::read(at, client).await?;
    let live = live_secrets(client, at.now()).count();
    let is_full = live >= MOST_SECRETS;
    let chosen = match overlap {
        "" if is_full => "none",
        "" => "week",
        typed => typed,
    };
    let reader = at.reader();
    let template = RotatePage {
        frame,
        t: at.texts(),
        around,
        overlaps: OVERLAPS.iter().map(|one| tile(*one, chosen, is_full, &reader)).collect(),
        live,
        is_full,
        typed: EndForm { end },
        faults,
        day_in_a_year: ends::day_in_a_year(&reader),
        first_day: ends::first_day(&reader),
    };
    Ok(page(status, &template))
}

fn tile(
    (value, hours): (&'static str, u32),
    chosen: &str,
    is_full: bool,
    reader: &Reader,
) -> Overlap {
    let until = reader.now.plus(Ttl::from_hours(hours));
    let consequence = match hours {
        0 => reader.t.say("client-overlap-none-text"),
        _ => reader.t.say1("client-overlap-until", "when", reader.when(until).near),
    };
    Overlap {
        value,
        name: reader.t.say(&format!("client-overlap-{value}")),
        consequence,
        is_chosen: value == chosen,
        is_open: hours == 0 || !is_full,
    }
}
