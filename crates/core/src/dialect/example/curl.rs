//! curl in a POSIX shell, with jq to take the token out of the reply.

use crate::dialect::example::literal::{in_quotes, is_name, word};
use crate::dialect::example::{Call, Carrier, Content, Example};
use crate::dialect::phrase::percent_encode;

pub(super) fn text(example: &Example, call: &Call<'_>) -> String {
    let asking = asking(example).join(" \\\n  ");
    let token = match &example.reply.access_token {
        Some(path) => format!("TOKEN=$({asking} | jq -r {})", filter(path)),
        None => format!("{asking}\n\nTOKEN='<access token>'"),
    };
    let calling = calling(&example.carrier, call).join(" \\\n  ");
    format!("# 1. a token: keep it until it expires\n{token}\n\n# 2. a call\n{calling}")
}

/// The request, a part on a line.
pub(super) fn asking(example: &Example) -> Vec<String> {
    let mut parts = vec![format!("curl -s{} {}", glob(&example.url()), word(&example.url()))];
    let has_data = matches!(&example.body, Some(Content::Form(pairs)) if !pairs.is_empty())
        || matches!(example.body, Some(Content::Json(_)));
    if example.method == "POST" && !has_data {
        parts.push("-X POST".to_owned());
    }
    if let Some((id, secret)) = &example.basic {
        parts.push(format!("-u {}", in_quotes(&format!("{id}:{secret}"))));
    }
    for (name, value) in &example.headers {
        parts.push(format!("-H {}", in_quotes(&format!("{name}: {value}"))));
    }
    match &example.body {
        Some(Content::Form(pairs)) => parts.extend(pairs.iter().map(data)),
        Some(Content::Json(members)) => {
            parts.push("-H 'Content-Type: application/json'".to_owned());
            let json = serde_json::to_string(members).unwrap_or_default();
            parts.push(format!("-d {}", in_quotes(&json)));
        }
        None => {}
    }
    parts
}

fn calling(carrier: &Carrier, call: &Call<'_>) -> Vec<String> {
    let mut parts = vec![format!("curl{} {}", glob_alone(call.url), in_quotes(call.url))];
    if call.method != "GET" {
        parts.push(format!("-X {}", word(call.method)));
    }
    match carrier {
        Carrier::Header { name, before, behind } => {
            let before = format!("{name}: {before}");
            parts.push(format!("-H {}", around_token(&before, behind)));
        }
        Carrier::Query(name) => {
            let before = format!("{}=", encoded(name));
            parts.push(format!("-G --data-urlencode {}", around_token(&before, "")));
        }
    }
    parts
}

/// A parameter of a form, encoded by curl where that is needed.
fn data((name, value): &(String, String)) -> String {
    let flag = if encoded(value) == *value { "-d" } else { "--data-urlencode" };
    format!("{flag} {}", word(&format!("{}={value}", encoded(name))))
}

/// In double quotes the shell puts the token in; what it would read otherwise stands in
/// single ones.
fn around_token(before: &str, behind: &str) -> String {
    let is_plain =
        |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b" :-_.=,;/%".contains(&b));
    if is_plain(before) && is_plain(behind) {
        // Without braces a letter behind it would belong to the name.
        let name = if behind.is_empty() { "$TOKEN" } else { "${TOKEN}" };
        return format!("\"{before}{name}{behind}\"");
    }
    let behind = if behind.is_empty() { String::new() } else { in_quotes(behind) };
    format!("{}\"$TOKEN\"{behind}", in_quotes(before))
}

/// A path for jq.
fn filter(path: &[String]) -> String {
    let step = |name: &String| match is_name(name) {
        true => format!(".{name}"),
        false => format!("[{}]", serde_json::Value::from(name.as_str())),
    };
    let steps: String = path.iter().map(step).collect();
    word(&if steps.starts_with('.') { steps } else { format!(".{steps}") })
}

fn encoded(text: &str) -> String {
    let mut out = Vec::new();
    percent_encode(text.as_bytes(), &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Braces and brackets in a URL are no patterns here.
fn glob(url: &str) -> &'static str {
    if url.contains(['[', ']', '{', '}']) { "g" } else { "" }
}

fn glob_alone(url: &str) -> &'static str {
    if url.contains(['[', ']', '{', '}']) { " -g" } else { "" }
}
