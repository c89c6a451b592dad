//! Who is in the demo, all made up.

use portreeve_core::org::member::Role;

/// The organization of Dualog's organization client.
pub(crate) const ORGANIZATION: &str = "4200";
/// One that is below it.
pub(crate) const CHILD: &str = "4210";
/// One that is not.
pub(crate) const FOREIGN: &str = "5100";
/// The organization of the berth service's client.
pub(super) const MERIDIAN: &str = "6100";
/// The organization of Dataloy's client.
pub(super) const CORVID: &str = "7100";
/// The holder of DQE's licences.
pub(super) const ORCHARD: &str = "8300";
/// Who makes the application that Dotypos's people let in.
pub(super) const PLATELINE: &str = "9400";
/// Dotypos's clouds that the person reaches.
pub(crate) const CLOUDS: [&str; 2] = ["240100017", "240100025"];
/// One that she does not.
pub(crate) const FOREIGN_CLOUD: &str = "240100033";

/// The person of Dualog's user client.
pub(crate) const PERSON: &str = "ingrid.solvang@example.com";
/// An administrator of the same organization.
pub(crate) const ADMIN: &str = "halvard.nesse@example.com";
/// One of the vendor's own staff.
pub(crate) const OPERATOR: &str = "operator@example.com";

/// The person with clouds.
pub(crate) const CASHIER: &str = "jana.malikova@example.com";

/// External id, name, and the external id of the parent, which stands above.
pub(super) const ORGANIZATIONS: [(&str, &str, Option<&str>); 15] = [
    (ORGANIZATION, "Fjordline Shipping Group", None),
    (CHILD, "Fjordline Tankers", Some(ORGANIZATION)),
    ("4220", "Fjordline Bulk", Some(ORGANIZATION)),
    ("4221", "Fjordline Bulk Baltic", Some("4220")),
    (FOREIGN, "Skagen Offshore", None),
    (MERIDIAN, "Meridian Cruises", None),
    (CORVID, "Corvid Chartering", None),
    ("7110", "Corvid Chartering Asia", Some(CORVID)),
    ("7200", "Pelagos Bulk Desk", None),
    (ORCHARD, "Orchard Mail Order", None),
    (PLATELINE, "Plateline Software", None),
    (CLOUDS[0], "Kavárna U Přístavu", None),
    (CLOUDS[1], "Bistro Na Nábřeží", None),
    (FOREIGN_CLOUD, "Pekárna Zlatý klas", None),
    ("240100041", "Knihkupectví Modrá tužka", None),
];

/// What the contracts of the organizations at the top open: theirs below have the same.
pub(super) const CONTRACTS: [(&str, &[&str]); 11] = [
    (ORGANIZATION, &["vessel", "crew"]),
    (FOREIGN, &["vessel", "crew"]),
    (MERIDIAN, &["berths"]),
    (CORVID, &["voyages"]),
    ("7200", &["voyages"]),
    (ORCHARD, &["addresses"]),
    (PLATELINE, &["clouds"]),
    (CLOUDS[0], &["clouds"]),
    (CLOUDS[1], &["clouds"]),
    (FOREIGN_CLOUD, &["clouds"]),
    ("240100041", &["clouds"]),
];

/// Somebody who may sign in.
pub(super) struct Person {
    pub(super) email: &'static str,
    pub(super) name: &'static str,
    pub(super) operator: bool,
    pub(super) places: &'static [(&'static str, Role)],
}

/// Everybody.
pub(super) const PEOPLE: [Person; 8] = [
    Person {
        email: PERSON,
        name: "Ingrid Solvang",
        operator: false,
        places: &[(ORGANIZATION, Role::Member), (FOREIGN, Role::Member)],
    },
    Person {
        email: ADMIN,
        name: "Halvard Nesse",
        operator: false,
        places: &[(ORGANIZATION, Role::Admin)],
    },
    Person {
        email: "liv.tangeraas@example.com",
        name: "Liv Tangeraas",
        operator: false,
        places: &[(CHILD, Role::Admin), ("4221", Role::Member)],
    },
    Person {
        email: "mikkel.dragsted@example.com",
        name: "Mikkel Dragsted",
        operator: false,
        places: &[(FOREIGN, Role::Admin)],
    },
    Person {
        email: "carla.mizzoni@example.com",
        name: "Carla Mizzoni",
        operator: false,
        places: &[(MERIDIAN, Role::Admin), (FOREIGN, Role::Member)],
    },
    Person {
        email: CASHIER,
        name: "Jana Malíková",
        operator: false,
        places: &[(CLOUDS[0], Role::Admin), (CLOUDS[1], Role::Member)],
    },
    Person {
        email: "tomas.havran@example.com",
        name: "Tomáš Havran",
        operator: false,
        places: &[(FOREIGN_CLOUD, Role::Admin), ("240100041", Role::Member)],
    },
    Person { email: OPERATOR, name: "Harbour Desk", operator: true, places: &[] },
];
