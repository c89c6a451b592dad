//! The guarded side of a dialect: where a call carries its token, and what is left of
//! the call when the token is taken out.

mod explain;

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, header};

use crate::dialect::place::{Place, Source};
use crate::dialect::refusals::RefusalTable;
use crate::oauth::form::{Form, decode};
use crate::refusal::{Reason, Refusal};

/// The longest token that is looked at. Ours have a few hundred characters.
const LONGEST: usize = 8192;

/// `[resource]`, checked.
#[derive(Debug)]
pub struct ResourceSide {
    /// Where the token may stand.
    pub places: Vec<Place>,
    /// True when an operation that touches an organization takes only a token that is
    /// narrowed to one.
    pub narrowed: bool,
    /// How the guarded API says no.
    pub refusals: RefusalTable,
}

impl ResourceSide {
    /// The token that a call carries.
    ///
    /// # Errors
    /// [`Reason::TokenMissing`], [`Reason::TokenMalformed`], or [`Reason::TokenTwice`]
    /// when there is more than one (RFC 6750 §2).
    pub fn token<'a>(
        &self,
        headers: &'a HeaderMap,
        query: Option<&'a str>,
    ) -> Result<Cow<'a, str>, Refusal> {
        let mut found = None;
        for place in &self.places {
            let here = match &place.source {
                Source::Bearer => bearer(headers)?,
                // Another scheme is no token, so it counts as none.
                Source::Header(name, around) => {
                    only(headers, name)?.and_then(|value| around.value_in(value)).map(Cow::Borrowed)
                }
                Source::Query(name) => in_query(query, name)?,
                Source::Form(_) | Source::Json(_) | Source::Basic => None,
            };
            if here.is_some() && found.is_some() {
                return Err(Reason::TokenTwice.into());
            }
            found = found.or(here);
        }
        let token = found.ok_or(Reason::TokenMissing)?;
        if token.is_empty() || token.len() > LONGEST {
            return Err(Reason::TokenMalformed.into());
        }
        Ok(token)
    }

    /// True for a header in which a call may carry its token. It is for the gate only,
    /// so it goes no further.
    pub fn is_token_header(&self, name: &HeaderName) -> bool {
        self.places.iter().any(|place| match &place.source {
            Source::Bearer => *name == header::AUTHORIZATION,
            Source::Header(place, _) => place == name,
            Source::Query(_) | Source::Form(_) | Source::Json(_) | Source::Basic => false,
        })
    }

    /// The query without the pairs in which a call may carry its token, the rest byte
    /// for byte; `None` when there is no query, or nothing else was in it.
    pub fn query_to_forward<'q>(&self, query: Option<&'q str>) -> Option<Cow<'q, str>> {
        let query = query?;
        let is_token = |pair: &str| {
            let name = pair.split_once('=').map_or(pair, |(name, _)| name);
            // What cannot be decoded is no place's name.
            decode(name).is_ok_and(|name| self.is_token_parameter(&name))
        };
        if !query.split('&').any(is_token) {
            return Some(Cow::Borrowed(query));
        }
        let rest: Vec<&str> = query.split('&').filter(|pair| !is_token(pair)).collect();
        (!rest.is_empty()).then(|| Cow::Owned(rest.join("&")))
    }

    fn is_token_parameter(&self, name: &str) -> bool {
        self.places
            .iter()
            .any(|place| matches!(&place.source, Source::Query(mine) if **mine == *name))
    }
}

/// `Authorization: Bearer …`, the scheme in any case (RFC 9110 §11.1). Another
/// scheme is no token, so it counts as none.
fn bearer(headers: &HeaderMap) -> Result<Option<Cow<'_, str>>, Refusal> {
    let Some(value) = only(headers, &header::AUTHORIZATION)? else { return Ok(None) };
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    let token = token.trim_matches(' ');
    if token.is_empty() || is_list(token) {
        return Err(Reason::TokenMalformed.into());
    }
    Ok(Some(Cow::Borrowed(token)))
}

/// More than one word. Every byte is looked at, without an early end: a token is
/// long and sound as a rule, and this way the compiler looks at many at a time.
fn is_list(token: &str) -> bool {
    token.bytes().fold(false, |found, byte| found | matches!(byte, b' ' | b','))
}

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Reason::TokenTwice.into());
    }
    value.to_str().map(Some).map_err(|_| Reason::TokenMalformed.into())
}

fn in_query<'a>(query: Option<&'a str>, name: &str) -> Result<Option<Cow<'a, str>>, Refusal> {
    let Some(query) = query else { return Ok(None) };
    let form = Form::read(query.as_bytes()).map_err(|_| Reason::TokenMalformed)?;
    let value = form.one(name).map_err(|_| Reason::TokenTwice)?;
    // A template whose hole was left empty: nobody has put a token there.
    Ok(value.filter(|value| !value.is_empty()).map(|value| Cow::Owned(value.to_owned())))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::dialect::place::PlaceText;

    fn side() -> ResourceSide {
        ResourceSide {
            places: vec![place("bearer"), place("query:Licence"), place("header:X-Token")],
            narrowed: false,
            refusals: RefusalTable::default(),
        }
    }

    fn place(word: &str) -> Place {
        let text = serde_json::from_value::<PlaceText>(word.into());
        text.unwrap().named("access_token")
    }

    fn find(values: &[&'static str], query: Option<&'static str>) -> Result<String, Reason> {
        let side = side();
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        side.token(&headers, query).map(Cow::into_owned).map_err(|refusal| refusal.reason)
    }

    #[test]
    fn a_call_carries_one_token() {
        for scheme in ["Bearer abc", "bearer abc", "BEARER  abc "] {
            assert_eq!(find(&[scheme], None).as_deref(), Ok("abc"));
        }
        assert_eq!(find(&[], Some("a=b&Licence=x%2Ay")).as_deref(), Ok("x*y"));
        assert_eq!(find(&[], None), Err(Reason::TokenMissing));
        assert_eq!(find(&["Basic abc"], None), Err(Reason::TokenMissing));
        assert_eq!(find(&["Bearer"], None), Err(Reason::TokenMalformed));
        assert_eq!(find(&["Bearer a b"], None), Err(Reason::TokenMalformed));
        assert_eq!(find(&["Bearer a, Bearer b"], None), Err(Reason::TokenMalformed));
        assert_eq!(find(&["Bearer a", "Bearer b"], None), Err(Reason::TokenTwice));
        assert_eq!(find(&["Bearer a"], Some("Licence=a")), Err(Reason::TokenTwice));
        assert_eq!(find(&[], Some("Licence=a&Licence=a")), Err(Reason::TokenTwice));
        assert_eq!(find(&[], Some("Licence=")), Err(Reason::TokenMissing));
        assert_eq!(find(&["Bearer abc"], Some("Licence=")).as_deref(), Ok("abc"));
        assert_eq!(find(&[], Some("Licence=%")), Err(Reason::TokenMalformed));
    }

    #[test]
    fn the_query_is_forwarded_without_its_token() {
        for (query, forwarded) in [
            (None, None),
            (Some(""), Some("")),
            (Some("a=%2f&&b=+%zz"), Some("a=%2f&&b=+%zz")),
            (Some("Licence=x"), None),
            (Some("Licence"), None),
            (Some("L%69cence=x&Licence=y"), None),
            (Some("a=%2f&Licence=x%2Ay&b"), Some("a=%2f&b")),
            (Some("Licence=x&"), Some("")),
            (Some("licence=a"), Some("licence=a")),
            (Some("a=Licence&Licences=1&%zz=Licence"), Some("a=Licence&Licences=1&%zz=Licence")),
        ] {
            assert_eq!(side().query_to_forward(query).as_deref(), forwarded, "{query:?}");
        }
    }

    #[test]
    fn a_header_of_the_token_is_known() {
        let name = HeaderName::from_static("x-token");
        for (word, authorization, own) in [("bearer", true, false), ("header:x-token", false, true)]
        {
            let side = ResourceSide { places: vec![place(word)], ..side() };
            assert_eq!(side.is_token_header(&header::AUTHORIZATION), authorization);
            assert_eq!(side.is_token_header(&name), own);
            assert!(!side.is_token_header(&header::ACCEPT));
        }
    }
}
