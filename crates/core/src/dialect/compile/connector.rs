//! `[connector]`, checked.

use toml::Spanned;

use crate::connection::record::Reach;
use crate::dialect::compile::refusals::answered;
use crate::dialect::compile::{Mistake, checked_path};
use crate::dialect::connector::{Connector, Entry, Names, Proof, RedirectVariable, Words};
use crate::dialect::issue::{Issue, RefreshForm};
use crate::dialect::phrase::{Escape, Phrase};
use crate::dialect::read::TokenEndpoint;
use crate::dialect::text::connector::{
    Choice, ConnectorText, EntryText, HmacTimestampText, ProofText, RedirectText, TextRow,
};
use crate::dialect::verify::HmacTimestamp;
use crate::refusal::Reason;
use crate::time::Ttl;

/// The longest that a person may take, and the widest window of a signature.
const LONGEST: Ttl = Ttl::from_hours(1);

type Redirect = Vec<(Box<str>, Phrase<RedirectVariable>)>;

pub(super) fn connector(
    text: Spanned<ConnectorText>,
    issue: &Issue,
    token: &TokenEndpoint,
) -> Result<Connector, Mistake> {
    let span = text.span();
    let text = text.into_inner();
    let stored = issue.refresh.as_ref().map(|refresh| &refresh.format);
    if !matches!(stored, Some(RefreshForm::Stored(_))) {
        let expected = "a connection owns a refresh token: say in [issue] refresh = { format = \"stored\", … }";
        return Err(Mistake { span, expected: expected.to_owned() });
    }
    let chooses_organization = text.choose == Some(Choice::Organization);
    if *text.reach.get_ref() == Reach::Chosen && !chooses_organization {
        return Err(Mistake::at(&text.reach, "\"chosen\" goes with choose = \"organization\""));
    }
    if text.entry.is_empty() {
        let expected = "expected at least one [[connector.entry]]".to_owned();
        return Err(Mistake { span, expected });
    }
    let entries = entries(text.entry, token)?;
    Ok(Connector {
        everything: text.scope,
        chooses_organization,
        reach: *text.reach.get_ref(),
        finish_within: checked_span(&text.finish_within)?,
        words: Words {
            organization: text.words.organization,
            organizations: text.words.organizations,
        },
        entries,
        redirect: redirect(&text.redirect)?,
        texts: text.refusal.into_iter().map(row).collect::<Result<_, _>>()?,
    })
}

fn checked_span(span: &Spanned<Ttl>) -> Result<Ttl, Mistake> {
    if (Ttl::from_seconds(1)..=LONGEST).contains(span.get_ref()) {
        return Ok(*span.get_ref());
    }
    Err(Mistake::at(span, format!("expected a duration from \"1s\" to \"{LONGEST}\"")))
}

/// The entries: each has a path of its own.
fn entries(rows: Vec<Spanned<EntryText>>, token: &TokenEndpoint) -> Result<Vec<Entry>, Mistake> {
    let mut entries: Vec<Entry> = Vec::with_capacity(rows.len());
    for row in rows {
        let path = row.get_ref().path.clone();
        let entry = entry(row)?;
        if entries.iter().any(|earlier| earlier.path == entry.path) {
            return Err(Mistake::at(&path, "another entry has this path; each has its own"));
        }
        if token.answers_at(&entry.path) {
            return Err(Mistake::at(&path, "the token endpoint has this path; choose another"));
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn entry(text: Spanned<EntryText>) -> Result<Entry, Mistake> {
    let text = text.into_inner();
    let span = text.inputs.span();
    let inputs = text.inputs.into_inner();
    let proof = match (text.proof.get_ref(), inputs.client_secret) {
        (ProofText::ClientSecret, Some(name)) => Proof::ClientSecret(name),
        (ProofText::ClientSecret, None) => {
            let expected = "expected client_secret = \"…\", since it is the proof".to_owned();
            return Err(Mistake { span, expected });
        }
        (ProofText::HmacTimestamp(_), Some(_)) => {
            let expected = "a request that is signed shows no client_secret".to_owned();
            return Err(Mistake { span, expected });
        }
        (ProofText::HmacTimestamp(verifier), None) => {
            Proof::HmacTimestamp(hmac_timestamp(verifier, &text.proof)?)
        }
    };
    let names = Names {
        client_id: inputs.client_id,
        redirect_uri: inputs.redirect_uri,
        scope: inputs.scope,
        state: inputs.state,
    };
    Ok(Entry { path: checked_path(&text.path)?, method: text.method, names, proof })
}

fn hmac_timestamp(
    text: &HmacTimestampText,
    place: &Spanned<ProofText>,
) -> Result<HmacTimestamp, Mistake> {
    if !(Ttl::from_seconds(1)..=LONGEST).contains(&text.skew) {
        let expected = format!("skew: expected a duration from \"1s\" to \"{LONGEST}\"");
        return Err(Mistake::at(place, expected));
    }
    Ok(HmacTimestamp {
        message: text.message.clone(),
        signature: text.signature.clone(),
        hash: text.hash,
        encoding: text.encoding,
        skew: text.skew,
    })
}

fn redirect(text: &RedirectText) -> Result<Redirect, Mistake> {
    let mut redirect = Vec::new();
    for (name, value) in text.query.get_ref() {
        let Some(value) = value.as_str() else {
            let expected = format!("{name}: expected a text such as \"${{refresh_token}}\"");
            return Err(Mistake::at(&text.query, expected));
        };
        let phrase: Phrase<RedirectVariable> = Phrase::compile(value, Escape::Percent)
            .map_err(|told| Mistake::at(&text.query, format!("{name}: {told}")))?;
        redirect.push((name.as_str().into(), phrase));
    }
    let names = |(_, phrase): &(Box<str>, Phrase<RedirectVariable>)| {
        phrase.holes().any(|hole| hole.variable == RedirectVariable::RefreshToken)
    };
    if redirect.iter().any(names) {
        return Ok(redirect);
    }
    let expected = "expected a parameter for ${refresh_token}: it is what the person grants";
    Err(Mistake::at(&text.query, expected))
}

fn row(text: TextRow) -> Result<(Vec<Reason>, Box<str>), Mistake> {
    let reasons = answered(&text.on, &[])?.into_iter().map(|(reason, _)| reason).collect();
    Ok((reasons, text.text))
}
