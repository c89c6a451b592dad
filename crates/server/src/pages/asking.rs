//! Where a customer asks for a service that the contract does not open.

use crate::env::Env;
use crate::texts::Texts;

/// An address of the vendor's, or a mail that says for what and for whom: the
/// organization's name and id. `None` when the vendor named neither.
pub(super) fn ask_for_access(
    env: &Env,
    t: &Texts,
    service: &str,
    (name, id): (&str, &str),
) -> Option<String> {
    let support = env.catalog.branding.support.clone()?;
    if !support.starts_with("mailto:") || support.contains('?') {
        return Some(support);
    }
    let values = [("service", service.into()), ("name", name.into()), ("id", id.into())];
    let about = t.say_with("organization-ask-subject", values);
    // RFC 6068 §5: a space is written %20 there.
    let about: String = form_urlencoded::byte_serialize(about.as_bytes()).collect();
    Some(format!("{support}?subject={}", about.replace('+', "%20")))
}
