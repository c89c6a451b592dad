//! Switching a client off and on. Who must stop one is in a hurry: no password is asked
//! for again, no version is compared, and doing it twice is doing it once. Switched on, its
//! tokens live again, so that the password is asked for.

use askama::Template;
use portreeve_core::org::permission::Action;
use portreeve_core::refusal::Reason;

use crate::flow::access::to_client;
use crate::flow::clients;
use crate::pages::frame::{Frame, page};
use crate::pages::portal::client_changes::around::{Around, done};
use crate::pages::portal::{At, Shown};
use crate::texts::Texts;

#[derive(Template)]
#[template(path = "portal/client_state.html")]
struct StatePage {
    frame: Frame,
    t: &'static Texts,
    around: Around,
    is_disabled: bool,
}

/// Asks, for whoever comes here by a link: the client's page has the button itself.
///
/// # Errors
/// 404 when the client is nothing to the person, 403 for whoever may only look; the
/// password is asked for again before it is enabled.
pub async fn ask_state(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    access.must(if client.disabled { Action::EnableClient } else { Action::DisableClient })?;
    let (frame, around) = Around::read(&at, &client).await?;
    let is_disabled = client.disabled;
    Ok(page(200, &StatePage { frame, t: at.texts(), around, is_disabled }))
}

/// Disables or enables it.
///
/// # Errors
/// As [`ask_state`].
pub async fn set_state(at: At) -> Shown {
    let (access, client) = to_client(&at.env, &at.who, at.id("client")).await?;
    let (env, id) = (&at.env, &client.client_id);
    match at.fields.one("to")? {
        "disabled" => {
            let actor = access.must(Action::DisableClient)?;
            Ok(done(&clients::disable(env, id, &actor).await?, "disabled"))
        }
        "enabled" => {
            let actor = access.must(Action::EnableClient)?;
            Ok(done(&clients::enable(env, id, &actor).await?, "enabled"))
        }
        _ => Err(Reason::ParameterMalformed.into()),
    }
}
