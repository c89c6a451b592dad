//! What waits for the person, one sentence and one button each.

use portreeve_core::org::organization::Organization;
use portreeve_core::org::permission::Action;
use portreeve_core::sign_in::link::Link;

use crate::flow::access::Access;
use crate::flow::invitations as flow;
use crate::flow::overview::waiting::{Waiting, Why};
use crate::pages::portal::organization::rows::days;
use crate::pages::portal::organization::segment;
use crate::pages::portal::{At, Not};
use crate::pages::times::Reader;

/// How many are named.
const SHOWN: usize = 8;

/// What waits.
pub(super) struct Waits {
    /// The first of them.
    pub(super) lines: Vec<WaitLine>,
    /// That there are more.
    pub(super) more: Option<String>,
}

/// One of them.
pub(super) struct WaitLine {
    /// The mark's name.
    pub(super) mark: &'static str,
    /// A class: the colour of the mark.
    pub(super) tone: &'static str,
    /// Where its name leads.
    pub(super) href: String,
    /// Whose it is.
    pub(super) name: String,
    /// The rest of the sentence.
    pub(super) sentence: String,
    /// Where the button leads.
    pub(super) action: String,
    /// What the button says.
    pub(super) label: String,
}

impl Waits {
    pub(super) fn new(
        reader: &Reader,
        organization: &Organization,
        (over, waiting): (Vec<Link>, Vec<Waiting>),
    ) -> Self {
        let more = (waiting.len() + over.len()).saturating_sub(SHOWN);
        let clients = waiting.into_iter().map(|one| line(reader, organization, one));
        let invitations = over.iter().map(|link| invitation(reader, organization, link));
        let lines = clients.chain(invitations).take(SHOWN).collect();
        let more = (more > 0).then(|| reader.t.say1("organization-waits-more", "count", more));
        Self { lines, more }
    }
}

/// The invitations that nobody has accepted in time, for whoever may send them again.
///
/// # Errors
/// What the store says.
pub(super) async fn invitations(
    at: &At,
    access: &Access,
    organization: &Organization,
) -> Result<Vec<Link>, Not> {
    if !access.may(Action::Invite) {
        return Ok(Vec::new());
    }
    let mut all = flow::list(&at.env, &organization.id).await?;
    all.retain(|link| !link.is_live(at.now()));
    Ok(all)
}

fn invitation(reader: &Reader, organization: &Organization, link: &Link) -> WaitLine {
    let at = format!("/portal/organizations/{}/invitations/{}", organization.id, link.id());
    WaitLine {
        mark: "crossed",
        tone: "",
        href: at.clone(),
        name: link.email.clone(),
        sentence: reader.t.say("organization-waits-invitation"),
        action: at,
        label: reader.t.say("organization-send-again"),
    }
}

fn line(reader: &Reader, organization: &Organization, one: Waiting) -> WaitLine {
    let client = segment(one.client_id.as_str());
    let href = format!("/portal/clients/{client}");
    let (mark, tone, action, label) = match &one.why {
        Why::ItEnds(_) => ("half", "warn", format!("{href}/edit"), "organization-prolong"),
        Why::SecretsEnd(..) => ("half", "warn", format!("{href}/rotate"), "organization-rotate"),
        Why::Quiet(..) => ("quiet", "", href.clone(), "organization-review"),
        Why::TooOften(_) => {
            let usage = format!("/portal/organizations/{}/usage", organization.id);
            ("quiet", "", format!("{usage}?span=7d&client={client}"), "organization-see-usage")
        }
    };
    let sentence = sentence(reader, &one.why);
    // What begins with a colon follows the name without a space.
    let space = if sentence.starts_with(':') { "" } else { " " };
    WaitLine {
        mark,
        tone,
        action,
        href,
        name: one.name,
        sentence: format!("{space}{sentence}"),
        label: reader.t.say(label),
    }
}

/// What follows the name.
fn sentence(reader: &Reader, why: &Why) -> String {
    let (t, now) = (reader.t, reader.now);
    let day = |at| reader.short_day(at);
    match why {
        Why::ItEnds(at) => {
            let days = days(reader, now, *at);
            t.say2("organization-waits-it-ends", "days", days, "day", day(*at))
        }
        Why::SecretsEnd(count, at) => {
            let days = days(reader, now, *at);
            let values = [("count", count.into()), ("days", days.into()), ("day", day(*at).into())];
            t.say_with("organization-waits-secrets-end", values)
        }
        Why::Quiet(_, since) => {
            t.say1("organization-waits-quiet", "days", days(reader, *since, now))
        }
        Why::TooOften(did) => t.say_with(
            "organization-waits-too-often",
            [
                ("tokens", did.tokens.into()),
                ("calls", did.calls.into()),
                ("enough", did.enough.into()),
            ],
        ),
    }
}
