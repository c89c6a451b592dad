//! `[connector]` as types.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use toml::Spanned;

use crate::connection::record::Reach;
use crate::dialect::condition::Conditions;
use crate::dialect::text::endpoint::MethodWord;
use crate::dialect::verify::{Encoding, Hash};
use crate::time::Ttl;

/// `[connector]`: a page where a person lets an application in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectorText {
    /// The one value of `scope`, which means everything that the application has.
    pub scope: Option<Box<str>>,
    /// What the person chooses; nothing if nothing is said.
    pub choose: Option<Choice>,
    /// What the connection reaches: `chosen` or `all`.
    pub reach: Spanned<Reach>,
    /// How long the person may take.
    pub finish_within: Spanned<Ttl>,
    /// What the vendor calls things.
    #[serde(default)]
    pub words: WordsText,
    /// Where it begins.
    #[serde(default)]
    pub entry: Vec<Spanned<EntryText>>,
    /// The way back.
    pub redirect: RedirectText,
    /// The texts of refusals; those of the core if nothing is said.
    #[serde(default)]
    pub refusal: Vec<TextRow>,
}

/// What a person chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// One of their organizations.
    Organization,
}

/// `words = { organization = "cloud", organizations = "clouds" }`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordsText {
    /// One organization.
    pub organization: Box<str>,
    /// Several.
    pub organizations: Box<str>,
}

impl Default for WordsText {
    fn default() -> Self {
        Self { organization: "organization".into(), organizations: "organizations".into() }
    }
}

/// `[[connector.entry]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryText {
    /// The path, with its leading slash.
    pub path: Spanned<String>,
    /// `GET` or `POST`.
    pub method: MethodWord,
    /// What the parameters are called.
    pub inputs: Spanned<EntryInputs>,
    /// How the application proves who it is.
    pub proof: Spanned<ProofText>,
}

/// What the parameters are called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryInputs {
    /// The client's id.
    pub client_id: Box<str>,
    /// The client's secret, where that is the proof.
    pub client_secret: Option<Box<str>>,
    /// Where the person goes afterwards.
    pub redirect_uri: Box<str>,
    /// What is asked for.
    pub scope: Option<Box<str>>,
    /// What the application wants back.
    pub state: Option<Box<str>>,
}

/// `proof = "client_secret"` or `proof = { hmac_timestamp = { … } }`.
#[derive(Debug)]
pub enum ProofText {
    /// The client's secret itself.
    ClientSecret,
    /// A signature over the time.
    HmacTimestamp(HmacTimestampText),
}

/// The parameters of `hmac_timestamp`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HmacTimestampText {
    /// The parameter with the time, in Unix seconds.
    pub message: Box<str>,
    /// The parameter with the signature.
    pub signature: Box<str>,
    /// The hash.
    #[serde(default)]
    pub hash: Hash,
    /// How the signature is written.
    #[serde(default)]
    pub encoding: Encoding,
    /// How far the time may be from ours.
    pub skew: Ttl,
}

/// `[connector.redirect]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedirectText {
    /// The parameters that are added to the redirect URI, in order.
    pub query: Spanned<toml::Table>,
}

/// `[[connector.refusal]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextRow {
    /// Which reasons it answers.
    pub on: Spanned<Conditions>,
    /// What the person is told.
    pub text: Box<str>,
}

impl<'de> Deserialize<'de> for ProofText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(WordOrVerifier)
    }
}

struct WordOrVerifier;

/// The verifiers that a file may name: one line each.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verifiers {
    hmac_timestamp: HmacTimestampText,
}

impl<'de> Visitor<'de> for WordOrVerifier {
    type Value = ProofText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"client_secret\", or a verifier: { hmac_timestamp = { … } }")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<ProofText, E> {
        match word {
            "client_secret" => Ok(ProofText::ClientSecret),
            _ => Err(E::custom(
                "expected \"client_secret\", or a verifier: { hmac_timestamp = { … } }",
            )),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ProofText, A::Error> {
        let verifiers = Verifiers::deserialize(MapAccessDeserializer::new(map))?;
        Ok(ProofText::HmacTimestamp(verifiers.hmac_timestamp))
    }
}
