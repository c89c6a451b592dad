//! Why a client was refused within the last days, in words, the most frequent reason
//! first.

use portreeve_core::usage::{RefusedCall, RefusedSum};

use crate::pages::portal::At;
use crate::pages::portal::client::words::segment;
use crate::pages::times::When;
use crate::texts::{Texts, number};

/// The most reasons that are shown.
const MOST: usize = 10;

/// One reason.
pub(super) struct RefusalLine {
    /// What was so.
    pub(super) title: String,
    /// What to do about it, or which call it was.
    pub(super) remedy: String,
    /// How often.
    pub(super) times: String,
    /// When it last was.
    pub(super) last: Option<When>,
    /// The id of that request, and the page that explains it.
    pub(super) request: Option<(String, String)>,
}

/// The reasons, without single calls for whoever may not see these.
pub(super) fn lines(sums: &[RefusedSum], at: &At, shows_calls: bool) -> Vec<RefusalLine> {
    let shown = |sum: &RefusedSum| match shows_calls {
        true => sum.clone(),
        false => RefusedSum { newest: sum.newest.clone().map(RefusedCall::veiled), ..sum.clone() },
    };
    sums.iter().take(MOST).map(|sum| line(&shown(sum), at)).collect()
}

fn line(sum: &RefusedSum, at: &At) -> RefusalLine {
    let t = at.texts();
    let newest = sum.newest.as_ref();
    let about = newest.map(|call| &*call.about).unwrap_or_default();
    RefusalLine {
        title: title(&sum.reason, about, t),
        remedy: remedy(&sum.reason, newest, t),
        times: number(sum.times),
        last: newest.map(|call| at.when(call.at)),
        request: newest.map(|call| {
            let id = call.request_id.to_string();
            let page = format!("/portal/refusals?request={}", segment(&id));
            (id, page)
        }),
    }
}

/// A reason in words. Where it names what it is about, and that is known, it says it.
pub(in crate::pages) fn title(reason: &str, about: &str, t: &Texts) -> String {
    let with = format!("client-refused-{reason}-about");
    if !about.is_empty() && t.has(&with) {
        return t.say1(&with, "about", about);
    }
    let plain = format!("client-refused-{reason}");
    if t.has(&plain) { t.say(&plain) } else { t.say1("client-refused-other", "reason", reason) }
}

fn remedy(reason: &str, newest: Option<&RefusedCall>, t: &Texts) -> String {
    let call = newest.map(|call| &*call.call).filter(|call| !call.is_empty());
    let with = format!("client-remedy-{reason}-call");
    if let Some(call) = call.filter(|_| t.has(&with)) {
        return t.say1(&with, "call", call);
    }
    let plain = format!("client-remedy-{reason}");
    if t.has(&plain) { t.say(&plain) } else { call.unwrap_or_default().to_owned() }
}

#[cfg(test)]
mod tests {
    use portreeve_core::refusal::TABLE;

    use super::*;

    #[test]
    fn what_a_client_can_be_refused_for_has_words() {
        let t = Texts::english();
        // What no client of its own gets: pages, and our own failures.
        let of_pages = [
            "response_type_unsupported",
            "redirect_uri_missing",
            "redirect_uri_unknown",
            "interaction_expired",
            "cross_site",
            "password_wrong",
            "user_disabled",
            "not_permitted",
            "changed_meanwhile",
            "not_found",
            "client_unknown",
        ];
        for row in TABLE.iter().filter(|row| !of_pages.contains(&row.slug)) {
            assert!(t.has(&format!("client-refused-{}", row.slug)), "{}", row.slug);
        }
        assert_eq!(
            title("scope_insufficient", "crew_delete", t),
            "Scope crew_delete is not granted"
        );
        assert_eq!(title("scope_insufficient", "", t), "A scope is not granted");
        assert_eq!(title("of_tomorrow", "", t), "Refused: of_tomorrow");
    }

    #[test]
    fn a_remedy_names_the_call_where_that_helps() {
        let t = Texts::english();
        let call = RefusedCall {
            request_id: "rq_1".into(),
            at: portreeve_core::time::Timestamp::EPOCH,
            client_id: portreeve_core::text_id::ClientId::parse("prc_1").unwrap(),
            service: "crew".into(),
            reason: "scope_insufficient".into(),
            about: "crew_delete".into(),
            call: "DELETE /crew/v2/people/7".into(),
            peer: None,
        };
        assert_eq!(
            remedy("scope_insufficient", Some(&call), t),
            "DELETE /crew/v2/people/7 needs it."
        );
        assert_eq!(remedy("of_tomorrow", Some(&call), t), "DELETE /crew/v2/people/7");
        assert!(!remedy("token_expired", None, t).is_empty());
        assert_eq!(remedy("of_tomorrow", None, t), "");
    }
}
