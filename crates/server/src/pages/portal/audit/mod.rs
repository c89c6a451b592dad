//! Who did what when: the register, by day, filtered, and to take away.

mod export;
mod lines;

use askama::Template;
use portreeve_core::audit::kinds;
use portreeve_core::org::permission::Action;
use portreeve_core::time::{Timestamp, Ttl};

use crate::flow::access;
use crate::flow::register::{self, Asked};
use crate::pages::frame::{Frame, Tab, page};
use crate::pages::portal::audit::lines::{Day, by_day};
use crate::pages::portal::operator::{Part, parts};
use crate::pages::portal::{At, Not, Shown};
use crate::texts::Texts;

pub use export::{export_all_csv, export_all_lines, export_csv, export_lines};

/// How many facts a page shows.
const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "portal/audit.html")]
struct Audit {
    frame: Frame,
    t: &'static Texts,
    base: String,
    organization: Option<(String, String)>,
    parts: Vec<Part>,
    form: Form,
    days: Vec<Day>,
    count: usize,
    is_filtered: bool,
    older: Option<String>,
}

/// What the filter's fields hold.
struct Form {
    who: String,
    subject: String,
    kinds: Vec<(String, String, bool)>,
    from: String,
    until: String,
    query: String,
}

/// The register of an organization and of all below it.
///
/// # Errors
/// 404 when it is none of theirs, 403 for members.
pub async fn show(at: At) -> Shown {
    let scope = Scope::organization(&at).await?;
    scope.show(&at).await
}

/// The register of everything, for the vendor's own staff.
///
/// # Errors
/// 403 for others.
pub async fn show_all(at: At) -> Shown {
    let scope = Scope::everything(&at)?;
    scope.show(&at).await
}

/// Which register is looked at.
struct Scope {
    organization: Option<(portreeve_core::text_id::OrganizationId, String)>,
}

impl Scope {
    async fn organization(at: &At) -> Result<Self, Not> {
        let id = at.id("organization");
        let (access, organization) = access::to_organization(&at.env, &at.who, id).await?;
        access.must(Action::SeeAudit)?;
        Ok(Self { organization: Some((organization.id, organization.name)) })
    }

    fn everything(at: &At) -> Result<Self, Not> {
        access::to_installation(&at.env, &at.who).must(Action::Operate)?;
        Ok(Self { organization: None })
    }

    fn base(&self) -> String {
        match &self.organization {
            Some((id, _)) => format!("/portal/organizations/{id}/audit"),
            None => "/portal/operator/audit".to_owned(),
        }
    }

    /// True when facts of several organizations may stand in it.
    fn is_of_several(&self, at: &At) -> bool {
        let below = |id| at.env.directory.tree().below(std::slice::from_ref(id), 1).is_none();
        self.organization.as_ref().is_none_or(|(id, _)| below(id))
    }

    /// What the address asks for, within what this register is about.
    fn asked(&self, at: &At) -> Asked {
        let kind = at.query("action");
        Asked {
            organization: self.organization.as_ref().map(|(id, _)| id.clone()),
            who: at.query("who"),
            action: begins(&kind).unwrap_or_default(),
            subject: at.query("subject").trim().to_owned(),
            from: day(&at.query("from")),
            // Until the end of that day.
            until: day(&at.query("until")).map(|day| day.plus(Ttl::from_hours(24))),
            below: at.query("below").parse().ok(),
        }
    }

    async fn show(self, at: &At) -> Shown {
        let asked = self.asked(at);
        let facts = register::facts(&at.env, &asked, PAGE + 1).await?;
        let names = register::names(&at.env, &facts).await?;
        let shown: Vec<_> = facts.iter().take(PAGE as usize).cloned().collect();
        let form = form(at, &asked);
        let last = shown.last().filter(|_| facts.len() > shown.len()).map(|(number, _)| *number);
        let current = self.organization.as_ref().map(|(id, name)| (id.as_str(), name.as_str()));
        let tab = if current.is_some() { Tab::Audit } else { Tab::Operator };
        let template = Audit {
            frame: at.frame(tab, current).await?,
            t: at.texts(),
            base: self.base(),
            organization: current.map(|(id, name)| (id.to_owned(), name.to_owned())),
            parts: parts(at),
            count: shown.len(),
            days: by_day(at, &shown, &names, self.is_of_several(at)),
            is_filtered: !form.query.is_empty(),
            older: last.map(|below| format!("{}?{}below={below}", self.base(), form.query)),
            form,
        };
        Ok(page(200, &template))
    }
}

fn form(at: &At, asked: &Asked) -> Form {
    let t = at.texts();
    let mut query = String::new();
    for name in ["who", "action", "subject", "from", "until"] {
        let value = at.query(name);
        if !value.is_empty() {
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            query.push_str(&format!("{name}={value}&"));
        }
    }
    let kind = |kind: &str| {
        let begins = format!("{kind}.");
        let is_chosen = begins == asked.action;
        (begins, t.say(&text_of(kind)), is_chosen)
    };
    Form {
        who: asked.who.clone(),
        subject: asked.subject.clone(),
        kinds: kinds().into_iter().map(kind).collect(),
        from: at.query("from"),
        until: at.query("until"),
        query,
    }
}

/// How the actions of a kind begin, if that is what this text says.
fn begins(text: &str) -> Option<String> {
    let kind = text.strip_suffix('.')?;
    kinds().contains(&kind).then(|| text.to_owned())
}

/// The id of the words for a kind.
fn text_of(kind: &str) -> String {
    format!("audit-kind-{}", kind.replace('_', "-"))
}

/// A day as a browser's date field writes it: `2026-11-21`.
fn day(text: &str) -> Option<Timestamp> {
    let date: jiff::civil::Date = text.parse().ok()?;
    let start = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp::from_unix(start.timestamp().as_second()))
}

#[cfg(test)]
mod tests {
    use portreeve_core::audit::ACTIONS;

    use super::*;

    #[test]
    fn every_kind_and_every_action_has_words() {
        let t = Texts::english();
        for kind in kinds() {
            assert!(t.has(&text_of(kind)), "{kind}");
            assert_eq!(begins(&format!("{kind}.")), Some(format!("{kind}.")));
            assert_eq!(begins(kind), None);
        }
        for action in ACTIONS {
            assert!(t.has(&lines::text_of(action)), "{action}");
        }
        for text in ["", ".", "<script>.", "client.registered"] {
            assert_eq!(begins(text), None, "{text}");
        }
    }
}
