//! Where a person goes after signing in: to the page of ours that they asked for, and
//! never to anybody else's.

use crate::pages::form;

/// The longest address that is carried on, in bytes.
const LONGEST: usize = 2_000;

/// The pages that somebody may be on the way to, each with everything below it.
const PAGES: [&str; 3] = ["/portal", "/connections", "/sign-out"];

/// True when this is a path of one of our pages, with or without a query, that every
/// browser reads as such: nothing in it may be taken for a host, a scheme or a way up.
pub(super) fn is_ours(path: &str) -> bool {
    let is_plain = path.len() <= LONGEST
        && path.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\#<>\"".contains(&byte))
        && !path.contains("//")
        && !path.contains("..");
    let (page, _) = path.split_once('?').unwrap_or((path, ""));
    is_plain && !has_hidden_sign(page) && (page == "/" || PAGES.iter().any(|one| is_at(page, one)))
}

/// The page that the query of an address asks for next, if it is one of ours.
pub(super) fn asked(query: Option<&str>) -> Option<String> {
    form::parameter(query, "next").filter(|next| is_ours(next))
}

/// The address of a page that leads on to another.
pub(super) fn by_way_of(page: &str, next: &str) -> String {
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("{page}?next={next}")
}

fn is_at(page: &str, above: &str) -> bool {
    page.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// An escaped dot is a dot to a browser; an escaped slash may be a slash to a proxy.
fn has_hidden_sign(page: &str) -> bool {
    let page = page.to_ascii_lowercase();
    ["%2e", "%2f", "%5c", "%25", "%0", "%1", "%7f"].iter().any(|sign| page.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_pages_come_next() {
        for ours in [
            "/",
            "/?done=x",
            "/portal",
            "/portal/organizations/org_1/members?q=%C3%85sa&after=a%40b.example",
            "/portal/clients/prc_1/rotate",
            "/connections",
            "/connections/end?connection=00ff",
            "/sign-out",
        ] {
            assert!(is_ours(ours), "{ours}");
        }
        assert!(is_ours(&format!("/portal/{}", "x".repeat(LONGEST - 8))));
        assert!(!is_ours(&format!("/portal/{}", "x".repeat(LONGEST - 7))));
    }

    #[test]
    fn nobody_elses_do() {
        for other in [
            "",
            "portal",
            "https://evil.example/portal",
            "https:/evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "\\\\evil.example",
            "/portal\\@evil.example",
            "/portal//evil.example",
            "/portal/..//evil.example",
            "/portal/../oauth2/token",
            "/portal/%2e%2e/oauth2/token",
            "/portal/%2E./x",
            "/portal/%2f/evil.example",
            "/portal%5cevil.example",
            "/portal/%252e%252e/",
            "/portal/%00",
            "/\t/evil.example",
            "/\n/evil.example",
            " /portal",
            "/portal\u{0}",
            "/portal\r\nSet-Cookie: a=b",
            "/portal /x",
            "/portal/\u{2025}/x",
            "/\u{ff0f}evil.example",
            "/@evil.example",
            "/.evil.example",
            "/portal.evil.example",
            "/portalx",
            "/connectionsx",
            "/connect?flow=x",
            "/sign-in?next=/portal",
            "/sign-in/again",
            "/assets/x.css",
            "/oauth2/token",
            "/portal#//evil.example",
            "/portal?next=//evil.example",
            "/portal?x=\"><script>",
        ] {
            assert!(!is_ours(other), "{other:?}");
        }
    }

    #[test]
    fn what_was_asked_for_comes_back() {
        let next = "/portal/clients/prc_1?q=a%26b&done=x";
        let address = by_way_of("/sign-in", next);
        let query = address.strip_prefix("/sign-in?");
        assert_eq!(asked(query).as_deref(), Some(next), "{address}");
        for none in [None, Some(""), Some("next="), Some("next=/portal&next=/portal")] {
            assert_eq!(asked(none), None, "{none:?}");
        }
        assert_eq!(asked(Some("next=%2F%2Fevil.example")), None);
    }
}
