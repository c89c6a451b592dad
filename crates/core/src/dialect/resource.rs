//! The guarded side of a dialect: where a call carries its token, and what is left of
//! the call when the token is taken out.

mod explain;

use std::borrow::Cow;

use http::{HeaderMap, header};

use crate::dialect::place::{Place, Source};
use crate::dialect::refusals::RefusalTable;
use crate::oauth::form::{self, Form};
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

    /// A call's query without the token that may stand in it: the API behind the gate
    /// is not to see tokens. `None` when nothing is left of it.
    pub fn query_to_forward<'q>(&self, query: Option<&'q str>) -> Option<Cow<'q, str>> {
        let query = query?;
        let names = self.places.iter().filter_map(|place| match &place.source {
            Source::Query(name) => Some(&**name),
            _ => None,
        });
        let is_token = |pair: &&str| {
            let name = pair.split('=').next().unwrap_or_default();
            // What cannot be decoded is no token that was read.
            form::decode(name.as_bytes()).is_ok_and(|name| names.clone().any(|own| own == name))
        };
        if !query.split('&').any(|pair| is_token(&pair)) {
            return Some(Cow::Borrowed(query));
        }
        let rest: Vec<&str> = query.split('&').filter(|pair| !is_token(pair)).collect();
        if rest.is_empty() { None } else { Some(Cow::Owned(rest.join("&"))) }
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
    if token.is_empty() || token.contains([' ', ',']) {
        return Err(Reason::TokenMalformed.into());
    }
    Ok(Some(Cow::Borrowed(token)))
}

fn only<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Result<Option<&'a str>, Refusal> {
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
    Ok(value.map(|value| Cow::Owned(value.to_owned())))
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
        assert_eq!(find(&[], Some("Licence=")), Err(Reason::TokenMalformed));
        assert_eq!(find(&[], Some("Licence=%")), Err(Reason::TokenMalformed));
    }

    #[test]
    fn tokens_are_not_forwarded() {
        for (query, left) in [
            ("Pays=FRA&Licence=TKabc", Some("Pays=FRA")),
            ("Licence=TKabc&Pays=FRA&Cp=%20", Some("Pays=FRA&Cp=%20")),
            ("%4cicence=TKabc", None),
            ("Licence", None),
            ("licence=a", Some("licence=a")),
            ("", Some("")),
            ("a&&b", Some("a&&b")),
        ] {
            assert_eq!(side().query_to_forward(Some(query)).as_deref(), left, "{query}");
        }
        assert_eq!(side().query_to_forward(None), None);
    }
}
