//! A service's files: its document as JSON and as it was written, and the collection.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::catalog::ServiceEntry;
use crate::env::Env;
use crate::openapi::{self, File, Published, Words};
use crate::pages::docs::asks;
use crate::pages::docs::files::takes;

/// A service's files, made when they are first asked for.
pub(super) fn of<'e>(env: &Env, entry: &'e ServiceEntry) -> Option<&'e Published> {
    let make = || {
        // One file for everybody, in the installation's language.
        let t = env.texts();
        let of_clients = t.say("docs-scheme-client");
        let of_people = asks::of_people(env, entry, t);
        let elsewhere = t.say("docs-schema-elsewhere");
        let words = Words { of_clients: &of_clients, of_people: &of_people, elsewhere: &elsewhere };
        let issuer = &env.endpoints.issuer;
        let made = openapi::publish(&entry.service, &entry.document, issuer, words);
        made.inspect_err(|fault| {
            tracing::error!(service = entry.service.name, %fault, "the document cannot be shown");
        })
        .ok()
    };
    entry.published.get_or_init(make).as_ref()
}

/// The copy of a document that the service's page reads.
pub(super) const BROWSED: &str = "browsed.json";

/// The file with this name.
pub(super) fn send(
    env: &Env,
    entry: &ServiceEntry,
    name: &str,
    headers: &HeaderMap,
) -> Option<Response> {
    let published = of(env, entry)?;
    let (file, kind) = match name {
        "openapi.json" => (&published.document, "application/json"),
        BROWSED => (&published.browsed, "application/json"),
        // RFC 9512. What was written as JSON is YAML as well.
        "openapi.yaml" => (&published.original, "application/yaml"),
        "postman.json" => (&published.collection, "application/json"),
        _ => return None,
    };
    let mut response = answer(file, headers);
    if entry.service.is_own {
        for_staff(&mut response);
    }
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if name == "postman.json" {
        let kept =
            format!("attachment; filename=\"{}.postman_collection.json\"", entry.service.name);
        out.extend(HeaderValue::from_str(&kept).ok().map(|it| (header::CONTENT_DISPOSITION, it)));
    }
    Some(response)
}

/// What not everybody may read is kept for nobody else, and no other origin reads it.
fn for_staff(response: &mut Response) {
    let out = response.headers_mut();
    out.remove(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
}

/// The text, or that the reader has it already (RFC 9110 §13.1.2).
fn answer(file: &File, headers: &HeaderMap) -> Response {
    let gzip = file.gzip.as_ref().filter(|_| takes(headers, "gzip"));
    // Another coding is another representation (RFC 9110 §8.8.3.3).
    let tag = format!("\"{}{}\"", file.tag, if gzip.is_some() { "-gz" } else { "" });
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| {
        known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == tag)
    });
    let mut response = match is_known {
        true => Response::new(Body::empty()),
        false => Response::new(Body::from(gzip.unwrap_or(&file.text).clone())),
    };
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let out = response.headers_mut();
    if gzip.is_some() && !is_known {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    out.extend(HeaderValue::from_str(&tag).ok().map(|tag| (header::ETAG, tag)));
    for (name, value) in [
        (header::VARY, "Accept-Encoding"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        // Nothing in it is anybody's secret: an editor on another origin may read it.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ] {
        out.insert(name, HeaderValue::from_static(value));
    }
    response
}
