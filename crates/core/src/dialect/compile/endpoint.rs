//! `[endpoint.token]`, checked.

use http::{HeaderName, header};
use toml::Spanned;

use crate::dialect::compile::{Mistake, checked_path};
use crate::dialect::input::Input;
use crate::dialect::issue::Issue;
use crate::dialect::nearest;
use crate::dialect::place::{Place, Source};
use crate::dialect::read::{GrantRow, TokenEndpoint};
use crate::dialect::text::endpoint::{
    BodyKind, ClientFrom, GrantText, Inputs, MethodWord, TokenEndpointText, TrailingSlash,
    UnknownParameters,
};
use crate::oauth::grant_type::GrantType;

type Places = Vec<(Input, Vec<Place>)>;

pub(super) fn token_endpoint(
    text: TokenEndpointText,
    issue: &Issue,
) -> Result<TokenEndpoint, Mistake> {
    let paths = paths(&text)?;
    let methods = methods(&text)?;
    let span = text.inputs.span();
    let mut places = places(text.inputs.into_inner(), &text.accepts)?;
    let takes_other_schemes = note_shared_headers(&mut places);
    let grants = grants(text.grant, &places, &paths, text.ignore_case)?;
    let refreshes = grants.iter().any(|row| row.is == GrantType::RefreshToken);
    if refreshes && issue.refresh.is_none() {
        let expected = "is = \"refresh_token\": say in [issue] what refresh tokens look like";
        return Err(Mistake { span, expected: expected.to_owned() });
    }
    let sources = || places.iter().flat_map(|(_, places)| places).map(|place| &place.source);
    let no_body = text.accepts.contains(&BodyKind::None);
    let known = parameters(&places, &grants).chain(text.ignores).collect();
    Ok(TokenEndpoint {
        paths,
        ignore_case: text.ignore_case,
        allow: methods.join(", "),
        body_is_optional: no_body || sources().any(|it| matches!(it, Source::Query(_))),
        nested: sources().any(|source| matches!(source, Source::Json(path) if path.len() > 1)),
        takes_basic: sources().any(|source| *source == Source::Basic),
        takes_other_schemes,
        not_in_query: not_in_query(&places),
        known: (text.unknown_parameters == UnknownParameters::Refused).then_some(known),
        methods: text.methods.into_inner(),
        accepts: text.accepts,
        basic: text.basic,
        places,
        grants,
    })
}

/// Every spelling of the path and its aliases, the advertised one first.
fn paths(text: &TokenEndpointText) -> Result<Vec<String>, Mistake> {
    let mut paths = Vec::new();
    for path in std::iter::once(&text.path).chain(&text.aliases) {
        let path = checked_path(path)?;
        paths.push(if text.ignore_case { path.to_ascii_lowercase() } else { path });
    }
    if text.trailing_slash == TrailingSlash::Optional {
        let other = |path: &String| match path.strip_suffix('/') {
            Some(without) => without.to_owned(),
            None => format!("{path}/"),
        };
        let others: Vec<String> = paths.iter().map(other).filter(|path| !path.is_empty()).collect();
        paths.extend(others);
    }
    let mut seen: Vec<String> = Vec::with_capacity(paths.len());
    paths.retain(|path| {
        let is_new = !seen.contains(path);
        seen.push(path.clone());
        is_new
    });
    Ok(paths)
}

fn methods(text: &TokenEndpointText) -> Result<Vec<&'static str>, Mistake> {
    let methods = text.methods.get_ref();
    if methods.is_empty() || methods.contains(&MethodWord::Post) == text.accepts.is_empty() {
        return Err(Mistake::at(
            &text.methods,
            "expected \"GET\", \"POST\" or both; with POST, accepts says which bodies are taken (\"form\", \"json\", \"none\"), and without it there are none",
        ));
    }
    let name = |method: &MethodWord| match method {
        MethodWord::Get => "GET",
        MethodWord::Post => "POST",
    };
    Ok(methods.iter().map(name).collect())
}

fn places(inputs: Inputs, accepts: &[BodyKind]) -> Result<Places, Mistake> {
    let mut places: Places = Vec::new();
    for (input, text) in inputs.into_places() {
        let span = text.span();
        let own = text.into_inner().into_iter().map(|place| place.named(input.as_str()));
        let own: Vec<Place> = own.collect();
        let told = own.iter().find_map(|place| misplaced(input, place, accepts));
        let empty = own.is_empty().then_some("expected at least one place");
        if let Some(expected) = told.or(empty) {
            return Err(Mistake { span, expected: expected.to_owned() });
        }
        let has_basic = |places: &[Place]| places.iter().any(|it| it.source == Source::Basic);
        let id = places.iter().find(|(input, _)| *input == Input::ClientId);
        let differs = id.is_some_and(|(_, id)| has_basic(id) != has_basic(&own));
        if input == Input::ClientSecret && (differs || id.is_none() && has_basic(&own)) {
            let expected = "\"basic\" holds both id and secret: name it in client_id and in client_secret, or in neither";
            return Err(Mistake { span, expected: expected.to_owned() });
        }
        places.push((input, own));
    }
    Ok(places)
}

/// Notes which headers are read in several forms; true when `Authorization` may hold
/// something beside Basic.
fn note_shared_headers(places: &mut Places) -> bool {
    let all = places.iter().flat_map(|(_, places)| places);
    let forms: Vec<(HeaderName, String)> = all
        .filter_map(|place| match &place.source {
            Source::Header(name, around) => Some((name.clone(), format!("{around:?}"))),
            Source::Basic => Some((header::AUTHORIZATION, "basic".to_owned())),
            _ => None,
        })
        .collect();
    for place in places.iter_mut().flat_map(|(_, places)| places) {
        if let Source::Header(name, around) = &place.source {
            let own = format!("{around:?}");
            place.is_one_of_several = forms.iter().any(|(it, form)| it == name && *form != own);
        }
    }
    forms.iter().any(|(name, form)| *name == header::AUTHORIZATION && form != "basic")
}

fn misplaced(input: Input, place: &Place, accepts: &[BodyKind]) -> Option<&'static str> {
    match &place.source {
        Source::Basic if !input.is_credential() => {
            Some("\"basic\" holds client_id and client_secret and nothing else")
        }
        Source::Bearer => Some(
            "for a token request write { header = \"Authorization\", as = \"Bearer ${value}\" }",
        ),
        Source::Form(_) if !accepts.contains(&BodyKind::Form) => {
            Some("\"form\" is none of the bodies that accepts names")
        }
        Source::Json(_) if !accepts.contains(&BodyKind::Json) => {
            Some("\"json\" is none of the bodies that accepts names")
        }
        _ => None,
    }
}

fn grants(
    rows: Spanned<Vec<Spanned<GrantText>>>,
    places: &Places,
    paths: &[String],
    ignore_case: bool,
) -> Result<Vec<GrantRow>, Mistake> {
    if rows.get_ref().is_empty() {
        return Err(Mistake::at(&rows, "expected at least one row"));
    }
    let rows = rows.into_inner().into_iter();
    rows.map(|row| grant(row, places, paths, ignore_case)).collect()
}

fn grant(
    row: Spanned<GrantText>,
    places: &Places,
    paths: &[String],
    ignore_case: bool,
) -> Result<GrantRow, Mistake> {
    let span = row.span();
    let row = row.into_inner();
    let has = |input: Input| places.iter().any(|(known, _)| *known == input);
    let needs = |input: Input| {
        let expected = format!("{} has no place in [endpoint.token.inputs]", input.as_str());
        Mistake { span: span.clone(), expected }
    };
    let from_refresh_token = row.client == ClientFrom::FromRefreshToken;
    if from_refresh_token && row.is != GrantType::RefreshToken {
        let expected = "client = \"from_refresh_token\" goes with is = \"refresh_token\"";
        return Err(Mistake { span, expected: expected.to_owned() });
    }
    if row.is == GrantType::RefreshToken && !has(Input::RefreshToken) {
        return Err(needs(Input::RefreshToken));
    }
    let mut credentials = [Input::ClientId, Input::ClientSecret].into_iter();
    if let Some(input) = credentials.find(|input| !has(*input) && !from_refresh_token) {
        return Err(needs(input));
    }
    if let Some(required) = &row.required
        && let Some(input) = required.get_ref().iter().find(|input| !has(**input))
    {
        let expected = format!("{} has no place in [endpoint.token.inputs]", input.as_str());
        return Err(Mistake::at(required, expected));
    }
    let path = row.path.map(|path| known_path(&path, paths, ignore_case)).transpose()?;
    Ok(GrantRow {
        is: row.is,
        path,
        when: row.when.into_iter().collect(),
        required: row.required.map(Spanned::into_inner).unwrap_or_default(),
        client_from_refresh_token: from_refresh_token,
    })
}

fn known_path(
    path: &Spanned<String>,
    paths: &[String],
    ignore_case: bool,
) -> Result<String, Mistake> {
    let is = |known: &&String| match ignore_case {
        true => known.eq_ignore_ascii_case(path.get_ref()),
        false => *known == path.get_ref(),
    };
    paths.iter().find(is).cloned().ok_or_else(|| {
        let hint = nearest::hint(path.get_ref(), paths.iter().map(String::as_str));
        let expected = format!("expected one of the endpoint's paths{hint}");
        Mistake::at(path, expected)
    })
}

/// Everything that has a name in a query or a body.
fn parameters(places: &Places, grants: &[GrantRow]) -> impl Iterator<Item = Box<str>> {
    let inputs = places.iter().flat_map(|(_, places)| places).filter_map(Place::parameter);
    let when = grants.iter().flat_map(|row| &row.when).map(|(name, _)| &**name);
    inputs.chain(when).map(Into::into).collect::<Vec<_>>().into_iter()
}

/// What a client secret is called wherever it may stand, unless it may stand in the
/// query.
fn not_in_query(places: &Places) -> Vec<Box<str>> {
    let secret = places.iter().find(|(input, _)| *input == Input::ClientSecret);
    let Some((_, secret)) = secret else { return Vec::new() };
    if secret.iter().any(|place| matches!(place.source, Source::Query(_))) {
        return Vec::new();
    }
    let own = secret.iter().filter_map(Place::parameter);
    own.chain(["client_secret"]).map(Into::into).collect()
}
