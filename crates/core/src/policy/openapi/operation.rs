//! One operation: a method of a path.

use crate::policy::openapi::Fault;
use crate::policy::openapi::document::{At, shown};
use crate::policy::openapi::parameter::{
    Parameter, Pointer, joined, read_parameters, read_pointer,
};
use crate::policy::openapi::security::Schemes;
use crate::policy::organization::OrganizationParameter;
use crate::policy::route::{Method, Operation, Security};
use crate::policy::template::Template;

/// What operations inherit from the document.
pub(super) struct Defaults<'s, 'd> {
    pub(super) root: At<'d>,
    pub(super) schemes: &'s Schemes<'d>,
    pub(super) security: Option<Security>,
    pub(super) organization: Option<Pointer<'d>>,
}

/// What operations inherit from their path.
pub(super) struct PathDefaults<'d> {
    pub(super) template: Template,
    pub(super) parameters: Vec<Parameter<'d>>,
    pub(super) organization: Option<Pointer<'d>>,
}

/// An operation, and the default `x-organization` that it follows.
pub(super) struct Read {
    pub(super) operation: Operation,
    pub(super) follows: Option<usize>,
}

/// Reads one operation, given with the line of its name; notes what is wrong with it.
pub(super) fn read_operation<'d>(
    (at, line): (At<'d>, usize),
    method: Method,
    path: &PathDefaults<'d>,
    defaults: &Defaults<'_, 'd>,
    faults: &mut Vec<Fault>,
) -> Option<Read> {
    let called = format!("{method} {}", shown(path.template.as_str()));
    if at.members().is_none() {
        faults.push(at.fault(format!("{called} is not an object")));
        return None;
    }
    if let Some(servers) = at.member("servers") {
        faults.push(servers.fault(
            "one operation cannot have its own servers: the gate has one address for a service",
        ));
    }
    let security = match at.member("security") {
        Some(own) => Some(defaults.schemes.required(own, faults)),
        None => defaults.security.clone(),
    };
    if security.is_none() {
        let message = format!(
            "{called} does not say who may call it: add security with a scheme and its scopes, \
             here or for the whole document, or \"security: []\" if anyone may"
        );
        faults.push(Fault { line, message });
    }
    let declared = joined(&path.parameters, read_parameters(defaults.root, at, faults));
    let (organization, follows) = organization(at, &called, (path, defaults), &declared, faults);
    let id = at
        .text_of("operationId")
        .filter(|id| !id.is_empty())
        .map_or_else(|| called.into(), Into::into);
    let operation = Operation {
        id,
        method,
        template: path.template.clone(),
        security: security?,
        organization,
    };
    Some(Read { operation, follows })
}

/// The operation's own `x-organization`, or the nearest default whose parameter it has.
fn organization<'d>(
    at: At<'d>,
    called: &str,
    (path, defaults): (&PathDefaults<'d>, &Defaults<'_, 'd>),
    declared: &[Parameter<'d>],
    faults: &mut Vec<Fault>,
) -> (Option<OrganizationParameter>, Option<usize>) {
    let mut named = |pointer: Pointer<'d>| match pointer.parameter(&path.template, declared) {
        Ok(found) => found,
        Err(fault) => {
            faults.push(fault);
            None
        }
    };
    if at.member("x-organization").is_none() {
        let mut inherited = [path.organization, defaults.organization].into_iter().flatten();
        let found = inherited.find_map(|pointer| Some((named(pointer)?, pointer.index())));
        return found.map_or((None, None), |(parameter, index)| (Some(parameter), Some(index)));
    }
    let Some(own) = read_pointer(at, faults) else { return (None, None) };
    match own.parameter(&path.template, declared) {
        Ok(Some(found)) => return (Some(found), None),
        Ok(None) => faults.push(own.missing(&format!("{called} has no parameter"))),
        Err(fault) => faults.push(fault),
    }
    (None, None)
}
