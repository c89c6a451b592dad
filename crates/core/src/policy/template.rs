//! Path templates: `/v1/ships/{imo}`, `/v1/{report}.json`.

use crate::policy::path::PlainPath;

/// The most segments of one template; it bounds the depth of the route tree.
const MOST_SEGMENTS: usize = 64;

/// One path of a document (OpenAPI 3.1 §4.8.8), read once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: Box<str>,
    segments: Vec<Segment>,
}

/// One segment: literal texts with a parameter between each two of them. A plain
/// literal has one text, a plain parameter two empty ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) shape: Vec<Box<str>>,
    names: Vec<Box<str>>,
}

/// Where a template holds one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    segment: usize,
    /// Bytes of literal text before and after the parameter in its segment.
    before: usize,
    after: usize,
}

/// The text was no template that a request could meet in one way only.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum TemplateError {
    /// It does not start with `/`.
    #[error("a path starts with \"/\"")]
    NoSlash,
    /// A literal part that no plain request path can have.
    #[error(
        "no request can have this path: it needs plain segments, without empty or dot segments, \
         \"?\", \"#\", \";\" or a backslash; write other characters percent-encoded"
    )]
    NotPlain,
    /// Braces that do not pair, or hold nothing.
    #[error("a parameter is written {{name}}, with a name and both braces, within one segment")]
    Braces,
    /// Nothing parts two parameters.
    #[error("two parameters need a text between them, otherwise nobody knows where one ends")]
    Adjacent,
    /// The same parameter stands twice.
    #[error("the same parameter stands twice in this path: give each its own name")]
    Repeated,
    /// More than 64 segments.
    #[error("a path has at most 64 segments")]
    TooLong,
}

impl Template {
    /// Reads a template. Literal parts may be percent-encoded, as in a request.
    ///
    /// # Errors
    /// [`TemplateError`] says what is wrong with it.
    pub fn read(text: &str) -> Result<Self, TemplateError> {
        let rest = text.strip_prefix('/').ok_or(TemplateError::NoSlash)?;
        let segments: Vec<Segment> =
            rest.split('/').map(read_segment).collect::<Result<_, TemplateError>>()?;
        if segments.len() > MOST_SEGMENTS {
            return Err(TemplateError::TooLong);
        }
        let last = segments.len().saturating_sub(1);
        if segments
            .iter()
            .take(last)
            .any(|s| s.shape.iter().all(|t| t.is_empty()) && s.names.is_empty())
        {
            return Err(TemplateError::NotPlain);
        }
        let mut names: Vec<&str> = segments.iter().flat_map(|s| &s.names).map(|n| &**n).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        if names.len() < all {
            return Err(TemplateError::Repeated);
        }
        Ok(Self { text: text.into(), segments })
    }

    /// The template as the document writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// True when the template has a parameter of this name.
    pub fn has_parameter(&self, name: &str) -> bool {
        self.segments.iter().any(|segment| segment.names.iter().any(|mine| &**mine == name))
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Where the parameter stands, if it has a segment without another one: beside
    /// another its value could be read in several ways.
    pub(crate) fn spot(&self, name: &str) -> Option<Spot> {
        let alone = |segment: &Segment| matches!(&*segment.names, [only] if &**only == name);
        let (at, segment) = self.segments.iter().enumerate().find(|(_, s)| alone(s))?;
        match &*segment.shape {
            [before, after] => Some(Spot { segment: at, before: before.len(), after: after.len() }),
            _ => None,
        }
    }
}

impl Spot {
    /// The parameter's value in a path that fits the template.
    pub(crate) fn value<'p>(&self, path: &'p PlainPath<'_>) -> Option<&'p str> {
        let segment = path.segments().nth(self.segment)?;
        segment.get(self.before..segment.len().checked_sub(self.after)?)
    }
}

/// True when a decoded segment fits the shape, each parameter having at least one
/// character. Of several readings the leftmost, shortest counts.
pub(crate) fn fits(shape: &[Box<str>], segment: &str) -> bool {
    let Some((first, rest)) = shape.split_first() else { return false };
    let Some((last, middle)) = rest.split_last() else { return **first == *segment };
    let inner = segment.strip_prefix(&**first).and_then(|s| s.strip_suffix(&**last));
    let Some(mut inner) = inner else { return false };
    for literal in middle {
        let mut characters = inner.chars();
        characters.next();
        match characters.as_str().split_once(&**literal) {
            Some((_, after)) => inner = after,
            None => return false,
        }
    }
    !inner.is_empty()
}

fn read_segment(text: &str) -> Result<Segment, TemplateError> {
    let mut pieces = text.split('{');
    let mut shape = vec![literal(pieces.next().unwrap_or_default())?];
    let mut names: Vec<Box<str>> = Vec::new();
    for piece in pieces {
        let (name, after) = piece.split_once('}').ok_or(TemplateError::Braces)?;
        if name.is_empty() {
            return Err(TemplateError::Braces);
        }
        if !names.is_empty() && shape.last().is_some_and(|before| before.is_empty()) {
            return Err(TemplateError::Adjacent);
        }
        names.push(name.into());
        shape.push(literal(after)?);
    }
    let dots = names.is_empty() && shape.first().is_some_and(|text| matches!(&**text, "." | ".."));
    if dots { Err(TemplateError::NotPlain) } else { Ok(Segment { shape, names }) }
}

/// A literal part of a segment, decoded as a request's path would be.
fn literal(text: &str) -> Result<Box<str>, TemplateError> {
    if text.contains('}') {
        return Err(TemplateError::Braces);
    }
    // The "x" keeps a lone dot, which may stand beside a parameter, from being a segment.
    let raw = format!("/x{text}");
    let path = PlainPath::read(&raw).map_err(|_| TemplateError::NotPlain)?;
    Ok(path.as_str().trim_start_matches('/').strip_prefix('x').unwrap_or_default().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_template_is_refused() {
        for (text, error) in [
            ("", TemplateError::NoSlash),
            ("v1", TemplateError::NoSlash),
            ("/a//b", TemplateError::NotPlain),
            ("//", TemplateError::NotPlain),
            ("/a/../b", TemplateError::NotPlain),
            ("/%2e", TemplateError::NotPlain),
            ("/a?b=c", TemplateError::NotPlain),
            ("/a#b", TemplateError::NotPlain),
            ("/a;v=1", TemplateError::NotPlain),
            ("/café", TemplateError::NotPlain),
            ("/a%2fb", TemplateError::NotPlain),
            ("/{}", TemplateError::Braces),
            ("/{a", TemplateError::Braces),
            ("/a}", TemplateError::Braces),
            ("/{a/b}", TemplateError::Braces),
            ("/{a}{b}", TemplateError::Adjacent),
            ("/{a}/{a}", TemplateError::Repeated),
        ] {
            assert_eq!(Template::read(text).map(|_| ()), Err(error), "{text}");
        }
        assert!(Template::read(&"/a".repeat(MOST_SEGMENTS)).is_ok());
        assert_eq!(Template::read(&"/a".repeat(65)).unwrap_err(), TemplateError::TooLong);
    }

    #[test]
    fn segments_fit_shapes() {
        for (segment, text, expected) in [
            ("{id}", "a", true),
            ("{id}", "", false),
            ("ships", "ships", true),
            ("ships", "Ships", false),
            ("{id}.json", "a.json", true),
            ("{id}.json", ".json", false),
            ("{id}.json", "a.json.json", true),
            ("{id}.json", "a.xml", false),
            ("v{n}", "v1", true),
            ("v{n}", "v", false),
            ("{a}-{b}", "x-y", true),
            ("{a}-{b}", "-y", false),
            ("{a}-{b}", "x-", false),
            ("{a}-{b}", "--y", true),
            ("{a}..{b}..{c}", "1..2..3", true),
            ("{a}..{b}..{c}", "1..2", false),
            ("x{a}x", "xx", false),
            ("x{a}x", "xxx", true),
            ("caf%C3%A9", "café", true),
        ] {
            assert_eq!(
                fits(&read_segment(segment).unwrap().shape, text),
                expected,
                "{segment} {text}"
            );
        }
    }

    #[test]
    fn a_parameter_has_one_spot() {
        let template = Template::read("/v1/{org}.json/{a}-{b}").unwrap();
        let path = PlainPath::read("/v1/42%2E00.json/1-2").unwrap();
        assert_eq!(template.spot("org").unwrap().value(&path), Some("42.00"));
        assert_eq!(template.spot("a"), None);
        assert!(template.has_parameter("a") && !template.has_parameter("c"));
    }
}
