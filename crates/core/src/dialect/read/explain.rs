//! What is read of a request, place by place, for whoever writes a dialect. The hot
//! path knows nothing of this.

use std::borrow::Cow;

use crate::dialect::input::Input;
use crate::dialect::place::{Place, Source};
use crate::dialect::read::{GrantRow, TokenEndpoint};
use crate::http_message::Request;

/// A request, taken apart. Nothing is judged: what is wrong with it says
/// [`TokenEndpoint::read`].
pub struct Explained<'e, 'a> {
    /// The number of the grant row that fits, from 0.
    pub grant: Option<usize>,
    /// Every value that stands in a place of an input, in the order in which is looked.
    pub values: Vec<ValueAt<'e, 'a>>,
}

/// A value and where it stands. May be a secret, so it cannot be printed as it is.
pub struct ValueAt<'e, 'a> {
    /// What it is.
    pub input: Input,
    /// Where it stands.
    pub place: &'e Place,
    /// The value, decoded.
    pub value: Cow<'a, str>,
}

impl TokenEndpoint {
    /// True when one of its paths is this one, as it was sent and without query.
    pub fn is_at(&self, path: &str) -> bool {
        self.paths.iter().any(|own| match self.ignore_case {
            true => own.eq_ignore_ascii_case(path),
            false => own == path,
        })
    }

    /// The parameters that it knows; `None` when others are ignored.
    pub fn known_parameters(&self) -> Option<&[Box<str>]> {
        self.known.as_deref()
    }

    /// Takes a request apart and says where everything stood. Places that cannot be
    /// read hold nothing.
    pub fn explain<'a>(&self, request: &Request<'a>) -> Explained<'_, 'a> {
        let parts = self.parts(request, &mut Vec::new());
        let row = self.row(request.path, &parts).ok();
        let number = |row: &GrantRow| self.grants.iter().position(|known| std::ptr::eq(known, row));
        let mut values = Vec::new();
        for (input, places) in &self.places {
            for place in places {
                let found = match place.source {
                    Source::Basic => self.basic(&parts).ok().flatten().map(|basic| {
                        let is_id = *input == Input::ClientId;
                        let secret = || basic.client_secret.expose().clone();
                        Cow::Owned(if is_id { basic.client_id.clone() } else { secret() })
                    }),
                    _ => {
                        let here = parts.find(*input, std::slice::from_ref(place));
                        here.ok().flatten().map(|(value, _)| value)
                    }
                };
                let found = found.map(|value| ValueAt { input: *input, place, value });
                values.extend(found);
            }
        }
        Explained { grant: row.and_then(number), values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::case::Case;
    use crate::dialect::compile::compile;

    /// What is found in a request: the grant's row, and each value as `input@place=value`.
    fn check(dialect: &str, request: &str, row: Option<usize>, expected: &[&str]) {
        let dialect = compile(dialect).unwrap();
        let request = Case::read(request.as_bytes()).unwrap().request;
        let explained = dialect.token.explain(&request.plain());
        let told =
            |it: &ValueAt<'_, '_>| format!("{}@{}={}", it.input.as_str(), it.place, it.value);
        let found: Vec<String> = explained.values.iter().map(told).collect();
        assert_eq!((explained.grant, found), (row, expected.iter().map(|&it| it.into()).collect()));
    }

    #[test]
    fn values_are_found_in_their_places() {
        let dqe = include_str!("../../../dialects/dqe/dialect.toml");
        check(
            dqe,
            "GET /OAUTH/access_token?client_id=1&client_secret=s&scope=a HTTP/1.1\n",
            Some(1),
            &[
                "client_id@query:client_id=1",
                "client_secret@query:client_secret=s",
                "scope@query:scope=a",
            ],
        );
        let standard = include_str!("../../../dialects/standard/dialect.toml");
        check(
            standard,
            "POST /oauth2/token HTTP/1.1\nAuthorization: Basic YTpi\nContent-Type: application/x-www-form-urlencoded\n\ngrant_type=client_credentials&resource=x&client_id=c",
            Some(0),
            &[
                "client_id@basic=a",
                "client_id@form:client_id=c",
                "client_secret@basic=b",
                "audience@form:resource=x",
            ],
        );
        let dotypos = include_str!("../../../dialects/dotypos/dialect.toml");
        check(
            dotypos,
            "POST /v2/signin/token HTTP/1.1\nAuthorization: User abc\nContent-Type: application/json\n\n{\"_cloudId\":7}",
            Some(0),
            &[
                "refresh_token@header:authorization as \"User ${value}\"=abc",
                "organization@json:_cloudId (number or string)=7",
            ],
        );
        check(dotypos, "PUT /elsewhere HTTP/1.1\n", Some(0), &[]);
    }

    #[test]
    fn paths_are_compared_as_the_dialect_says() {
        let at = |dialect: &str, path| compile(dialect).unwrap().token.is_at(path);
        let dqe = include_str!("../../../dialects/dqe/dialect.toml");
        assert!(at(dqe, "/oauth/ACCESS_TOKEN/") && at(dqe, "/oauth/access_token"));
        let standard = include_str!("../../../dialects/standard/dialect.toml");
        assert!(at(standard, "/oauth2/token"));
        assert!(!at(standard, "/oauth2/token/") && !at(standard, "/OAuth2/token"));
    }
}
