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
    let (t, now) = (reader.t, reader.now);
    let day = |at| reader.short_day(at);
    let href = format!("/portal/clients/{}", segment(one.client_id.as_str()));
    let (mark, tone, sentence, ending, label) = match one.why {
        Why::ItEnds(at) => (
            "half",
            "warn",
            t.say2("organization-waits-it-ends", "days", days(reader, now, at), "day", day(at)),
            "/edit",
            "organization-prolong",
        ),
        Why::SecretsEnd(count, at) => (
            "half",
            "warn",
            t.say_with(
                "organization-waits-secrets-end",
                [
                    ("count", count.into()),
                    ("days", days(reader, now, at).into()),
                    ("day", day(at).into()),
                ],
            ),
            "/rotate",
            "organization-rotate",
        ),
        Why::Quiet(_, since) => (
            "quiet",
            "",
            t.say1("organization-waits-quiet", "days", days(reader, since, now)),
            "",
            "organization-review",
        ),
        Why::TooOften(did) => (
            "quiet",
            "",
            t.say_with(
                "organization-waits-too-often",
                [
                    ("tokens", did.tokens.into()),
                    ("calls", did.calls.into()),
                    ("enough", did.enough.into()),
                ],
            ),
            "usage",
            "organization-see-usage",
        ),
    };
    let action = match ending {
        "usage" => {
            let client = segment(one.client_id.as_str());
            format!("/portal/organizations/{}/usage?span=7d&client={client}", organization.id)
        }
        ending => format!("{href}{ending}"),
    };
    // What begins with a colon follows the name without a space.
    let space = if sentence.starts_with(':') { "" } else { " " };
    WaitLine {
        mark,
        tone,
        action,
        href,
        name: one.name,
        sentence: format!("{space}{sentence}"),
        label: t.say(label),
    }
}
