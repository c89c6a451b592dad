//! `paths`: every path item, and every operation of it.

use std::collections::{HashMap, HashSet};

use crate::policy::openapi::document::{At, shown};
use crate::policy::openapi::operation::{Defaults, PathDefaults, read_operation};
use crate::policy::openapi::parameter::{read_parameters, read_pointer};
use crate::policy::openapi::reference::resolve;
use crate::policy::openapi::security::Schemes;
use crate::policy::openapi::{Fault, MOST_FAULTS};
use crate::policy::route::{Method, Operation};
use crate::policy::template::Template;

/// The most paths, and the most operations, of one document.
const MOST: usize = 10_000;
/// The most members of one path item.
const MOST_MEMBERS: usize = 100;

/// Members of a path item that describe no operation (OpenAPI 3.1 §4.8.9).
const BESIDE: [&str; 5] = ["$ref", "summary", "description", "parameters", "servers"];

/// The document's operations, in order.
#[derive(Debug, Default)]
pub(super) struct Paths {
    pub(super) operations: Vec<Operation>,
    /// The line of each operation.
    pub(super) operation_lines: Vec<usize>,
    /// The line of each template.
    pub(super) lines: HashMap<String, usize>,
    /// Defaults for `x-organization` that some operation follows.
    followed: HashSet<usize>,
}

impl Paths {
    /// Reads all paths; notes what is wrong with them.
    pub(super) fn read<'d>(root: At<'d>, schemes: &Schemes<'d>, faults: &mut Vec<Fault>) -> Self {
        let mut paths = Self::default();
        let listed = root.member("paths").unwrap_or(root);
        let members =
            root.member("paths").and_then(At::members).filter(|paths| paths.len() <= MOST);
        let Some(members) = members else {
            faults.push(listed.fault(format!("paths is an object with at most {MOST} paths")));
            return paths;
        };
        let defaults = Defaults {
            root,
            schemes,
            security: root.member("security").map(|at| schemes.required(at, faults)),
            organization: read_pointer(root, faults),
        };
        for (path, line, item) in members.filter(|(path, ..)| !path.starts_with("x-")) {
            if faults.len() > MOST_FAULTS {
                return paths;
            }
            if paths.operations.len() > MOST {
                faults.push(Fault {
                    line,
                    message: format!("more than {MOST} operations: split the service"),
                });
                return paths;
            }
            match Template::read(path) {
                Ok(template) => paths.read_item((template, line), item, &defaults, faults),
                Err(error) => {
                    faults.push(Fault { line, message: format!("{}: {error}", shown(path)) })
                }
            }
        }
        if let Some(unused) =
            defaults.organization.filter(|pointer| !paths.followed.contains(&pointer.index()))
        {
            faults.push(unused.missing("no operation of this document has the parameter"));
        }
        if paths.operations.is_empty() && faults.is_empty() {
            faults.push(
                listed.fault(
                    "the document describes no operation, so the gate would refuse every call",
                ),
            );
        }
        paths
    }

    fn read_item<'d>(
        &mut self,
        (template, line): (Template, usize),
        item: At<'d>,
        defaults: &Defaults<'_, 'd>,
        faults: &mut Vec<Fault>,
    ) {
        self.lines.insert(template.as_str().to_owned(), line);
        let item = match resolve(defaults.root, item) {
            Ok(item) => item,
            Err(fault) => return faults.push(fault),
        };
        let Some(members) = item.members().filter(|members| members.len() <= MOST_MEMBERS) else {
            let message = format!("a path is an object with at most {MOST_MEMBERS} members");
            return faults.push(item.fault(message));
        };
        if let Some(servers) = item.member("servers") {
            faults.push(servers.fault(
                "one path cannot have its own servers: the gate has one address for a service",
            ));
        }
        let path = PathDefaults {
            template,
            parameters: read_parameters(defaults.root, item, faults),
            organization: read_pointer(item, faults),
        };
        for (name, line, at) in
            members.filter(|(name, ..)| !name.starts_with("x-") && !BESIDE.contains(name))
        {
            let Some(method) = method(name) else {
                let message = format!(
                    "\"{}\" is no method that OpenAPI knows: get, put, post, delete, options, head, patch or trace",
                    shown(name)
                );
                faults.push(Fault { line, message });
                continue;
            };
            if let Some(read) = read_operation((at, line), method, &path, defaults, faults) {
                self.operations.push(read.operation);
                self.operation_lines.push(line);
                self.followed.extend(read.follows);
            }
        }
        if let Some(unused) =
            path.organization.filter(|pointer| !self.followed.contains(&pointer.index()))
        {
            faults.push(unused.missing("no operation of this path has the parameter"));
        }
    }
}

/// Documents write methods in small letters.
fn method(name: &str) -> Option<Method> {
    Method::ALL
        .into_iter()
        .find(|(_, upper)| upper.to_ascii_lowercase() == name)
        .map(|(method, _)| method)
}
