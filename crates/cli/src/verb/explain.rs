//! `portreeve explain`: why a request was refused.

mod sentence;

use clap::Args;
use portreeve_server::flow::explain::{self, Explained};
use serde::Serialize;

use crate::show::time;
use crate::verb::Context;
use crate::verb::explain::sentence::sentence;

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// The request's id: X-Request-Id of the answer, 32 hexadecimal digits
    request_id: String,
}

#[derive(Serialize)]
struct ExplainedShown<'a> {
    request_id: &'a str,
    at: String,
    client_id: &'a str,
    client_name: Option<&'a str>,
    /// The service's name; empty for the token endpoint.
    service: &'a str,
    call: &'a str,
    from: Option<String>,
    reason: &'a str,
    about: &'a str,
    explanation: String,
}

pub(super) async fn run(asked: &Explain, context: &Context) -> anyhow::Result<()> {
    let installed = context.place.open().await?;
    let explained = explain::explain(&installed.env, &asked.request_id).await?;
    let shown = ExplainedShown::from(&explained);
    context.voice.show(&shown, || described(&shown))
}

impl<'a> From<&'a Explained> for ExplainedShown<'a> {
    fn from(explained: &'a Explained) -> Self {
        let call = &explained.call;
        Self {
            request_id: &call.request_id,
            at: time(call.at),
            client_id: call.client_id.as_str(),
            client_name: explained.client.as_ref().map(|client| client.name.as_str()),
            service: &call.service,
            call: &call.call,
            from: call.peer.map(|peer| peer.to_string()),
            reason: &call.reason,
            about: &call.about,
            explanation: sentence(explained),
        }
    }
}

fn described(shown: &ExplainedShown<'_>) -> String {
    let or =
        |text: &str, otherwise: &str| if text.is_empty() { otherwise } else { text }.to_owned();
    let client = match shown.client_name {
        Some(name) => format!("{name} ({})", shown.client_id),
        None => format!("{}, which is gone", shown.client_id),
    };
    format!(
        "{}\n\nreason       {}\nabout        {}\nclient       {client}\nservice      {}\n\
         call         {}\nfrom         {}\nat           {}",
        shown.explanation,
        shown.reason,
        or(shown.about, "-"),
        or(shown.service, "the token endpoint"),
        shown.call,
        shown.from.as_deref().unwrap_or("-"),
        shown.at,
    )
}
