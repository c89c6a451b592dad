//! Where a guarded call carries its token, for whoever writes a dialect.

use crate::dialect::place::Place;
use crate::dialect::refusals::RefusalTable;
use crate::dialect::resource::ResourceSide;
use crate::http_message::Request;
use crate::refusal::Reason;

impl ResourceSide {
    /// Every place in which something stands that is meant as a token, with its length
    /// in bytes; without one for what cannot be read.
    pub fn explain(&self, call: &Request<'_>) -> Vec<(&Place, Option<usize>)> {
        let mut found = Vec::new();
        for place in &self.places {
            let places = vec![place.clone()];
            let alone = Self { places, narrowed: false, refusals: RefusalTable::default() };
            match alone.token(call.headers, call.query) {
                Ok(token) => found.push((place, Some(token.len()))),
                Err(refusal) if refusal.reason == Reason::TokenMissing => {}
                Err(_) => found.push((place, None)),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::dialect::case::Case;
    use crate::dialect::compile::compile;

    #[test]
    fn tokens_are_found_in_their_places() {
        let text = include_str!("../../../dialects/dqe/dialect.toml");
        let side = compile(text).unwrap().resource;
        for (call, expected) in [
            ("GET /CP/?Pays=FRA HTTP/1.1\n", &[][..]),
            ("GET /CP/?Licence=TKabc HTTP/1.1\n", &[("query:Licence", Some(5))]),
            (
                "GET /CP/?Licence=TKabc HTTP/1.1\nAuthorization: Bearer a b\n",
                &[("bearer", None), ("query:Licence", Some(5))],
            ),
        ] {
            let request = Case::read(call.as_bytes()).unwrap().request;
            let found = side.explain(&request.plain());
            let found: Vec<_> =
                found.iter().map(|(place, len)| (place.to_string(), *len)).collect();
            let expected: Vec<_> =
                expected.iter().map(|(at, len)| (at.to_string(), *len)).collect();
            assert_eq!(found, expected, "{call}");
        }
    }
}
