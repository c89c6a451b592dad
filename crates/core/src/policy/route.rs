//! Which operation a request calls.
//!
//! The path is settled first, then the method: where `/v1/ships/new` and
//! `/v1/ships/{imo}` both fit, the literal wins, whatever methods they have.

use std::borrow::Cow;
use std::fmt;

use crate::oauth::scope::ScopeSet;
use crate::policy::organization::OrganizationParameter;
use crate::policy::path::PlainPath;
use crate::policy::template::{Template, fits};
use crate::refusal::Reason;

/// The HTTP methods that a document can describe (OpenAPI 3.1 §4.8.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
    /// `TRACE`
    Trace,
}

impl Method {
    /// Every method with its name on the wire. Names are case-sensitive (RFC 9110 §9.1).
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::Get, "GET"),
        (Self::Head, "HEAD"),
        (Self::Post, "POST"),
        (Self::Put, "PUT"),
        (Self::Patch, "PATCH"),
        (Self::Delete, "DELETE"),
        (Self::Options, "OPTIONS"),
        (Self::Trace, "TRACE"),
    ];

    /// The method with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, mine)| *mine == name).map(|(method, _)| method)
    }

    /// The name as it stands in a request.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(method, _)| *method == self).map_or("", |(_, name)| name)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who may call an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Security {
    /// Anyone, without a token.
    Public,
    /// Whoever shows a token that holds every scope of one of these sets. An empty
    /// set asks for a valid token and no scope.
    AnyOf(Vec<ScopeSet>),
}

/// One operation of a service.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its `operationId`, or method and template where it has none.
    pub id: Box<str>,
    /// Its method.
    pub method: Method,
    /// Its path.
    pub template: Template,
    /// Who may call it.
    pub security: Security,
    /// Which organization a call touches, where the document says.
    pub organization: Option<OrganizationParameter>,
}

/// The operations of a service, as a tree of segments: finding one costs as much
/// in a document of a thousand operations as in one of ten.
#[derive(Clone, Debug)]
pub struct Routes {
    operations: Vec<Operation>,
    nodes: Vec<Node>,
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// Sorted by text.
    literals: Vec<(Box<str>, usize)>,
    /// Sorted by length of literal text, the longest first.
    shapes: Vec<(Vec<Box<str>>, usize)>,
    /// Operations of the path that ends here, by method.
    ends: Vec<(Method, usize)>,
}

/// Two operations that no request could tell apart.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{first} and {second} are the same path to a request; keep one of them")]
pub struct RouteConflict {
    /// The template that came first, in the order of the operations.
    pub first: Box<str>,
    /// The template that collides with it.
    pub second: Box<str>,
}

/// A request's operation.
#[derive(Clone, Copy, Debug)]
pub struct Match<'r, 'p> {
    /// The operation that the request calls.
    pub operation: &'r Operation,
    path: &'p PlainPath<'p>,
}

impl Routes {
    /// The routes of these operations.
    ///
    /// # Errors
    /// One [`RouteConflict`] for each two templates that have the same shape but for
    /// the names of their parameters, or that are the same for the same method.
    pub fn compile(operations: Vec<Operation>) -> Result<Self, Vec<RouteConflict>> {
        let mut routes = Self { operations: Vec::new(), nodes: vec![Node::default()] };
        let mut conflicts: Vec<RouteConflict> =
            operations.into_iter().filter_map(|operation| routes.add(operation).err()).collect();
        conflicts.dedup();
        if !conflicts.is_empty() {
            return Err(conflicts);
        }
        for node in &mut routes.nodes {
            let literal = |shape: &[Box<str>]| shape.iter().map(|text| text.len()).sum::<usize>();
            node.shapes
                .sort_by(|(a, _), (b, _)| literal(b).cmp(&literal(a)).then_with(|| a.cmp(b)));
        }
        Ok(routes)
    }

    /// The operation that a request calls. `method` is the request's, as sent. `HEAD`
    /// is answered by `GET`'s operation where it is not described itself (RFC 9110
    /// §9.3.2); `OPTIONS` only where it is described.
    ///
    /// # Errors
    /// [`Reason::OperationUnknown`] when no template fits the path,
    /// [`Reason::OperationMethod`] when the one that fits is not for this method,
    /// [`Reason::PathAmbiguous`] when an API that does not decode the path first would
    /// find another one ([`PlainPath::spelling`]).
    pub fn find<'r, 'p>(
        &'r self,
        method: &str,
        path: &'p PlainPath<'p>,
    ) -> Result<Match<'r, 'p>, Reason> {
        let ends = self.ends(path).ok_or(Reason::OperationUnknown)?;
        let of = |wanted| ends.iter().find(|(method, _)| *method == wanted);
        let found = Method::from_name(method).and_then(|wanted| match wanted {
            Method::Head => of(Method::Head).or_else(|| of(Method::Get)),
            wanted => of(wanted),
        });
        let operation = found.and_then(|(_, at)| self.operations.get(*at));
        let operation = operation.ok_or(Reason::OperationMethod)?;
        if !path.spells(operation.template.as_str()) {
            return Err(Reason::PathAmbiguous);
        }
        Ok(Match { operation, path })
    }

    /// The methods of the path, in the order of [`Method::ALL`], for the `Allow`
    /// header (RFC 9110 §10.2.1); empty when no template fits. `HEAD` is among them
    /// where `GET` is.
    pub fn allowed_methods(&self, path: &PlainPath<'_>) -> Vec<Method> {
        let ends = self.ends(path).unwrap_or_default();
        let has = |wanted| ends.iter().any(|(method, _)| *method == wanted);
        let allowed = |method| has(method) || (method == Method::Head && has(Method::Get));
        Method::ALL
            .into_iter()
            .map(|(method, _)| method)
            .filter(|method| allowed(*method))
            .collect()
    }

    /// Every operation, in the document's order.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    fn add(&mut self, operation: Operation) -> Result<(), RouteConflict> {
        let mut at = 0;
        for segment in operation.template.segments() {
            at = self.step(at, &segment.shape);
        }
        let (method, index) = (operation.method, self.operations.len());
        let Some(node) = self.nodes.get_mut(at) else { return Ok(()) };
        let mut others =
            node.ends.iter().filter_map(|(m, at)| Some((m, self.operations.get(*at)?)));
        if let Some((_, other)) =
            others.find(|(m, other)| **m == method || other.template != operation.template)
        {
            let (first, second) =
                (other.template.as_str().into(), operation.template.as_str().into());
            return Err(RouteConflict { first, second });
        }
        node.ends.push((method, index));
        self.operations.push(operation);
        Ok(())
    }

    /// The node below `at` for a segment of this shape, made if it is not there.
    fn step(&mut self, at: usize, shape: &[Box<str>]) -> usize {
        let fresh = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else { return at };
        let next = match shape {
            [text] => match node.literals.binary_search_by(|(mine, _)| mine.cmp(text)) {
                Ok(found) => node.literals.get(found).map(|(_, next)| *next),
                Err(place) => {
                    node.literals.insert(place, (text.clone(), fresh));
                    None
                }
            },
            shape => {
                let found = node.shapes.iter().find(|(mine, _)| mine == shape);
                let found = found.map(|(_, next)| *next);
                if found.is_none() {
                    node.shapes.push((shape.to_vec(), fresh));
                }
                found
            }
        };
        next.unwrap_or_else(|| {
            self.nodes.push(Node::default());
            fresh
        })
    }

    fn ends(&self, path: &PlainPath<'_>) -> Option<&[(Method, usize)]> {
        self.descend(0, path.as_str().strip_prefix('/'))
    }

    /// The end of the best path below `at` that fits the rest. Every node is entered
    /// at most once, and a template has at most 64 segments: this stays small.
    fn descend(&self, at: usize, rest: Option<&str>) -> Option<&[(Method, usize)]> {
        let node = self.nodes.get(at)?;
        let Some(rest) = rest else {
            return (!node.ends.is_empty()).then_some(&*node.ends);
        };
        let (segment, rest) = match rest.split_once('/') {
            Some((segment, rest)) => (segment, Some(rest)),
            None => (rest, None),
        };
        let literal = node.literals.binary_search_by(|(mine, _)| (**mine).cmp(segment)).ok();
        let literal = literal.and_then(|found| node.literals.get(found)).map(|(_, next)| *next);
        let is_miswritten = literal.is_none() && node.has_in_another_case(segment);
        let shapes = node.shapes.iter().filter(|(shape, _)| !is_miswritten && fits(shape, segment));
        let shapes = shapes.map(|(_, next)| *next);
        literal.into_iter().chain(shapes).find_map(|next| self.descend(next, rest))
    }
}

impl Node {
    /// True when a literal is this segment but for the case of its letters. An API that
    /// takes any case would serve the literal's operation, so no parameter may fit it.
    fn has_in_another_case(&self, segment: &str) -> bool {
        !self.shapes.is_empty()
            && self.literals.iter().any(|(literal, _)| literal.eq_ignore_ascii_case(segment))
    }
}

impl<'p> Match<'_, 'p> {
    /// The organization that the call touches, as the request names it; `None` when
    /// the operation knows no such parameter, or it is optional and absent. `query`
    /// is raw, without its `?`; `header` gives every value of the named header.
    ///
    /// # Errors
    /// As [`OrganizationParameter::named`].
    pub fn organization_named<'m, I>(
        &self,
        query: Option<&'m str>,
        header: impl FnOnce(&str) -> I,
    ) -> Result<Option<Cow<'m, str>>, Reason>
    where
        'p: 'm,
        I: IntoIterator<Item = &'m [u8]>,
    {
        match &self.operation.organization {
            Some(parameter) => parameter.named(self.path, query, header),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
