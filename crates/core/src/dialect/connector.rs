//! `[connector]`: a page where a person lets an application in. The steps are fixed
//! (sign in, choose, consent); a dialect names the paths, the parameters, the proof,
//! the words, the way back and the texts of refusals.

use std::borrow::Cow;

use http::{Method, header};

use crate::connection::record::Reach;
use crate::dialect::cast::{Kind, Value};
use crate::dialect::phrase::{Phrase, Variable, percent_encode};
use crate::dialect::text::MethodWord;
use crate::dialect::verify::HmacTimestamp;
use crate::http_message::Request;
use crate::oauth::form::Form;
use crate::refusal::{Reason, Refusal};
use crate::secret::Secret;
use crate::time::Ttl;

/// `[connector]`, checked.
#[derive(Debug)]
pub struct Connector {
    /// The one value of `scope`, which means everything that the client has. Without
    /// it, `scope` is a list of scopes.
    pub everything: Option<Box<str>>,
    /// True when the person chooses one of their organizations.
    pub chooses_organization: bool,
    /// What the connection reaches.
    pub reach: Reach,
    /// How long the person may take.
    pub finish_within: Ttl,
    /// What the vendor calls things.
    pub words: Words,
    /// Where it begins.
    pub entries: Vec<Entry>,
    /// The parameters of the way back, in order.
    pub(super) redirect: Vec<(Box<str>, Phrase<RedirectVariable>)>,
    /// The texts of refusals, in order.
    pub(super) texts: Vec<(Vec<Reason>, Box<str>)>,
}

/// What the vendor calls things on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// One organization: `cloud`.
    pub organization: Box<str>,
    /// Several: `clouds`.
    pub organizations: Box<str>,
}

/// One way to the page.
#[derive(Debug)]
pub struct Entry {
    /// Its path, with its leading slash.
    pub path: String,
    /// `GET`: everything stands in the query. `POST`: in a form.
    pub method: MethodWord,
    /// What its parameters are called.
    pub names: Names,
    /// How the application proves who it is.
    pub proof: Proof,
}

/// What an entry's parameters are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The client's id.
    pub client_id: Box<str>,
    /// Where the person goes afterwards.
    pub redirect_uri: Box<str>,
    /// What is asked for; `None` if the vendor's page has no such parameter.
    pub scope: Option<Box<str>>,
    /// What the application wants back unchanged.
    pub state: Option<Box<str>>,
}

/// How an application proves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It shows the client's secret in the parameter of this name.
    ClientSecret(Box<str>),
    /// It signs the time with the client's secret.
    HmacTimestamp(HmacTimestamp),
}

/// What an application asks for, read. Decoded, not judged: whether the client, the
/// proof and the redirect URI are right is for the caller to find out.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The client's id.
    pub client_id: Cow<'a, str>,
    /// Where the person goes afterwards.
    pub redirect_uri: Cow<'a, str>,
    /// The scopes; `None` when everything is asked for.
    pub scope: Option<Cow<'a, str>>,
    /// What the application wants back unchanged.
    pub state: Option<Cow<'a, str>>,
    /// The proof.
    pub shown: Shown,
}

/// The proof, as it was shown.
#[derive(Debug)]
pub enum Shown {
    /// The client's secret.
    Secret(Secret<String>),
    /// A signature, for [`HmacTimestamp::verify`].
    Signature {
        /// The time, as it was sent.
        timestamp: String,
        /// The keyed hash, as it was sent.
        signature: String,
    },
}

/// What the way back may carry.
#[derive(Clone, Copy, Debug)]
pub struct RedirectValues<'a> {
    /// The refresh token of the connection.
    pub refresh_token: &'a str,
    /// The vendor's id of the organization that was chosen.
    pub organization: Option<&'a str>,
    /// What the application wants back.
    pub state: Option<&'a str>,
    /// The client's id.
    pub client_id: &'a str,
}

/// A variable of `[connector.redirect]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectVariable {
    /// The refresh token.
    RefreshToken,
    /// The organization's id.
    Organization,
    /// The state.
    State,
    /// The client's id.
    ClientId,
}

impl Variable for RedirectVariable {
    const ALL: &'static [(&'static str, Self, Kind)] = &[
        ("refresh_token", Self::RefreshToken, Kind::Text),
        ("organization", Self::Organization, Kind::Text),
        ("state", Self::State, Kind::Text),
        ("client_id", Self::ClientId, Kind::Text),
    ];
}

impl Connector {
    /// Reads what an application asks for at one of the entries.
    ///
    /// # Errors
    /// Everything that is wrong with the request as such.
    pub fn read<'a>(
        &self,
        entry: &Entry,
        request: &Request<'a>,
    ) -> Result<Asked<'a>, Vec<Refusal>> {
        let one = |refusal: Refusal| vec![refusal];
        let form = entry.parameters(request).map_err(one)?;
        let mut refusals = Vec::new();
        let mut take = |name: &str, missing: Reason| {
            let value = form.take(name).unwrap_or_else(|refusal| {
                refusals.push(refusal);
                None
            });
            // RFC 6749 §3.1: a parameter without a value counts as left out.
            let value = value.filter(|value| !value.is_empty());
            if value.is_none() {
                refusals.push(Refusal::about(missing, name));
            }
            value.unwrap_or_default()
        };
        let client_id = take(&entry.names.client_id, Reason::CredentialsMissing);
        let redirect_uri = take(&entry.names.redirect_uri, Reason::RedirectUriMissing);
        let shown = match &entry.proof {
            Proof::ClientSecret(name) => {
                let secret = take(name, Reason::CredentialsMissing);
                Shown::Secret(Secret::new(secret.into_owned()))
            }
            Proof::HmacTimestamp(verifier) => Shown::Signature {
                timestamp: take(&verifier.message, Reason::SignatureMissing).into_owned(),
                signature: take(&verifier.signature, Reason::SignatureMissing).into_owned(),
            },
        };
        let mut scope =
            entry.names.scope.as_deref().map(|name| take(name, Reason::ParameterMissing));
        if let (Some(everything), Some(asked)) = (&self.everything, &scope) {
            if !asked.is_empty() && **asked != **everything {
                refusals.push(Reason::ScopeUnknown.into());
            }
            scope = None;
        }
        let state = entry.names.state.as_deref().map_or(Ok(None), |name| form.take(name));
        let state = state.unwrap_or_else(|refusal| {
            refusals.push(refusal);
            None
        });
        if !refusals.is_empty() {
            return Err(refusals);
        }
        Ok(Asked { client_id, redirect_uri, scope, state, shown })
    }

    /// The refusal that is told when there are several: the earliest row of the
    /// dialect's table, and the core's own order.
    pub fn pick(&self, refusals: Vec<Refusal>) -> Refusal {
        let rank = |refusal: &Refusal| (self.row_of(refusal.reason), refusal.reason);
        refusals.into_iter().min_by_key(rank).unwrap_or_else(|| Reason::ServerError.into())
    }

    /// What a person is told about a refusal. Plain text: to be escaped.
    pub fn refusal_text(&self, reason: Reason) -> &str {
        let told = self.texts.get(self.row_of(reason)).map(|(_, text)| &**text);
        told.unwrap_or(reason.row().text)
    }

    /// Where the person goes with what was granted: `base`, a registered redirect URI,
    /// with the dialect's parameters behind those that it may have itself.
    pub fn redirect_uri(&self, base: &str, values: &RedirectValues<'_>) -> String {
        let look_up = |variable| match variable {
            RedirectVariable::RefreshToken => Value::text(values.refresh_token),
            RedirectVariable::Organization => text(values.organization),
            RedirectVariable::State => text(values.state),
            RedirectVariable::ClientId => Value::text(values.client_id),
        };
        let mut uri = base.as_bytes().to_vec();
        let mut joint = match base.split_once('?') {
            None => Some(b'?'),
            Some((_, query)) if query.is_empty() || query.ends_with('&') => None,
            Some(_) => Some(b'&'),
        };
        for (name, value) in &self.redirect {
            if value.is_left_out(&look_up) {
                continue;
            }
            uri.extend(joint);
            percent_encode(name.as_bytes(), &mut uri);
            uri.push(b'=');
            value.write(&look_up, &mut uri);
            joint = Some(b'&');
        }
        String::from_utf8(uri).unwrap_or_default()
    }

    fn row_of(&self, reason: Reason) -> usize {
        let row = self.texts.iter().position(|(reasons, _)| reasons.contains(&reason));
        row.unwrap_or(usize::MAX)
    }
}

impl Entry {
    /// The method as HTTP has it.
    pub const fn http_method(&self) -> Method {
        match self.method {
            MethodWord::Get => Method::GET,
            MethodWord::Post => Method::POST,
        }
    }

    /// The parameter in which the client's secret is shown, where that is the proof.
    fn secret(&self) -> Option<&str> {
        match &self.proof {
            Proof::ClientSecret(name) => Some(name),
            Proof::HmacTimestamp(_) => None,
        }
    }

    fn parameters<'a>(&self, request: &Request<'a>) -> Result<Form<'a>, Refusal> {
        let query = request.query.unwrap_or("").as_bytes();
        if *request.method != self.http_method() {
            return Err(Reason::MethodNotAllowed.into());
        }
        if self.method == MethodWord::Get {
            return Form::read(query);
        }
        // Also where a signature is the proof: what stands there is in somebody's log.
        let in_query = Form::read(query)?;
        if in_query.has("client_secret") || self.secret().is_some_and(|name| in_query.has(name)) {
            return Err(Reason::SecretInQuery.into());
        }
        let mut kinds = request.headers.get_all(header::CONTENT_TYPE).iter();
        let kind = kinds.next().and_then(|value| value.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim();
        if kinds.next().is_some() || !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        {
            return Err(Reason::ContentTypeWrong.into());
        }
        Form::read(request.body)
    }
}

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Absent, Value::text)
}

#[cfg(test)]
#[path = "connector_tests.rs"]
mod tests;
