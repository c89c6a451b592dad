//! Where a dialect's reply has the token: found by writing a reply with marks in it.

use serde_json::Value as Json;

use crate::dialect::Dialect;
use crate::dialect::cast::Value;
use crate::dialect::example::ReplyPlaces;
use crate::dialect::write::ReplyVariable;

const TOKEN: &str = "a-token";
const SECONDS: u64 = 86_399;

/// Writes a reply of this dialect and looks for the marks.
pub(super) fn places(dialect: &Dialect) -> ReplyPlaces {
    let look_up = |variable| match variable {
        ReplyVariable::AccessToken => Value::text(TOKEN),
        ReplyVariable::ExpiresIn => Value::Number(SECONDS),
        _ => Value::Absent,
    };
    let mut body = Vec::new();
    dialect.reply.body.write(&look_up, &mut body);
    let reply: Json = serde_json::from_slice(&body).unwrap_or_default();
    let seconds = SECONDS.to_string();
    ReplyPlaces {
        access_token: find(&reply, &|value| value.as_str() == Some(TOKEN)),
        expires_in: find(&reply, &|value| {
            value.as_u64() == Some(SECONDS) || value.as_str() == Some(&seconds)
        }),
    }
}

/// The members that lead to the value. As deep as the file, whose depth is bounded.
fn find(value: &Json, is_it: &dyn Fn(&Json) -> bool) -> Option<Vec<String>> {
    let members = value.as_object()?;
    members.iter().find_map(|(name, value)| {
        if is_it(value) {
            return Some(vec![name.clone()]);
        }
        let mut path = find(value, is_it)?;
        path.insert(0, name.clone());
        Some(path)
    })
}
