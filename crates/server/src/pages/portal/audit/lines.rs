//! Facts as lines of a register.

use std::collections::HashMap;

use portreeve_core::audit::Fact;
use portreeve_core::text_id::{OrganizationId, UserId};
use portreeve_core::time::Timestamp;

use crate::pages::portal::At;
use crate::pages::times::When;

/// The facts of one day.
pub(super) struct Day {
    /// The day in words.
    pub(super) day: String,
    /// Its facts, newest first.
    pub(super) lines: Vec<Line>,
}

/// One fact.
pub(super) struct Line {
    /// When.
    pub(super) when: When,
    /// The hour and minute.
    pub(super) time: String,
    /// Who: a name, or how the actor is written.
    pub(super) who: String,
    /// The actor's id, where the name does not tell it.
    pub(super) who_id: Option<String>,
    /// What was done, in words.
    pub(super) what: String,
    /// The action as it is stored.
    pub(super) action: String,
    /// To what: a name, or the id.
    pub(super) subject: String,
    /// Where it can be looked at.
    pub(super) href: Option<String>,
    /// Whose it is, where the page shows several organizations' and the subject is another.
    pub(super) organization: Option<String>,
    /// What else is worth knowing.
    pub(super) detail: String,
}

/// The facts, day by day; each with its organization where they may be of several.
pub(super) fn by_day(
    at: &At,
    facts: &[(i64, Fact)],
    names: &HashMap<String, String>,
    is_of_several: bool,
) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for (_, fact) in facts {
        let day = at.reader().day(fact.at);
        let mut line = line(at, fact, names);
        line.organization = line.organization.filter(|_| is_of_several);
        match days.last_mut() {
            Some(last) if last.day == day => last.lines.push(line),
            _ => days.push(Day { day, lines: vec![line] }),
        }
    }
    days
}

fn line(at: &At, fact: &Fact, names: &HashMap<String, String>) -> Line {
    let t = at.texts();
    let id = text_of(&fact.action);
    let who = names.get(&fact.actor);
    let plain = match fact.actor.as_str() {
        "system" => t.say("audit-system"),
        "command line" => t.say("audit-command-line"),
        other => other.to_owned(),
    };
    let subject = names.get(&fact.subject).unwrap_or(&fact.subject).clone();
    Line {
        when: at.when(fact.at),
        time: at.reader().clock(fact.at),
        who_id: who.and_then(|_| fact.actor.split_once(':')).map(|(_, id)| id.to_owned()),
        who: who.cloned().unwrap_or(plain),
        what: if t.has(&id) { t.say(&id) } else { fact.action.clone() },
        action: fact.action.clone(),
        href: href(fact, names),
        organization: organization(fact, names),
        detail: beside(&subject, &fact.detail).to_owned(),
        subject,
    }
}

/// What the organization is called that a fact is of; none when the fact is about it.
fn organization(fact: &Fact, names: &HashMap<String, String>) -> Option<String> {
    let id = fact.organization.as_ref().map(OrganizationId::as_str)?;
    (id != fact.subject).then(|| names.get(id).map_or(id, String::as_str).to_owned())
}

/// What a detail says beside the name: a name is not told twice.
fn beside<'a>(name: &str, detail: &'a str) -> &'a str {
    match detail.strip_prefix(name) {
        Some("") => "",
        Some(rest) => rest.strip_prefix("; ").unwrap_or(detail),
        None => detail,
    }
}

/// The id of the words for an action.
pub(super) fn text_of(action: &str) -> String {
    format!("audit-action-{}", action.replace(['.', '_'], "-"))
}

/// What has a page of its own and is still there.
fn href(fact: &Fact, names: &HashMap<String, String>) -> Option<String> {
    names.get(&fact.subject)?;
    let subject = &fact.subject;
    if subject.starts_with(UserId::PREFIX) {
        return None;
    }
    if subject.starts_with(OrganizationId::PREFIX) {
        return Some(format!("/portal/organizations/{subject}"));
    }
    fact.action.starts_with("client.").then(|| format!("/portal/clients/{subject}"))
}

/// RFC 3339, in UTC.
pub(super) fn machine(at: Timestamp) -> String {
    let moment = jiff::Timestamp::from_second(at.as_unix());
    moment.map_or_else(|_| at.as_unix().to_string(), |moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_not_told_twice() {
        for (name, detail, told) in [
            ("Legacy ERP", "Legacy ERP", ""),
            ("Legacy ERP", "Legacy ERP; scopes: crew_read", "scopes: crew_read"),
            ("Legacy", "Legacy ERP; scopes: crew_read", "Legacy ERP; scopes: crew_read"),
            ("Legacy ERP", "client prc_1", "client prc_1"),
        ] {
            assert_eq!(beside(name, detail), told, "{name}, {detail}");
        }
    }

    #[test]
    fn a_fact_about_an_organization_does_not_name_it_twice() {
        let names = HashMap::from([("org_1".to_owned(), "Skarholt".to_owned())]);
        for (subject, organization, told) in [
            ("prc_1", Some("org_1"), Some("Skarholt")),
            ("prc_1", Some("org_gone"), Some("org_gone")),
            ("org_1", Some("org_1"), None),
            ("usr_1", None, None),
        ] {
            let fact = Fact {
                at: Timestamp::EPOCH,
                actor: "system".into(),
                action: "client.registered".into(),
                subject: subject.into(),
                organization: organization.map(|id| OrganizationId::parse(id).unwrap()),
                detail: String::new(),
            };
            let found = super::organization(&fact, &names);
            assert_eq!(found.as_deref(), told, "{subject}");
        }
    }
}
