//! The organizations of a declared state: what is another, where each will hang when
//! everything is as declared, and the order in which they get there.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::org::organization::Organization;
use crate::org::reach::DEEPEST;
use crate::state::declared::{Declared, DeclaredOrganization, Fault};
use crate::state::difference::{Existing, There, is_known};
use crate::state::step::{OrganizationStep, Step, listed};

/// The steps that enter and change organizations, each after those that it will be below.
/// So nothing is put below what still hangs below it, and each has its own contract as
/// soon as it hangs where it is to.
///
/// Parents that nobody knows, circles, and a tree that is too deep are noted as faults.
pub(super) fn organizations(
    declared: &Declared,
    existing: &Existing,
    there: &There<'_>,
    faults: &mut Vec<Fault>,
) -> Vec<Step> {
    for one in &declared.organizations {
        let unknown = one.parent.as_deref().filter(|parent| !is_known(parent, declared, there));
        if let Some(parent) = unknown {
            let message = format!("organization.parent: there is no organization {parent}");
            faults.push(Fault::at(one.line, message));
        }
    }
    let tree = Tree::new(declared, existing);
    tree.check(faults);
    let step = |to: &DeclaredOrganization| match there.organizations.get(to.external_id.as_str()) {
        Some(is) => changed(to, is, there),
        None => Some(Step::EnterOrganization(to.clone())),
    };
    tree.downwards(declared).into_iter().filter_map(step).collect()
}

/// What will be below what, by the names that files use; by ours where the vendor has none.
struct Tree<'s> {
    above: HashMap<&'s str, Option<&'s str>>,
    /// Those that are entered or moved, and where they stand in the file.
    placed: HashMap<&'s str, usize>,
}

impl<'s> Tree<'s> {
    fn new(declared: &'s Declared, existing: &'s Existing) -> Self {
        let names: HashMap<&str, &str> =
            existing.organizations.iter().map(|one| (one.id.as_str(), one.api_id())).collect();
        let is_above = |one: &'s Organization| {
            let parent = one.parent.as_ref().and_then(|parent| names.get(parent.as_str()));
            (one.api_id(), parent.copied())
        };
        let mut above: HashMap<_, _> = existing.organizations.iter().map(is_above).collect();
        let mut placed = HashMap::new();
        for one in &declared.organizations {
            let (name, parent) = (one.external_id.as_str(), one.parent.as_deref());
            if above.insert(name, parent) != Some(parent) {
                placed.insert(name, one.line);
            }
        }
        Self { above, placed }
    }

    /// An organization and those that will be above it, nearest first; no further than one
    /// more than may be.
    fn upwards(&self, name: &'s str) -> impl Iterator<Item = &'s str> {
        let above = |name: &&'s str| self.above.get(name).copied().flatten();
        std::iter::successors(Some(name), above).take(DEEPEST + 1)
    }

    /// Notes circles and what is too deep, as far as the file is the cause.
    fn check(&self, faults: &mut Vec<Fault>) {
        let mut too_deep: BTreeSet<usize> = BTreeSet::new();
        for name in self.above.keys().copied() {
            let chain: Vec<&str> = self.upwards(name).collect();
            let again = chain.iter().skip(1).position(|above| *above == name);
            match (again, self.placed.get(name)) {
                (Some(at), Some(line)) => {
                    let circle: Vec<&str> = chain.into_iter().skip(1).take(at + 1).collect();
                    let message = format!(
                        "organization.parent: {name} would be below itself: below {}",
                        circle.join(", below ")
                    );
                    faults.push(Fault::at(*line, message));
                }
                (None, _) if chain.len() > DEEPEST && is_straight(&chain) => {
                    too_deep.extend(chain.iter().find_map(|above| self.placed.get(above).copied()));
                }
                _ => {}
            }
        }
        let told = format!("organization.parent: the tree would be more than {DEEPEST} deep");
        faults.extend(too_deep.into_iter().map(|line| Fault::at(line, told.clone())));
    }

    /// The declared ones in the order of the file, but each after those above it.
    fn downwards<'d>(&self, declared: &'d Declared) -> Vec<&'d DeclaredOrganization>
    where
        'd: 's,
    {
        let named = declared.organizations.iter().map(|one| (one.external_id.as_str(), one));
        let named: HashMap<&str, &DeclaredOrganization> = named.collect();
        let mut seen = HashSet::new();
        let mut ordered = Vec::with_capacity(named.len());
        for one in &declared.organizations {
            let mut chain: Vec<&str> = self.upwards(&one.external_id).collect();
            chain.reverse();
            let new = chain.into_iter().filter(|name| seen.insert(*name));
            ordered.extend(new.filter_map(|name| named.get(name)));
        }
        ordered
    }
}

/// True when nothing stands twice in it, as in a way that leads into a circle.
fn is_straight(chain: &[&str]) -> bool {
    chain.iter().collect::<HashSet<_>>().len() == chain.len()
}

fn changed(to: &DeclaredOrganization, is: &Organization, there: &There<'_>) -> Option<Step> {
    let mut told = Vec::new();
    let name = (to.name != is.name).then(|| to.name.clone());
    if name.is_some() {
        told.push(format!("name: {:?}; before: {:?}", to.name, is.name));
    }
    let before = is.parent.as_ref().map(|id| {
        let external = there.external.get(id.as_str()).copied();
        external.unwrap_or(id.as_str())
    });
    let parent = (to.parent.as_deref() != before).then(|| to.parent.clone());
    if parent.is_some() {
        let place = |parent: Option<&str>| parent.map_or("the top".to_owned(), str::to_owned);
        let (to, was) = (place(to.parent.as_deref()), place(before));
        told.push(format!("parent: {to}; before: {was}"));
    }
    let sorted = |names: &Option<Vec<String>>| {
        let mut names = names.clone();
        names.iter_mut().for_each(|names| names.sort());
        names
    };
    let services = (sorted(&to.services) != sorted(&is.services)).then(|| to.services.clone());
    if services.is_some() {
        let shown = |names: &Option<Vec<String>>| {
            names.as_deref().map_or("as the parent".to_owned(), listed)
        };
        told.push(format!("services: {}; before: {}", shown(&to.services), shown(&is.services)));
    }
    let step = OrganizationStep { is: is.clone(), name, parent, services, told };
    (!step.told.is_empty()).then(|| Step::ChangeOrganization(Box::new(step)))
}

#[cfg(test)]
mod tests;
