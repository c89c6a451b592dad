//! One secret that a client has already: another end, or none any more.

use askama::Template;
use axum::response::Response;
use portreeve_core::audit::Actor;
use portreeve_core::client::record::{Client, ClientSecret};
use portreeve_core::client::standing::live_secrets;
use portreeve_core::org::permission::Action;
use portreeve_core::refusal::Reason;
use portreeve_core::time::{Timestamp, Ttl};

use crate::flow::access::to_client;
use crate::flow::change::ChangeError;
use crate::flow::clients;
use crate::pages::frame::{Frame, page};
use crate::pages::portal::client::ends::{self, EndTyped};
use crate::pages::portal::client::faults::Faults;
use crate::pages::portal::client::secrets::{hint, place};
use crate::pages::portal::client_changes::around::{Around, done, meanwhile, version};
use crate::pages::portal::{At, Not, Shown};
use crate::pages::times::When;
use crate::texts::Texts;

/// How long from now: what the form sends, and hours.
const LONGER: [(&str, u32); 2] = [("week", 7 * 24), ("month", 30 * 24)];

#[derive(Template)]
#[template(path = "portal/client_secret.html")]
struct SecretPage {
    frame: Frame,
    t: &'static Texts,
    around: Around,
    page: String,
    label: String,
    hint: String,
    used: Option<When>,
    from: Option<String>,
    end: Option<When>,
    is_live: bool,
    is_last: bool,
    typed: EndForm,
    faults: Faults,
    longer: Vec<(&'static str, String)>,
    longer_hint: String,
    first_day: String,
}

struct EndForm {
    end: EndTyped,
}

/// The page of one secret.
///
/// # Errors
/// 404 when the client is nothing to the person or has no such secret, 403 for whoever
/// may only look; the password is asked for again first.
pub async fn ask_secret(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    let secret = find(&client, at.id("secret")).ok_or(Reason::NotFound)?;
    access.must(Action::ChangeSecrets)?;
    let end = EndTyped::chosen("month");
    form(&at, (&client, secret), end, Faults::default(), 200).await
}

/// Gives it another end, or takes it away. What is gone already is not missed; sent twice,
/// another end finds another version and changes nothing.
///
/// # Errors
/// As [`ask_secret`].
pub async fn change_secret(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    let actor = access.must(Action::ChangeSecrets)?;
    let seen = version(&at)?;
    let what = at.fields.one("do")?;
    let Some(secret) = find(&client, at.id("secret")) else {
        return match what {
            "remove" => Ok(done(&client, "removed")),
            _ => Err(Reason::NotFound.into()),
        };
    };
    match what {
        "remove" => {
            let removed = clients::remove_secret_as_seen(
                &at.env,
                &client.client_id,
                &secret.id,
                seen,
                &actor,
            );
            answered(&at, &client, removed.await, "removed").await
        }
        "keep" => keep(&at, (&client, secret), seen, &actor).await,
        _ => Err(Reason::ParameterMalformed.into()),
    }
}

async fn keep(
    at: &At,
    (client, secret): (&Client, &ClientSecret),
    seen: Option<i64>,
    actor: &Actor,
) -> Shown {
    let mut faults = Faults::default();
    let typed = EndTyped::read(&at.fields)?;
    let end = chosen_end(at, &typed, &mut faults);
    if !faults.is_empty() {
        return form(at, (client, secret), typed, faults, 422).await;
    }
    let kept = clients::set_secret_end(&at.env, &client.client_id, &secret.id, end, seen, actor);
    answered(at, client, kept.await, "kept").await
}

fn chosen_end(at: &At, typed: &EndTyped, faults: &mut Faults) -> Option<Timestamp> {
    let longer = LONGER.iter().find(|(value, _)| typed.is(value));
    match longer {
        Some((_, hours)) => Some(at.now().plus(Ttl::from_hours(*hours))),
        None => typed.check(&at.reader(), faults),
    }
}

async fn answered(
    at: &At,
    client: &Client,
    changed: Result<Client, ChangeError>,
    word: &str,
) -> Result<Response, Not> {
    match changed {
        Ok(client) => Ok(done(&client, word)),
        Err(ChangeError::ChangedMeanwhile | ChangeError::Wrong(_)) => {
            meanwhile(at, client, "client-meanwhile-text").await
        }
        Err(error) => Err(error.into()),
    }
}

fn find<'c>(client: &'c Client, id: &str) -> Option<&'c ClientSecret> {
    client.secrets.iter().find(|secret| &*secret.id == id)
}

async fn form(
    at: &At,
    (client, secret): (&Client, &ClientSecret),
    end: EndTyped,
    faults: Faults,
    status: u16,
) -> Shown {
    let (frame, around) = Around::read(at, client).await?;
    let (reader, now) = (at.reader(), at.now());
    let day = |hours: u32| reader.day(now.plus(Ttl::from_hours(hours)));
    let [week, month] = LONGER.map(|(_, hours)| day(hours));
    let word = |value: &str| reader.t.say(&format!("client-longer-{value}"));
    let is_live = secret.is_live(now);
    let template = SecretPage {
        frame,
        t: at.texts(),
        page: at.path().to_owned(),
        label: at.texts().say(&format!("client-the-{}", place(at, client, secret))),
        hint: hint(secret),
        used: secret.last_used_at.map(|used| reader.when(used)),
        from: secret.last_used_from.map(|from| from.to_canonical().to_string()),
        end: secret.expires_at.map(|end| reader.when(end)),
        is_live,
        is_last: is_live && live_secrets(client, now).count() == 1,
        typed: EndForm { end },
        faults,
        longer: LONGER.iter().map(|(value, _)| (*value, word(value))).collect(),
        longer_hint: reader.t.say2("client-longer-hint", "week", week, "month", month),
        first_day: ends::first_day(&reader),
        around,
    };
    Ok(page(status, &template))
}
