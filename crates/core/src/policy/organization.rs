//! Which organization a call touches: the `x-organization` of its operation.

use std::borrow::Cow;

use crate::policy::path::{PlainPath, percent_decoded};
use crate::policy::template::{Spot, Template};
use crate::refusal::Reason;

/// Where a request names an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A parameter of the path.
    Path,
    /// A parameter of the query.
    Query,
    /// A header.
    Header,
}

/// The parameter that names the organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationParameter {
    /// Where it stands.
    pub place: Place,
    /// Its name. Query and header names are compared without regard to case: some
    /// frameworks read `ORGANIZATIONID` as `organizationId`, so the gate does too.
    pub name: Box<str>,
    /// True when a call must have it. In the path it is always there.
    pub required: bool,
    spot: Option<Spot>,
}

impl OrganizationParameter {
    /// A parameter of the path, if the template has it in a segment without another.
    pub fn in_path(template: &Template, name: &str) -> Option<Self> {
        let spot = Some(template.spot(name)?);
        Some(Self { place: Place::Path, name: name.into(), required: true, spot })
    }

    /// A parameter of the query.
    pub fn in_query(name: &str, required: bool) -> Self {
        Self { place: Place::Query, name: name.into(), required, spot: None }
    }

    /// A header.
    pub fn in_header(name: &str, required: bool) -> Self {
        Self { place: Place::Header, name: name.into(), required, spot: None }
    }

    /// The organization that the request names, decoded; `None` when it names none
    /// and need not. `query` is raw, without its `?`; `header` gives every value of
    /// the header with that name.
    ///
    /// # Errors
    /// [`Reason::ParameterRepeated`] when it is named twice,
    /// [`Reason::OrganizationMissing`] when it is required and absent, or empty,
    /// [`Reason::ParameterMalformed`] when it cannot be read in one way only.
    pub fn named<'m, I>(
        &self,
        path: &'m PlainPath<'_>,
        query: Option<&'m str>,
        header: impl FnOnce(&str) -> I,
    ) -> Result<Option<Cow<'m, str>>, Reason>
    where
        I: IntoIterator<Item = &'m [u8]>,
    {
        let found = match self.place {
            Place::Path => self.spot.and_then(|spot| spot.value(path)).map(Cow::Borrowed),
            Place::Query => query_value(&self.name, query.unwrap_or_default())?,
            Place::Header => header_value(header(&self.name))?,
        };
        match found {
            Some(value) if value.is_empty() => Err(Reason::OrganizationMissing),
            Some(value) if value.contains(char::is_control) => Err(Reason::ParameterMalformed),
            None if self.required => Err(Reason::OrganizationMissing),
            found => Ok(found),
        }
    }
}

fn query_value<'q>(name: &str, query: &'q str) -> Result<Option<Cow<'q, str>>, Reason> {
    let mut found = None;
    for pair in query.split('&') {
        // Some frameworks part pairs at ";" as well: such a pair has two readings.
        for piece in pair.split(';') {
            let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
            if !is_called(name, &form_decoded(key)?)? {
                continue;
            }
            if piece.len() != pair.len() {
                return Err(Reason::ParameterMalformed);
            }
            if found.replace(form_decoded(value)?).is_some() {
                return Err(Reason::ParameterRepeated);
            }
        }
    }
    Ok(found)
}

/// True when a decoded key names the parameter. Keys that some frameworks would
/// take for it (`name[]`, a control character after it, `na.me` for `na_me`) have two
/// readings.
fn is_called(name: &str, key: &str) -> Result<bool, Reason> {
    let key = key.trim();
    if key.contains(char::is_control) {
        return Err(Reason::ParameterMalformed);
    }
    let Some((start, after)) = key.split_at_checked(name.len()) else { return Ok(false) };
    if !start.bytes().zip(name.bytes()).all(|(one, other)| folded(one) == folded(other)) {
        return Ok(false);
    }
    match after {
        "" if start.eq_ignore_ascii_case(name) => Ok(true),
        "" => Err(Reason::ParameterMalformed),
        after if after.starts_with('[') => Err(Reason::ParameterMalformed),
        _ => Ok(false),
    }
}

/// What a framework may take for one character in a name: PHP keeps no dot, no space.
const fn folded(byte: u8) -> u8 {
    match byte {
        b'.' | b' ' | b'_' => b'_',
        other => other.to_ascii_lowercase(),
    }
}

/// Decodes a query's name or value: `+` is a space, then percent escapes.
fn form_decoded(text: &str) -> Result<Cow<'_, str>, Reason> {
    if !text.contains(['%', '+']) {
        return Ok(Cow::Borrowed(text));
    }
    let bytes = percent_decoded(&text.replace('+', " ")).ok_or(Reason::ParameterMalformed)?;
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| Reason::ParameterMalformed)
}

fn header_value<'h>(
    values: impl IntoIterator<Item = &'h [u8]>,
) -> Result<Option<Cow<'h, str>>, Reason> {
    let mut values = values.into_iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Reason::ParameterRepeated);
    }
    if !first.iter().all(|b| matches!(b, b'\t' | 0x20..=0x7e)) {
        return Err(Reason::ParameterMalformed);
    }
    let text = std::str::from_utf8(first).map_err(|_| Reason::ParameterMalformed)?;
    Ok(Some(Cow::Borrowed(text.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        parameter: &OrganizationParameter,
        query: Option<&str>,
        values: &[&str],
    ) -> Result<Option<String>, Reason> {
        let path = PlainPath::read("/v1/4200.json/x").unwrap();
        let header = |name: &str| {
            assert_eq!(name, &*parameter.name);
            values.iter().map(|value| value.as_bytes())
        };
        parameter.named(&path, query, header).map(|found| found.map(Cow::into_owned))
    }

    #[test]
    fn the_query_names_the_organization_once() {
        use Reason::{OrganizationMissing, ParameterMalformed, ParameterRepeated};
        let optional = OrganizationParameter::in_query("organizationId", false);
        for (query, expected) in [
            (None, Ok(None)),
            (Some(""), Ok(None)),
            (Some("limit=5"), Ok(None)),
            (Some("limit=5&organizationId=4200"), Ok(Some("4200"))),
            (Some("organization%49d=4200"), Ok(Some("4200"))),
            (Some("ORGANIZATIONID=4200"), Ok(Some("4200"))),
            (Some("%20organizationId=4200"), Ok(Some("4200"))),
            (Some("organizationId=a+b%2Fc"), Ok(Some("a b/c"))),
            (Some("organizationIdentity=1&organization=2"), Ok(None)),
            (Some("x=organizationId"), Ok(None)),
            (Some("organizationId=1=2"), Ok(Some("1=2"))),
            (Some("é=1&organizationId=4200"), Ok(Some("4200"))),
            (Some("organizationId=4200&organizationId=4200"), Err(ParameterRepeated)),
            (Some("organizationId=4200&organization%49d=5100"), Err(ParameterRepeated)),
            (Some("organizationId=4200&OrganizationId=5100"), Err(ParameterRepeated)),
            (Some("organizationId="), Err(OrganizationMissing)),
            (Some("organizationId"), Err(OrganizationMissing)),
            (Some("organizationId=4200;x=1"), Err(ParameterMalformed)),
            (Some("x=1;organizationId=4200"), Err(ParameterMalformed)),
            (Some("organizationId[]=4200"), Err(ParameterMalformed)),
            (Some("organizationId%5B0%5D=4200"), Err(ParameterMalformed)),
            (Some("organizationId%00=4200"), Err(ParameterMalformed)),
            (Some("organizationId=%ff"), Err(ParameterMalformed)),
            (Some("organizationId=42%0a00"), Err(ParameterMalformed)),
            (Some("organizationId=%zz"), Err(ParameterMalformed)),
            (Some("%zz=1"), Err(ParameterMalformed)),
        ] {
            let expected = expected.map(|found: Option<&str>| found.map(str::to_owned));
            assert_eq!(check(&optional, query, &[]), expected, "{query:?}");
        }
        let underscored = OrganizationParameter::in_query("organization_id", false);
        for query in ["organization.id=5100", "organization_id=4200&organization%20id=5100"] {
            assert_eq!(check(&underscored, Some(query), &[]), Err(ParameterMalformed), "{query}");
        }
        let required = OrganizationParameter::in_query("organizationId", true);
        assert_eq!(check(&required, Some("limit=5"), &["4200"]), Err(OrganizationMissing));
        assert_eq!(check(&required, None, &[]), Err(OrganizationMissing));
    }

    #[test]
    fn a_header_names_the_organization_once() {
        let header = OrganizationParameter::in_header("X-Organization", false);
        assert_eq!(check(&header, Some("X-Organization=1"), &[]), Ok(None));
        assert_eq!(check(&header, None, &[" 4200 "]), Ok(Some("4200".to_owned())));
        assert_eq!(check(&header, None, &["1", "1"]), Err(Reason::ParameterRepeated));
        assert_eq!(check(&header, None, &[" "]), Err(Reason::OrganizationMissing));
        assert_eq!(check(&header, None, &["42é"]), Err(Reason::ParameterMalformed));
        let required = OrganizationParameter::in_header("X-Organization", true);
        assert_eq!(check(&required, None, &[]), Err(Reason::OrganizationMissing));
    }

    #[test]
    fn the_path_names_the_organization() {
        let template = Template::read("/v1/{id}.json/{rest}").unwrap();
        let parameter = OrganizationParameter::in_path(&template, "id").unwrap();
        assert_eq!(check(&parameter, Some("id=5100"), &["5100"]), Ok(Some("4200".to_owned())));
        assert_eq!(OrganizationParameter::in_path(&template, "other"), None);
    }
}
