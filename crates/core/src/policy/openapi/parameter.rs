//! Parameters of operations, and `x-organization`.

use crate::policy::openapi::Fault;
use crate::policy::openapi::document::{At, shown};
use crate::policy::openapi::reference::resolve;
use crate::policy::organization::{OrganizationParameter, Place};
use crate::policy::template::Template;

/// The most parameters of one path or operation.
const MOST: usize = 100;

/// A parameter that an operation declares.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter<'d> {
    place: &'d str,
    name: &'d str,
    required: bool,
}

/// An `x-organization`: where calls name the organization.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pointer<'d> {
    at: At<'d>,
    place: Place,
    name: &'d str,
}

/// The `parameters` member of a path item or an operation.
pub(super) fn read_parameters<'d>(
    root: At<'d>,
    holder: At<'d>,
    faults: &mut Vec<Fault>,
) -> Vec<Parameter<'d>> {
    let Some(list) = holder.member("parameters") else { return Vec::new() };
    let Some(items) = list.items().filter(|items| items.len() <= MOST) else {
        faults.push(list.fault(format!("parameters is a list of at most {MOST} objects")));
        return Vec::new();
    };
    let mut parameters: Vec<Parameter<'d>> = Vec::new();
    for item in items {
        match read_parameter(root, item) {
            Ok(new) if parameters.iter().any(|old| old.is_same(&new)) => {
                faults.push(item.fault(format!(
                    "the parameter \"{}\" stands twice in this list: keep one",
                    shown(new.name)
                )))
            }
            Ok(new) => parameters.push(new),
            Err(fault) => faults.push(fault),
        }
    }
    parameters
}

/// The operation's own parameters and those of its path that it does not replace.
pub(super) fn joined<'d>(
    path: &[Parameter<'d>],
    mut own: Vec<Parameter<'d>>,
) -> Vec<Parameter<'d>> {
    let inherited: Vec<_> =
        path.iter().filter(|old| !own.iter().any(|new| new.is_same(old))).copied().collect();
    own.extend(inherited);
    own
}

/// The `x-organization` member of an operation, a path item or the document.
pub(super) fn read_pointer<'d>(holder: At<'d>, faults: &mut Vec<Fault>) -> Option<Pointer<'d>> {
    let at = holder.member("x-organization")?;
    let unknown =
        at.members().into_iter().flatten().find(|(name, ..)| !matches!(*name, "in" | "name"));
    if let Some((name, line, _)) = unknown {
        let message = format!("x-organization knows \"in\" and \"name\", not \"{}\"", shown(name));
        faults.push(Fault { line, message });
        return None;
    }
    let place = match at.text_of("in") {
        Some("path") => Some(Place::Path),
        Some("query") => Some(Place::Query),
        Some("header") => Some(Place::Header),
        _ => None,
    };
    match (place, at.text_of("name").filter(|name| !name.is_empty())) {
        (Some(place), Some(name)) => Some(Pointer { at, place, name }),
        _ => {
            faults.push(at.fault("x-organization is written {in: path, name: organizationId}, with path, query or header"));
            None
        }
    }
}

impl<'d> Pointer<'d> {
    /// The parameter of an operation that this names; `None` when it declares none.
    pub(super) fn parameter(
        self,
        template: &Template,
        declared: &[Parameter<'_>],
    ) -> Result<Option<OrganizationParameter>, Fault> {
        let wanted = |place: &str, same: fn(&str, &str) -> bool| {
            declared.iter().find(|p| p.place == place && same(p.name, self.name))
        };
        Ok(match self.place {
            Place::Path if !template.has_parameter(self.name) => None,
            Place::Path => Some(OrganizationParameter::in_path(template, self.name).ok_or_else(|| {
                self.at.fault(format!(
                    "\"{}\" shares its segment of {} with another parameter: give the organization a segment of its own",
                    shown(self.name),
                    shown(template.as_str())
                ))
            })?),
            Place::Query => wanted("query", |a, b| a == b)
                .map(|p| OrganizationParameter::in_query(self.name, p.required)),
            Place::Header => wanted("header", str::eq_ignore_ascii_case)
                .map(|p| OrganizationParameter::in_header(self.name, p.required)),
        })
    }

    /// The fault of naming a parameter that is not there.
    pub(super) fn missing(self, claim: &str) -> Fault {
        let remedy = match self.place {
            Place::Path => "write it in the path, in braces",
            Place::Query => "declare it among the query parameters",
            Place::Header => "declare it among the header parameters",
        };
        self.at
            .fault(format!("{claim} \"{}\": {remedy}, or correct x-organization", shown(self.name)))
    }

    /// The node of this `x-organization`, the same for every alias of it.
    pub(super) fn index(self) -> usize {
        self.at.index()
    }
}

impl Parameter<'_> {
    fn is_same(&self, other: &Parameter<'_>) -> bool {
        let same_name = match self.place {
            "header" => self.name.eq_ignore_ascii_case(other.name),
            _ => self.name == other.name,
        };
        self.place == other.place && same_name
    }
}

fn read_parameter<'d>(root: At<'d>, item: At<'d>) -> Result<Parameter<'d>, Fault> {
    let at = resolve(root, item)?;
    let place =
        at.text_of("in").filter(|place| matches!(*place, "path" | "query" | "header" | "cookie"));
    match (place, at.text_of("name")) {
        (Some(place), Some(name)) => {
            let required = at.member("required").is_some_and(At::is_true);
            Ok(Parameter { place, name, required })
        }
        _ => Err(at.fault("a parameter has a name, and \"in\": path, query, header or cookie")),
    }
}
