//! How pages look: as the browser's cookie says, with files of our own, and as strict
//! where an application waits for its window as they were.

use axum::body::Body;

use crate::world::{Answer, On, World};

async fn page(world: &World, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = http::Request::get(path).header("accept", "text/html");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.send(request.body(Body::empty()).unwrap()).await
}

/// The address of a page's file with this ending.
fn file<'a>(page: &'a Answer, ending: &str) -> &'a str {
    let named =
        page.text.split('"').find(|text| text.starts_with("/assets/") && text.ends_with(ending));
    named.unwrap_or_else(|| panic!("no {ending}: {page:?}"))
}

#[tokio::test]
async fn a_pages_files_are_its_own() {
    let world = World::new(On::Sqlite).await;
    let shown = page(&world, "/sign-in", &[]).await;
    for (ending, kind) in
        [(".css", "text/css"), (".js", "text/javascript"), (".svg", "image/svg+xml")]
    {
        let answer = world.get(file(&shown, ending), None).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(answer.header("content-type").starts_with(kind), "{answer:?}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").contains("sandbox"), "{answer:?}");
    }
    assert_eq!(world.get("/assets/0123456789abcdef.css", None).await.status, 404);
    let policy = shown.header("content-security-policy");
    assert!(policy.contains("script-src 'self'; style-src 'self'"), "{policy}");
    assert_eq!(shown.header("cross-origin-opener-policy"), "same-origin");
}

#[tokio::test]
async fn a_cookie_says_how_pages_look() {
    let world = World::new(On::Sqlite).await;
    for (cookie, theme, zone) in [
        ("portreeve-look=dark.Europe/Oslo", "dark", "Europe/Oslo"),
        ("portreeve-look=light.america/port-au-prince", "light", "America/Port-au-Prince"),
        ("portreeve-look=\"><script>alert(1)</script>.UTC", "device", "UTC"),
        ("portreeve-look=dark.\"><script>alert(1)</script>", "dark", "UTC"),
        ("", "device", "UTC"),
    ] {
        for path in ["/sign-in", "/nowhere", "/connect?flow=x"] {
            let answer = page(&world, path, &[("cookie", cookie)]).await;
            let said = format!("<html lang=\"en\" data-theme=\"{theme}\">");
            assert!(answer.text.contains(&said), "{path} {cookie}: {answer:?}");
            let times = format!("Times are {zone}.");
            assert!(answer.text.contains(&times), "{path} {cookie}: {answer:?}");
            assert!(!answer.text.contains("alert(1)"), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn only_a_page_that_one_opened_oneself_is_pressed() {
    let world = World::new(On::Sqlite).await;
    for (site, is_pressed) in [("none", true), ("same-origin", true), ("cross-site", false)] {
        let headers = [("accept-encoding", "gzip"), ("sec-fetch-site", site)];
        let answer = page(&world, "/sign-in", &headers).await;
        assert_eq!(answer.headers.contains_key("content-encoding"), is_pressed, "{site}");
    }
}

#[tokio::test]
async fn a_page_is_in_the_language_that_is_asked_for() {
    let world = World::new(On::Sqlite).await;
    let hostile = format!("{}, nb;q=9, *;q=x", "a-".repeat(2000));
    for asked in ["en-GB,en;q=0.9", "tlh", "*", "en;q=0", "", &hostile] {
        for path in ["/sign-in", "/nowhere", "/connect?flow=x", "/portal/docs"] {
            let answer = page(&world, path, &[("accept-language", asked)]).await;
            // There is one so far, which is for everybody.
            assert!(answer.text.contains("<html lang=\"en\" "), "{path} {asked}: {answer:?}");
            assert_eq!(answer.header("vary"), "accept-language", "{path} {asked}");
        }
    }
    let file = world.get("/readyz", None).await;
    assert!(!file.headers.contains_key("vary"), "no page: {file:?}");
}
