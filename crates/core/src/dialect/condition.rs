//! The conditions that a dialect's refusal rows may name: a reason's slug, an OAuth
//! error code (all reasons that have it), or `any`; and behind a reason about
//! parameters the input that it is about, as in `parameter_missing:refresh_token`.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};

use crate::dialect::nearest;
use crate::refusal::{Reason, TABLE};

/// Which reasons a row answers.
#[derive(Clone, Debug)]
pub struct Condition {
    reasons: Vec<Reason>,
    /// The input that the refusal must be about.
    about: Option<Box<str>>,
}

impl Condition {
    /// The reasons.
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// The input that the refusal must be about, if it must.
    pub fn about(&self) -> Option<&str> {
        self.about.as_deref()
    }

    /// The condition with this name.
    ///
    /// # Errors
    /// A sentence with the nearest name, for whoever writes the file.
    pub fn named(text: &str) -> Result<Self, String> {
        let (name, about) = match text.split_once(':') {
            Some((name, about)) => (name, Some(about)),
            None => (text, None),
        };
        if about.is_some() && !is_about_parameters(name) {
            return Err(
                "only a condition about parameters can name one: \"parameter_missing:scope\""
                    .to_owned(),
            );
        }
        let about = about.map(Into::into);
        if name == "any" {
            return Ok(Self { reasons: TABLE.iter().map(|row| row.reason).collect(), about });
        }
        if let Some(reason) = Reason::from_slug(name) {
            return Ok(Self { reasons: vec![reason], about });
        }
        let coded = TABLE.iter().filter(|row| row.code.as_str() == name).map(|row| row.reason);
        let reasons: Vec<Reason> = coded.collect();
        if reasons.is_empty() { Err(no_such(name)) } else { Ok(Self { reasons, about }) }
    }
}

fn is_about_parameters(name: &str) -> bool {
    matches!(
        name,
        "parameter_missing" | "parameter_empty" | "parameter_malformed" | "parameter_repeated"
    )
}

fn no_such(name: &str) -> String {
    let names = TABLE.iter().flat_map(|row| [row.slug, row.code.as_str()]).chain(["any"]);
    let hint = nearest::hint(name, names);
    format!("no such condition{hint} (all: portreeve dialect conditions)")
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::named(&String::deserialize(from)?).map_err(de::Error::custom)
    }
}

/// `on = "any"` or `on = ["client_unknown", "secret_wrong"]`.
#[derive(Debug)]
pub struct Conditions(Vec<Condition>);

impl Conditions {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Condition> {
        self.0.iter()
    }

    /// The reasons that any of them answers, whatever they are about.
    pub fn reasons(&self) -> impl Iterator<Item = Reason> {
        self.0.iter().flat_map(|condition| condition.reasons().iter().copied())
    }
}

impl<'de> Deserialize<'de> for Conditions {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OneOrMany).map(Self)
    }
}

/// Not serde's `untagged`, which would swallow what [`Condition::named`] says.
struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Vec<Condition>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a condition such as \"secret_wrong\", or a list of them")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Condition::named(name).map(|one| vec![one]).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut many = Vec::new();
        while let Some(condition) = list.next_element()? {
            many.push(condition);
        }
        Ok(many)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_slugs_codes_or_any() {
        assert_eq!(Condition::named("secret_wrong").unwrap().reasons(), [Reason::SecretWrong]);
        assert!(Condition::named("invalid_client").unwrap().reasons().len() > 5);
        assert_eq!(Condition::named("any").unwrap().reasons().len(), TABLE.len());
        let about = Condition::named("parameter_missing:refresh_token").unwrap();
        assert_eq!(about.reasons(), [Reason::ParameterMissing]);
        assert_eq!(about.about(), Some("refresh_token"));
    }

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        for (name, told) in [
            (
                "scope_unkown",
                "no such condition; did you mean \"scope_unknown\"? (all: portreeve dialect conditions)",
            ),
            ("weather", "no such condition (all: portreeve dialect conditions)"),
            (
                "secret_wrong:scope",
                "only a condition about parameters can name one: \"parameter_missing:scope\"",
            ),
        ] {
            assert_eq!(Condition::named(name).unwrap_err(), told);
        }
    }
}
