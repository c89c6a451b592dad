//! What an application may do, in words.

use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::token::record::Audience;

use crate::env::Env;

/// What the scopes mean, in the words of the services' documents.
pub(super) fn told(env: &Env, audience: &Audience, scopes: &ScopeSet) -> Vec<String> {
    let services = env.catalog.services.iter().map(|entry| &entry.service);
    let of_audience = services.filter(|service| service.audience == *audience);
    let described: Vec<&(String, String)> =
        of_audience.flat_map(|service| &service.api.scopes).collect();
    sentences(scopes, &described)
}

fn sentences(scopes: &ScopeSet, described: &[&(String, String)]) -> Vec<String> {
    let tell = |name: &str| {
        let text = described.iter().find(|(scope, text)| scope == name && !text.is_empty());
        text.map_or_else(|| name.to_owned(), |(_, text)| as_ability(text))
    };
    let mut told: Vec<String> = scopes.iter().map(tell).collect();
    told.dedup();
    told
}

/// `Read products.` becomes `read products`: the end of a sentence that has begun.
fn as_ability(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), second) if second.is_none_or(|second| !second.is_uppercase()) => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_told_in_the_documents_words() {
        let pair = |scope: &str, text: &str| (scope.to_owned(), text.to_owned());
        let pairs = [pair("a", "Read products."), pair("b", ""), pair("c", "PDF files")];
        let described: Vec<_> = pairs.iter().collect();
        let scopes = ScopeSet::parse("a b c d").unwrap();
        assert_eq!(sentences(&scopes, &described), ["read products", "b", "PDF files", "d"]);
        assert_eq!(as_ability(""), "");
        assert_eq!(as_ability("A"), "a");
    }
}
