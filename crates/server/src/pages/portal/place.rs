//! At which organization a person was last: kept in a cookie of its own, which opens
//! nothing. Whoever does not belong to it is led elsewhere.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, header};
use portreeve_core::text_id::OrganizationId;

use crate::pages::portal::At;

/// The cookie's name.
const COOKIE: &str = "portreeve-place";

/// Half a year, in seconds.
const KEPT: u32 = 15_552_000;

impl At {
    /// The id of the organization whose pages were shown at this browser last.
    pub(super) fn last_place(&self) -> Option<OrganizationId> {
        read(&self.parts.headers)
    }
}

/// The organization of this page, if the browser must be told to remember it: the part
/// of the path, when the cookie says another one.
pub(super) fn to_note(
    method: &Method,
    headers: &HeaderMap,
    params: &[(String, String)],
) -> Option<OrganizationId> {
    let here = params.iter().find(|(name, _)| name == "organization")?;
    let here = OrganizationId::parse(&here.1).ok().filter(is_plain)?;
    (method == Method::GET && read(headers).as_ref() != Some(&here)).then_some(here)
}

/// Tells the browser to remember it, on a page that was shown.
pub(super) fn note(
    mut response: Response,
    place: Option<OrganizationId>,
    is_https: bool,
) -> Response {
    let secure = if is_https { "; Secure" } else { "" };
    if let Some(place) = place.filter(|_| response.status().is_success()) {
        let text =
            format!("{COOKIE}={place}; Path=/{secure}; Max-Age={KEPT}; HttpOnly; SameSite=Lax");
        let cookie = HeaderValue::from_str(&text).ok();
        response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    }
    response
}

fn read(headers: &HeaderMap) -> Option<OrganizationId> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    let pairs = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
    let mut named = pairs.filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = named.find(|(name, _)| *name == COOKIE)?;
    OrganizationId::parse(value).ok().filter(is_plain)
}

/// Our own ids need no quoting; a vendor's may, and is not remembered then.
fn is_plain(id: &OrganizationId) -> bool {
    id.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(cookie).unwrap())])
    }

    #[test]
    fn the_last_place_comes_back() {
        let params = [("organization".to_owned(), "org_7".to_owned())];
        let place = to_note(&Method::GET, &HeaderMap::new(), &params);
        let response = note(Response::default(), place, true);
        let given = response.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap();
        let sent = headers(given.split(';').next().unwrap());
        assert_eq!(read(&sent).unwrap().as_str(), "org_7");
        assert_eq!(to_note(&Method::GET, &sent, &params), None, "known already");
        assert_eq!(to_note(&Method::POST, &HeaderMap::new(), &params), None);
        assert_eq!(to_note(&Method::GET, &HeaderMap::new(), &[]), None);
    }

    #[test]
    fn what_is_no_id_is_none() {
        for cookie in ["portreeve-place=", "portreeve-place=a b", "portreeve-place=org/..", "x=y"] {
            assert_eq!(read(&headers(cookie)), None, "{cookie}");
        }
        for id in ["4200;Path=/x", "a b", "ä", "a,b", "org_1\r\nx"] {
            let params = [("organization".to_owned(), id.to_owned())];
            assert_eq!(to_note(&Method::GET, &HeaderMap::new(), &params), None, "{id}");
        }
    }
}
