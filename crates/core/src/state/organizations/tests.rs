use std::collections::HashMap;

use crate::org::organization::Organization;
use crate::org::reach::{DEEPEST, OrganizationTree};
use crate::state::declared::Declared;
use crate::state::difference::{Existing, difference};
use crate::state::read;
use crate::state::step::Step;
use crate::text_id::OrganizationId;
use crate::time::Timestamp;

/// A name and what it is below.
type Pair = (&'static str, Option<&'static str>);

fn own(name: &str) -> OrganizationId {
    OrganizationId::parse(&format!("org_{name}")).unwrap()
}

/// These, each with an id of the vendor's; those in capitals have none.
fn existing(pairs: &[Pair]) -> Existing {
    let one = |(name, parent): &Pair| {
        let is_named = name.chars().all(char::is_lowercase);
        let external = is_named.then_some(*name);
        Organization::new(own(name), name, external, parent.map(own), Timestamp::EPOCH).unwrap()
    };
    Existing { organizations: pairs.iter().map(one).collect(), ..Existing::default() }
}

fn declared(pairs: &[Pair]) -> Declared {
    let one = |(name, parent): &Pair| {
        let parent = parent.map_or(String::new(), |parent| format!("parent = \"{parent}\"\n"));
        format!("[[organization]]\nexternal_id = \"{name}\"\nname = \"{name}\"\n{parent}")
    };
    read(&pairs.iter().map(one).collect::<String>()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Takes the steps as the flow does, which refuses what would be below itself or too deep.
fn taken(mut there: Existing, steps: &[Step]) -> HashMap<String, Option<String>> {
    for step in steps {
        let (id, parent) = match step {
            Step::EnterOrganization(one) => {
                let new = Organization::new(
                    own(&one.name),
                    &one.name,
                    Some(&one.name),
                    None,
                    Timestamp::EPOCH,
                );
                there.organizations.push(new.unwrap());
                (own(&one.name), one.parent.clone())
            }
            Step::ChangeOrganization(one) => (one.is.id.clone(), one.parent.clone().unwrap()),
            other => panic!("{other}"),
        };
        let parent = parent.map(|parent| own(&parent));
        let tree = OrganizationTree::new(&there.organizations);
        assert!(parent.as_ref().is_none_or(|parent| tree.may_be_below(&id, parent)), "{step}");
        let moved = there.organizations.iter_mut().find(|one| one.id == id).unwrap();
        moved.parent = parent;
    }
    let pair = |one: Organization| (one.name, one.parent.map(|id| id.as_str()[4..].to_owned()));
    there.organizations.into_iter().map(pair).collect()
}

#[test]
fn each_tree_becomes_each_other_tree() {
    const A: &str = "a";
    let trees: &[(&[Pair], &[Pair])] = &[
        // They change places.
        (&[(A, None), ("b", Some(A))], &[(A, Some("b")), ("b", None)]),
        (&[(A, None), ("b", Some(A))], &[("b", None), (A, Some("b"))]),
        // A chain is turned upside down, in either order of the file.
        (
            &[(A, None), ("b", Some(A)), ("c", Some("b"))],
            &[(A, Some("b")), ("b", Some("c")), ("c", None)],
        ),
        (
            &[(A, None), ("b", Some(A)), ("c", Some("b"))],
            &[("c", None), ("b", Some("c")), (A, Some("b"))],
        ),
        // What the file does not name stays where it is: between the two, and unnamed.
        (&[(A, None), ("x", Some(A)), ("b", Some("x"))], &[(A, Some("b")), ("b", None)]),
        (
            &[(A, None), ("X", Some("b")), ("b", Some(A)), ("c", Some("X"))],
            &[(A, Some("c")), ("b", None), ("c", Some("b"))],
        ),
        // Below one that is new, which is below one that moves.
        (&[(A, None), ("b", Some(A))], &[(A, Some("n")), ("n", Some("b")), ("b", None)]),
    ];
    for (before, after) in trees {
        let there = existing(before);
        let steps = difference(&declared(after), &there, false)
            .unwrap_or_else(|faults| panic!("{after:?}: {faults:?}"));
        let made = taken(there, &steps);
        for (name, parent) in *after {
            assert_eq!(made[*name].as_deref(), *parent, "{name} of {after:?}");
        }
    }
}

#[test]
fn an_order_that_would_do_is_the_files() {
    let after = [("c", None), ("b", Some("a")), ("a", None), ("d", Some("c"))];
    let steps = difference(&declared(&after), &Existing::default(), false).unwrap();
    let names: Vec<String> = steps.iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        [
            "+ organization c \"c\"",
            "+ organization a \"a\"",
            "+ organization b \"b\" below a",
            "+ organization d \"d\" below c",
        ]
    );
}

fn faults(before: &[Pair], after: &[Pair]) -> Vec<(usize, String)> {
    let faults = difference(&declared(after), &existing(before), false).unwrap_err();
    faults.into_iter().map(|fault| (fault.line, fault.message)).collect()
}

#[test]
fn a_circle_is_told_before_anything_changes() {
    let told = |line, text: &str| (line, format!("organization.parent: {text}"));
    let (a, b) = (("a", Some("b")), ("b", Some("a")));
    let both = [
        told(1, "a would be below itself: below b, below a"),
        told(5, "b would be below itself: below a, below b"),
    ];
    // New ones, and ones that are there.
    assert_eq!(faults(&[], &[a, b]), both);
    assert_eq!(faults(&[("a", None), ("b", None)], &[a, b]), both);
    // Only one of them moves; the other is named, or not.
    let there = [("a", None), ("b", Some("a"))];
    assert_eq!(faults(&there, &[a, b]), both[..1]);
    assert_eq!(faults(&there, &[a]), both[..1]);
    assert_eq!(
        faults(&[("a", None), ("X", Some("a")), ("b", Some("X"))], &[a]),
        [told(1, "a would be below itself: below b, below org_X, below a")]
    );
    assert_eq!(faults(&[], &[("a", Some("a"))]), [told(1, "a would be below itself: below a")]);
    // What leads into a circle is not one.
    assert_eq!(faults(&[], &[a, b, ("c", Some("a"))]), both);
}

#[test]
fn a_tree_that_would_be_too_deep_is_told() {
    let names: Vec<&'static str> = (1..DEEPEST).map(|count| &*format!("N{count}").leak()).collect();
    let mut chain: Vec<Pair> = vec![("a", None)];
    for name in names {
        let last = chain.last().map(|(name, _)| *name);
        chain.push((name, last));
    }
    let deepest = chain.last().unwrap().0;
    chain.push(("top", None));
    let told = (1, format!("organization.parent: the tree would be more than {DEEPEST} deep"));
    assert_eq!(faults(&chain, &[("a", Some("top"))]), [told], "all that is below it moves along");
    let there = existing(&chain);
    let steps = difference(&declared(&[("a", None), ("new", None)]), &there, false).unwrap();
    assert_eq!(steps.len(), 1, "as deep as may be: {deepest}");
}
