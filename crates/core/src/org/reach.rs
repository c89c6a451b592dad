//! Which organizations an owner reaches: a question that is asked on every
//! guarded request and answered from memory.
//!
//! Whoever reaches an organization reaches everything below it. Which services its
//! contract opens is known here as well.

use std::collections::HashMap;
use std::sync::Arc;

use crate::org::organization::Organization;
use crate::text_id::OrganizationId;

/// The deepest tree that is walked. Entering a deeper one is refused, and a
/// circle that a broken database might hold ends here.
pub const DEEPEST: usize = 32;

/// All organizations and who is below whom: a whole snapshot, made anew after
/// each change of the tree.
#[derive(Debug, Default)]
pub struct OrganizationTree {
    nodes: HashMap<OrganizationId, Node>,
    by_external_id: HashMap<Box<str>, OrganizationId>,
    /// True when some contract names services: most installations have none that does.
    has_contracts: bool,
}

/// The services that a contract names.
type Contract = Arc<[String]>;

#[derive(Debug)]
struct Node {
    parent: Option<OrganizationId>,
    external_id: Option<Box<str>>,
    children: Vec<OrganizationId>,
    /// What its own contract names, or that of the nearest above which names any; none
    /// when all services are open.
    contract: Option<Contract>,
}

impl OrganizationTree {
    /// The tree of these organizations, in any order.
    pub fn new(organizations: &[Organization]) -> Self {
        let mut tree = Self::default();
        for one in organizations {
            let external_id: Option<Box<str>> = one.external_id.as_deref().map(Into::into);
            if let Some(external) = &external_id {
                tree.by_external_id.insert(external.clone(), one.id.clone());
            }
            let node = Node {
                parent: one.parent.clone(),
                external_id,
                children: Vec::new(),
                contract: one.services.as_deref().map(Into::into),
            };
            tree.has_contracts |= node.contract.is_some();
            tree.nodes.insert(one.id.clone(), node);
        }
        for one in organizations {
            let parent = one.parent.as_ref().and_then(|parent| tree.nodes.get_mut(parent));
            if let Some(parent) = parent {
                parent.children.push(one.id.clone());
            }
        }
        if tree.has_contracts {
            tree.hand_down();
        }
        tree
    }

    /// Lets every organization that names no services have its parent's contract.
    fn hand_down(&mut self) {
        let silent = self.nodes.iter().filter(|(_, node)| node.contract.is_none());
        let heard: Vec<(OrganizationId, Contract)> = silent
            .filter_map(|(id, _)| {
                let mut above = self.upwards(id).filter_map(|each| self.nodes.get(each));
                Some((id.clone(), above.find_map(|node| node.contract.clone())?))
            })
            .collect();
        for (id, contract) in heard {
            if let Some(node) = self.nodes.get_mut(&id) {
                node.contract = Some(contract);
            }
        }
    }

    /// True when the contract of one of `roots`, at least, opens the service with this
    /// name. One that names no services, and hangs below none that does, opens all.
    ///
    /// Who has no roots has no contract that would open anything: as soon as one of an
    /// installation's contracts names services, none is open to them.
    pub fn is_open(&self, roots: &[OrganizationId], service: &str) -> bool {
        !self.has_contracts || roots.iter().any(|root| self.opens(root, service, true))
    }

    /// True when one of `roots`, at least, has a contract that names this service.
    pub fn is_named(&self, roots: &[OrganizationId], service: &str) -> bool {
        self.has_contracts && roots.iter().any(|root| self.opens(root, service, false))
    }

    fn opens(&self, id: &OrganizationId, service: &str, unless_said: bool) -> bool {
        let Some(node) = self.nodes.get(id) else { return false };
        let names = |contract: &Contract| contract.iter().any(|name| name == service);
        node.contract.as_ref().map_or(unless_said, names)
    }

    /// Those above an organization, nearest first.
    pub fn above(&self, id: &OrganizationId) -> impl Iterator<Item = &OrganizationId> {
        self.upwards(id).skip(1)
    }

    /// Those directly below an organization, by id.
    pub fn children(&self, id: &OrganizationId) -> &[OrganizationId] {
        self.nodes.get(id).map_or(&[], |node| &node.children)
    }

    /// The organization that a request calls by this id: the vendor's own, or ours.
    pub fn named(&self, id: &str) -> Option<&OrganizationId> {
        let ours = || self.nodes.get_key_value(id).map(|(id, _)| id);
        self.by_external_id.get(id).or_else(ours)
    }

    /// The id under which the API knows this organization.
    pub fn api_id<'a>(&'a self, id: &'a OrganizationId) -> &'a str {
        let external = self.nodes.get(id).and_then(|node| node.external_id.as_deref());
        external.unwrap_or(id.as_str())
    }

    /// True when there is such an organization.
    pub fn contains(&self, id: &OrganizationId) -> bool {
        self.nodes.contains_key(id)
    }

    /// True when `id` exists and is one of `roots` or below one of them.
    pub fn is_reached(&self, roots: &[OrganizationId], id: &OrganizationId) -> bool {
        self.upwards(id).any(|each| roots.contains(each))
    }

    /// `roots` and everything below them, each once, parents before children;
    /// `None` when there are more than `most`.
    pub fn below(&self, roots: &[OrganizationId], most: usize) -> Option<Vec<&OrganizationId>> {
        let mut found: Vec<&OrganizationId> = Vec::new();
        let within =
            |root: &OrganizationId| self.upwards(root).skip(1).any(|above| roots.contains(above));
        for root in roots {
            let known = self.nodes.get_key_value(root).map(|(id, _)| id);
            let first = known.filter(|id| !within(id) && !found.contains(id));
            let mut waiting: Vec<&OrganizationId> = first.into_iter().collect();
            while let Some(id) = waiting.pop() {
                if found.len() == most {
                    return None;
                }
                found.push(id);
                let children = self.nodes.get(id).map(|node| node.children.iter().rev());
                waiting.extend(children.into_iter().flatten());
            }
        }
        Some(found)
    }

    /// True when `id` may stand below `parent`: the parent exists, nothing becomes
    /// its own ancestor, and the tree stays within [`DEEPEST`].
    pub fn may_be_below(&self, id: &OrganizationId, parent: &OrganizationId) -> bool {
        let depth = self.upwards(parent).count();
        self.contains(parent)
            && !self.upwards(parent).any(|above| above == id)
            && depth + self.height(id, 0) < DEEPEST
    }

    /// `id` and its ancestors, nearest first.
    fn upwards<'a>(&'a self, id: &OrganizationId) -> impl Iterator<Item = &'a OrganizationId> {
        let start = self.nodes.get_key_value(id);
        let next = |(_, node): &(&'a OrganizationId, &'a Node)| {
            node.parent.as_ref().and_then(|parent| self.nodes.get_key_value(parent))
        };
        std::iter::successors(start, next).map(|(id, _)| id).take(DEEPEST)
    }

    fn height(&self, id: &OrganizationId, so_far: usize) -> usize {
        if so_far >= DEEPEST {
            return DEEPEST;
        }
        let children = self.nodes.get(id).map_or(&[][..], |node| &node.children);
        children.iter().map(|child| 1 + self.height(child, so_far + 1)).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn id(text: &str) -> OrganizationId {
        OrganizationId::parse(text).unwrap()
    }

    /// `group` > (`tankers`, `bulk` > `baltic`), and `other` beside it.
    fn tree() -> OrganizationTree {
        let enter = |name: &str, external: Option<&str>, parent: Option<&str>| {
            Organization::new(id(name), name, external, parent.map(id), Timestamp::EPOCH).unwrap()
        };
        OrganizationTree::new(&[
            enter("baltic", Some("4221"), Some("bulk")),
            enter("group", Some("4200"), None),
            enter("tankers", Some("4210"), Some("group")),
            enter("bulk", None, Some("group")),
            enter("other", Some("5100"), None),
        ])
    }

    #[test]
    fn who_reaches_what() {
        let cases = [
            (vec!["group"], "group", true),
            (vec!["group"], "baltic", true),
            (vec!["bulk"], "baltic", true),
            (vec!["bulk"], "group", false),
            (vec!["tankers"], "baltic", false),
            (vec!["group"], "other", false),
            (vec!["tankers", "other"], "other", true),
            (vec![], "group", false),
            (vec!["gone"], "gone", false),
        ];
        for (roots, target, expected) in cases {
            let roots: Vec<_> = roots.into_iter().map(id).collect();
            assert_eq!(tree().is_reached(&roots, &id(target)), expected, "{roots:?} {target}");
        }
    }

    #[test]
    fn everything_in_reach_is_listed_once() {
        let tree = tree();
        let list = |roots: &[&str], most| {
            let roots: Vec<_> = roots.iter().map(|root| id(root)).collect();
            tree.below(&roots, most)
                .map(|ids| ids.iter().map(|id| tree.api_id(id)).collect::<Vec<_>>().join(","))
        };
        assert_eq!(list(&["group"], 9).as_deref(), Some("4200,4210,bulk,4221"));
        assert_eq!(list(&["bulk", "group", "bulk"], 9).as_deref(), Some("4200,4210,bulk,4221"));
        assert_eq!(list(&["other", "bulk", "gone"], 9).as_deref(), Some("5100,bulk,4221"));
        assert_eq!(list(&["group"], 4).as_deref(), Some("4200,4210,bulk,4221"));
        assert_eq!(list(&["group"], 3), None);
    }

    #[test]
    fn ids_of_both_kinds_name_an_organization() {
        let tree = tree();
        assert_eq!(tree.named("4221"), Some(&id("baltic")));
        assert_eq!(tree.named("bulk"), Some(&id("bulk")));
        assert_eq!(tree.named("gone"), None);
    }

    #[test]
    fn nothing_becomes_its_own_ancestor() {
        let tree = tree();
        assert!(tree.may_be_below(&id("bulk"), &id("tankers")));
        assert!(!tree.may_be_below(&id("group"), &id("baltic")));
        assert!(!tree.may_be_below(&id("group"), &id("group")));
        assert!(!tree.may_be_below(&id("group"), &id("gone")));
        assert!(tree.may_be_below(&id("new"), &id("baltic")));
    }

    #[test]
    fn contracts_are_handed_down_until_another_speaks() {
        let enter = |name: &str, parent: Option<&str>, services: Option<&[&str]>| Organization {
            services: services.map(|names| names.iter().map(ToString::to_string).collect()),
            ..Organization::new(id(name), name, None, parent.map(id), Timestamp::EPOCH).unwrap()
        };
        let tree = OrganizationTree::new(&[
            enter("deep", Some("silent"), None),
            enter("silent", Some("group"), None),
            enter("group", None, Some(&["vessel", "crew"])),
            enter("less", Some("group"), Some(&["crew"])),
            enter("none", Some("group"), Some(&[])),
            enter("more", Some("less"), Some(&["vessel", "admin"])),
            enter("below", Some("more"), None),
            enter("other", None, None),
        ]);
        // vessel open, crew open, vessel named, admin named
        for (roots, expected) in [
            (&["group"][..], [true, true, true, false]),
            (&["deep"], [true, true, true, false]),
            (&["less"], [false, true, false, false]),
            (&["none"], [false, false, false, false]),
            (&["below"], [true, false, true, true]),
            (&["other"], [true, true, false, false]),
            (&["none", "less"], [false, true, false, false]),
            (&["none", "other"], [true, true, false, false]),
            (&["gone"], [false, false, false, false]),
            (&[], [false, false, false, false]),
        ] {
            let ids: Vec<_> = roots.iter().map(|root| id(root)).collect();
            let found = [
                tree.is_open(&ids, "vessel"),
                tree.is_open(&ids, "crew"),
                tree.is_named(&ids, "vessel"),
                tree.is_named(&ids, "admin"),
            ];
            assert_eq!(found, expected, "{roots:?}");
        }
        let above: Vec<&str> = tree.above(&id("below")).map(OrganizationId::as_str).collect();
        assert_eq!(above, ["more", "less", "group"]);
    }

    #[test]
    fn where_no_contract_says_anything_all_is_open_and_nothing_named() {
        for roots in [&[][..], &[id("group")], &[id("gone")]] {
            assert!(tree().is_open(roots, "vessel"));
            assert!(!tree().is_named(roots, "vessel"));
        }
    }

    #[test]
    fn a_circle_in_a_broken_database_ends() {
        let enter = |name: &str, parent: &str| {
            Organization::new(id(name), name, None, Some(id(parent)), Timestamp::EPOCH).unwrap()
        };
        let broken = OrganizationTree::new(&[enter("a", "b"), enter("b", "a")]);
        assert!(broken.is_reached(&[id("b")], &id("a")));
        assert!(!broken.is_reached(&[id("c")], &id("a")));
        assert!(!broken.may_be_below(&id("c"), &id("a")));
        assert!(broken.is_open(&[id("a")], "vessel"));
    }
}
