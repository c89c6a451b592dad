//! A service's page: Swagger UI on our own origin, in our own type and colours.

use askama::Template;
use axum::response::Response;
use http::{HeaderValue, header};

use crate::catalog::ServiceEntry;
use crate::pages::docs::files::path;
use crate::pages::docs::published::BROWSED;
use crate::pages::docs::{Reader, Standing, asks};
use crate::pages::frame::{Frame, page};
use crate::pages::portal::Shown;
use crate::paths::DOCS;
use crate::texts::Texts;

/// From how many operations on they stay folded until somebody opens their group.
const MANY: usize = 60;

/// Swagger UI writes styles into its elements, and has its pictures in its stylesheet.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; \
    base-uri 'none'; form-action 'self'";

#[derive(Template)]
#[template(path = "docs/service.html")]
struct Page {
    frame: Frame,
    t: &'static Texts,
    title: String,
    version: String,
    base: String,
    is_closed: bool,
    folder: String,
    /// What Swagger UI reads.
    document: String,
    /// What the script needs to know of token requests.
    asks: String,
    /// What the script says, as JSON.
    words: String,
    /// `list`, or `none` for a document of many operations.
    expansion: &'static str,
    filter: bool,
    styles: [String; 2],
    scripts: [String; 2],
}

pub(super) fn page_of(reader: &Reader, entry: &ServiceEntry) -> Shown {
    let service = &entry.service;
    let standing = reader.standing(service).ok_or(portreeve_core::refusal::Reason::NotFound)?;
    let operations = service.api.routes.operations().len();
    let template = Page {
        t: reader.frame.t,
        frame: reader.frame.clone(),
        title: service.title.clone(),
        version: service.api.version.clone(),
        base: format!("{}{}", reader.env.endpoints.issuer, service.path),
        is_closed: standing == Standing::Closed,
        folder: format!("{DOCS}/{}", service.name),
        document: format!("{DOCS}/{}/{BROWSED}", service.name),
        asks: asks::data(&reader.env, service),
        words: words(reader.frame.t),
        expansion: if operations > MANY { "none" } else { "list" },
        filter: operations > MANY,
        styles: ["swagger-ui.css", "docs.css"].map(path),
        scripts: ["swagger-ui-bundle.js", "docs.js"].map(path),
    };
    Ok(with_policy(page(200, &template)))
}

fn words(t: &Texts) -> String {
    let word = |id: &str| t.say(id);
    serde_json::json!({
        "close": word("docs-close"),
        "copy": word("docs-copy"),
        "unfold": word("docs-unfold"),
    })
    .to_string()
}

fn with_policy(mut response: Response) -> Response {
    let policy = HeaderValue::from_static(POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}
