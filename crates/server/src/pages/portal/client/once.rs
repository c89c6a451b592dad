//! The secret, shown this once: in the answer to the form that made it, at no address of
//! its own, kept nowhere. With everything that one needs for a first call.

use std::sync::Arc;

use askama::Template;
use portreeve_core::client::record::Client;
use portreeve_core::client::secret_format::PREFIX;
use portreeve_core::dialect::example::{Call, Known, Snippet, example, snippets};
use portreeve_core::oauth::grant_type::GrantType;
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::secret::Secret;
use portreeve_core::service::{Resource, Service};

use crate::env::Env;
use crate::flow::portal_clients;
use crate::pages::frame::{Frame, Tab, page_with_secret};
use crate::pages::portal::client::first_call::{needs_audience, open_to, url};
use crate::pages::portal::client::words::{above, address};
use crate::pages::portal::{At, Shown as Page};
use crate::pages::times::When;
use crate::texts::Texts;

/// How many letters at the end of a secret are its checksum.
const CHECKSUM: usize = 6;

/// A secret that was made just now.
pub(in crate::pages) struct Shown<'a> {
    /// Whose.
    pub(in crate::pages) client: &'a Client,
    /// It.
    pub(in crate::pages) secret: &'a Secret<String>,
    /// True for a client's first; the others live on for a while otherwise, or have ended.
    pub(in crate::pages) is_first: bool,
}

#[derive(Template)]
#[template(path = "portal/client_secret_once.html")]
struct Once {
    frame: Frame,
    t: &'static Texts,
    crumb: Option<(String, String)>,
    name: String,
    client_id: String,
    address: String,
    is_first: bool,
    is_sealed: bool,
    parts: [String; 3],
    end: Option<When>,
    older_end: Option<When>,
    scopes: String,
    calls: Vec<FirstCall>,
    opened: Vec<Opened>,
}

/// How one asks for a token of one API, and what for.
struct FirstCall {
    /// Of which services.
    titles: String,
    /// Where one asks.
    endpoint: String,
    /// Where people let the client in, for an API whose tokens come from them.
    entry: Option<String>,
    /// The same in several languages. Hold the secret.
    snippets: Vec<Program>,
}

/// A first call in one language.
struct Program {
    language: &'static str,
    /// Its text, piece by piece, with the class of each.
    pieces: Vec<Piece>,
}

/// A piece of a program: `note-of-code` for a remark, `own` for what is this client's.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    class: &'static str,
    text: String,
}

/// A service that the client may call.
struct Opened {
    name: String,
    title: String,
    operations: usize,
}

/// Shows it.
///
/// # Errors
/// What the store says.
pub(in crate::pages) async fn show_once(at: &At, shown: Shown<'_>) -> Page {
    let (t, now, client) = (at.texts(), at.now(), shown.client);
    let reader = at.reader();
    let owned = portal_clients::owned(&at.env, client).await?;
    let services =
        portal_clients::open_services(&at.env, std::slice::from_ref(&client.owner)).await?;
    let organization = owned.organization.as_ref();
    let own = organization.map(|one| (one.id.to_string(), one.name.clone()));
    let around = own.as_ref().map(|(id, name)| (id.as_str(), name.as_str()));
    let frame = at.frame(Tab::Organization, around).await?;
    let newest = client.secrets.last();
    let older = client.secrets.iter().rev().skip(1).filter_map(|secret| secret.expires_at).max();
    let template = Once {
        t,
        name: client.name.clone(),
        client_id: client.client_id.to_string(),
        address: address(&client.client_id),
        is_first: shown.is_first,
        is_sealed: newest.is_some_and(|secret| secret.recoverable.is_some()),
        parts: parts(shown.secret.expose()),
        end: newest.and_then(|secret| secret.expires_at).map(|end| reader.when(end)),
        older_end: older.filter(|end| *end > now).map(|end| reader.when(end)),
        scopes: client.scopes.to_string(),
        calls: calls(&at.env, &shown, &services, organization.map(|one| one.api_id())),
        opened: opened(client, &services),
        crumb: above(&frame, own),
        frame,
    };
    Ok(page_with_secret(200, &template))
}

/// Prefix, the random part, and the checksum.
fn parts(secret: &str) -> [String; 3] {
    let (head, rest) = match secret.strip_prefix(PREFIX) {
        Some(rest) => (PREFIX, rest),
        None => ("", secret),
    };
    let at = rest.len().saturating_sub(CHECKSUM);
    let (body, sum) = rest.split_at_checked(at).unwrap_or((rest, ""));
    [head, body, sum].map(str::to_owned)
}

/// One for each API, in the order of the client's.
fn calls(
    env: &Env,
    shown: &Shown<'_>,
    services: &[Arc<Service>],
    organization: Option<&str>,
) -> Vec<FirstCall> {
    let resources = shown.client.audiences.iter().filter_map(|one| env.catalog.resource(one));
    let call = |resource: &Resource| {
        let of_audience = services.iter().filter(|one| one.audience == resource.audience);
        let sharing: Vec<&Service> = of_audience.map(|service| &**service).collect();
        // One that its contract has closed meanwhile cannot be called.
        let first = sharing.iter().find(|one| open_to(shown.client, one).next().is_some());
        let service = first.or(sharing.first())?;
        Some(first_call(env, shown, resource, (service, &sharing), organization))
    };
    resources.filter_map(call).collect()
}

fn first_call(
    env: &Env,
    shown: &Shown<'_>,
    resource: &Resource,
    (service, sharing): (&Service, &[&Service]),
    organization: Option<&str>,
) -> FirstCall {
    let (client, dialect) = (shown.client, &*resource.dialect);
    let issuer = env.endpoints.issuer.as_str();
    let scopes = scopes_of(client, resource);
    let known = Known {
        issuer,
        client_id: client.client_id.as_str(),
        client_secret: shown.secret.expose(),
        scopes: &scopes,
        audience: needs_audience(env, client, resource).then(|| resource.audience.as_str()),
        organization: None,
    };
    let made = example(dialect, &known);
    let (url, method) = url(env, service, client, organization);
    let titles: Vec<&str> = sharing.iter().map(|one| one.title.as_str()).collect();
    let entry = dialect.connector.as_ref().and_then(|connector| connector.entries.last());
    FirstCall {
        titles: titles.join(", "),
        endpoint: format!("{}{}", made.issuer, made.path),
        entry: entry
            .filter(|_| made.grant == GrantType::RefreshToken)
            .map(|entry| format!("{issuer}{}", entry.path)),
        snippets: snippets(&made, &Call { url: &url, method })
            .iter()
            .map(|one| program(one, [client.client_id.as_str(), shown.secret.expose()]))
            .collect(),
    }
}

/// Remarks stand back, and what is this client's own stands out: what is copied is the
/// same text.
fn program(snippet: &Snippet, own: [&str; 2]) -> Program {
    let mut pieces = Vec::new();
    let mut add = |class, text: &str| {
        if !text.is_empty() {
            pieces.push(Piece { class, text: text.to_owned() });
        }
    };
    for line in snippet.text.split_inclusive('\n') {
        let begins = line.trim_start();
        if begins.starts_with("# ") || begins.starts_with("// ") {
            add("note-of-code", line);
            continue;
        }
        let mut rest = line;
        while let Some((at, found)) = next_own(rest, own) {
            let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
            let (word, behind) = from.split_at_checked(found.len()).unwrap_or((from, ""));
            add("", before);
            add("own", word);
            rest = behind;
        }
        add("", rest);
    }
    Program { language: snippet.language, pieces }
}

fn next_own<'o>(text: &str, own: [&'o str; 2]) -> Option<(usize, &'o str)> {
    let found = own.into_iter().filter(|word| !word.is_empty());
    found.filter_map(|word| Some((text.find(word)?, word))).min_by_key(|(at, _)| *at)
}

fn scopes_of(client: &Client, resource: &Resource) -> ScopeSet {
    client.scopes.intersection(&resource.scopes)
}

fn opened(client: &Client, services: &[Arc<Service>]) -> Vec<Opened> {
    let counted = services.iter().map(|service| Opened {
        name: service.name.clone(),
        title: service.title.clone(),
        operations: open_to(client, service).count(),
    });
    counted.filter(|opened| opened.operations > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ones_own_stands_out() {
        let text = "# 1. a token\nask 'a:b' a\n  // done\nx".to_owned();
        let program = program(&Snippet { language: "curl", text: text.clone() }, ["a", "b"]);
        let pieces: Vec<(&str, &str)> =
            program.pieces.iter().map(|piece| (piece.class, &*piece.text)).collect();
        let expected = [
            ("note-of-code", "# 1. a token\n"),
            ("own", "a"),
            ("", "sk '"),
            ("own", "a"),
            ("", ":"),
            ("own", "b"),
            ("", "' "),
            ("own", "a"),
            ("", "\n"),
            ("note-of-code", "  // done\n"),
            ("", "x"),
        ];
        assert_eq!(pieces, expected);
        let joined: String = program.pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(joined, text);
    }

    #[test]
    fn a_secret_is_told_in_three_parts() {
        for (secret, expected) in [
            ("prs_abcdef123456", ["prs_", "abcdef", "123456"]),
            ("other", ["", "", "other"]),
            ("", ["", "", ""]),
        ] {
            assert_eq!(parts(secret), expected, "{secret}");
        }
    }
}
