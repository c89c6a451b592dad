//! An organization and, at its bottom, its identity clients. Whoever looks for a client,
//! or turns to the next page, sees the register alone.

mod below;
mod export;
mod head;
mod name;
mod register;
mod rows;
mod sections;
mod waiting;

use askama::Template;
use portreeve_core::org::organization::Organization;
use portreeve_core::org::permission::Action;

use crate::flow::access::{self, Access};
use crate::flow::overview::listing::{self, Counts};
use crate::flow::overview::structure::structure;
use crate::flow::overview::{services, waiting as waits};
use crate::pages::frame::{Frame, Tab, page};
use crate::pages::portal::members::{MemberLine, first_lines};
use crate::pages::portal::organization::head::Head;
use crate::pages::portal::organization::register::{Register, Search};
use crate::pages::portal::organization::sections::{Branch, ServiceLine};
use crate::pages::portal::organization::waiting::Waits;
use crate::pages::portal::{At, Shown};
use crate::texts::Texts;

pub use export::export;
pub use name::{ask_name, rename};

/// How many members are shown.
const MEMBERS: u32 = 8;

/// The whole page.
#[derive(Template)]
#[template(path = "portal/organization.html")]
struct Whole {
    frame: Frame,
    t: &'static Texts,
    head: Head,
    done: Option<String>,
    waiting: Waits,
    members: Vec<MemberLine>,
    members_count: u64,
    is_alone: bool,
    tree: Vec<Branch>,
    all_below: Option<usize>,
    services: Vec<ServiceLine>,
    register: Register,
}

/// The register alone.
#[derive(Template)]
#[template(path = "portal/organization_found.html")]
struct Found {
    frame: Frame,
    t: &'static Texts,
    head: Head,
    register: Register,
}

/// The organization's page.
///
/// # Errors
/// 404 when it is none of theirs; 400 for a page that nobody was sent to.
pub async fn show(at: At) -> Shown {
    let id = at.id("organization");
    let (access, organization) = access::to_organization(&at.env, &at.who, id).await?;
    access.must(Action::SeeOrganization)?;
    if at.query("view") == "below" {
        return below::below(&at, &organization).await;
    }
    let search = Search::read(&at)?;
    let counts = listing::counts(&at.env, &organization.id).await?;
    if search.is_asked() {
        return found(&at, &access, &organization, (search, counts)).await;
    }
    whole(&at, &access, &organization, (search, counts)).await
}

async fn whole(
    at: &At,
    access: &Access,
    organization: &Organization,
    (search, counts): (Search, Counts),
) -> Shown {
    let (t, env) = (at.texts(), &at.env);
    let around = structure(env, access.user(), organization).await?;
    let waiting = waits::waiting(env, access, organization, counts.all).await?;
    let over = waiting::invitations(at, access, organization).await?;
    let offered = services::services(env, organization).await?;
    let head = Head::new(at, access, &around, counts);
    let mut register = Register::read(at, access, organization, (search, counts)).await?;
    register.above = head::nearest_above(&around);
    let (tree, all_below) = sections::tree(t, &around);
    let (members, members_count) = first_lines(at, access, organization, MEMBERS).await?;
    let template = Whole {
        frame: at
            .frame(Tab::Organization, Some((organization.id.as_str(), &organization.name)))
            .await?,
        t,
        head,
        done: done(t, &at.query("done")),
        waiting: Waits::new(&at.reader(), organization, (over, waiting)),
        is_alone: members.len() == 1 && members.iter().all(|one| one.is_you),
        members,
        members_count,
        tree,
        all_below,
        services: sections::services(at, organization, offered),
        register,
    };
    Ok(page(200, &template))
}

async fn found(
    at: &At,
    access: &Access,
    organization: &Organization,
    (search, counts): (Search, Counts),
) -> Shown {
    let around = structure(&at.env, access.user(), organization).await?;
    let template = Found {
        frame: at
            .frame(Tab::Organization, Some((organization.id.as_str(), &organization.name)))
            .await?,
        t: at.texts(),
        head: Head::new(at, access, &around, counts),
        register: Register::read(at, access, organization, (search, counts)).await?,
    };
    Ok(page(200, &template))
}

/// What was done a moment ago, if it is one of ours.
fn done(t: &Texts, word: &str) -> Option<String> {
    let id = format!("organization-done-{word}");
    t.has(&id).then(|| t.say(&id))
}

/// An id as a segment of a path: a vendor's own may have a `?` or a `#`.
fn segment(id: &str) -> String {
    form_urlencoded::byte_serialize(id.as_bytes()).collect()
}
