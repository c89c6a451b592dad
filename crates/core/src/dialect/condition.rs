//! The conditions that a dialect's refusal rows may name: a reason's slug, an OAuth
//! error code (all reasons that have it), or `any`.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};

use crate::refusal::{Reason, TABLE};

/// Which reasons a row answers.
#[derive(Clone, Debug)]
pub struct Condition(Vec<Reason>);

impl Condition {
    /// The reasons.
    pub fn reasons(&self) -> &[Reason] {
        &self.0
    }

    /// The condition with this name.
    ///
    /// # Errors
    /// A sentence with the nearest name, for whoever writes the file.
    pub fn named(name: &str) -> Result<Self, String> {
        if name == "any" {
            return Ok(Self(TABLE.iter().map(|row| row.reason).collect()));
        }
        if let Some(reason) = Reason::from_slug(name) {
            return Ok(Self(vec![reason]));
        }
        let coded = TABLE.iter().filter(|row| row.code.as_str() == name).map(|row| row.reason);
        let reasons: Vec<Reason> = coded.collect();
        if reasons.is_empty() { Err(no_such(name)) } else { Ok(Self(reasons)) }
    }
}

fn no_such(name: &str) -> String {
    let names = TABLE.iter().flat_map(|row| [row.slug, row.code.as_str()]).chain(["any"]);
    let nearest = names.min_by_key(|known| distance(known, name)).unwrap_or("any");
    let hint = if distance(nearest, name) * 3 <= nearest.len() {
        format!("; did you mean \"{nearest}\"?")
    } else {
        String::new()
    };
    format!("\"{name}\": no such condition{hint} (all: portreeve dialect conditions)")
}

/// How many characters must change to make one word the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((b, above), diagonal) in other.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            let change = diagonal + usize::from(a != *b);
            next.push(change.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
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
    /// The reasons that any of them answers.
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
    }

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        assert_eq!(
            Condition::named("scope_unkown").unwrap_err(),
            "\"scope_unkown\": no such condition; did you mean \"scope_unknown\"? (all: portreeve dialect conditions)"
        );
        assert_eq!(
            Condition::named("weather").unwrap_err(),
            "\"weather\": no such condition (all: portreeve dialect conditions)"
        );
    }
}
