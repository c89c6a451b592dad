//! Python, with requests.

use std::fmt::Write;

use crate::dialect::example::literal::{Escapes, ObjectStyle, object, quoted, with_parameter};
use crate::dialect::example::{Call, Carrier, Content, Example};

const OBJECT: ObjectStyle = ObjectStyle { indent: "    ", key: string, string };

pub(super) fn text(example: &Example, call: &Call<'_>) -> String {
    let mut out = "import requests\n\n# 1. a token: keep it until it expires\n".to_owned();
    let method = if example.method == "GET" { "get" } else { "post" };
    let _ = writeln!(out, "reply = requests.{method}(\n    {},", string(&example.url()));
    if let Some((id, secret)) = &example.basic {
        let _ = writeln!(out, "    auth=({}, {}),", latin(id), latin(secret));
    }
    if !example.headers.is_empty() {
        out.push_str("    headers={\n");
        pairs(&mut out, &example.headers, latin);
        out.push_str("    },\n");
    }
    match &example.body {
        Some(Content::Form(form)) if !form.is_empty() => {
            out.push_str("    data={\n");
            pairs(&mut out, form, string);
            out.push_str("    },\n");
        }
        Some(Content::Json(members)) => {
            out.push_str("    json=");
            object(&mut out, members, OBJECT, 1);
            out.push_str(",\n");
        }
        _ => {}
    }
    out.push_str(")\nreply.raise_for_status()\n");
    match &example.reply.access_token {
        Some(path) => {
            let steps: String = path.iter().map(|name| format!("[{}]", string(name))).collect();
            let _ = writeln!(out, "token = reply.json(){steps}");
        }
        None => out.push_str("print(reply.text)\ntoken = \"<access token>\"\n"),
    }
    out.push_str("\n# 2. a call\n");
    calling(&mut out, &example.carrier, call);
    out.push_str("print(reply.status_code, reply.text)");
    out
}

fn calling(out: &mut String, carrier: &Carrier, call: &Call<'_>) {
    let method = call.method.to_ascii_lowercase();
    let known = ["get", "post", "put", "patch", "delete", "head", "options"];
    let begin = match known.contains(&method.as_str()) {
        true => format!("{method}("),
        false => format!("request(\n    {},", string(call.method)),
    };
    let _ = writeln!(out, "reply = requests.{begin}");
    match carrier {
        Carrier::Header { name, before, behind } => {
            let value = joined(before, behind);
            let _ = writeln!(out, "    {},", string(call.url));
            let _ = writeln!(out, "    headers={{{}: {value}}},", string(name));
        }
        Carrier::Query(name) => {
            let _ = writeln!(out, "    {} + token,", string(&with_parameter(call.url, name)));
        }
    }
    out.push_str(")\n");
}

fn joined(before: &str, behind: &str) -> String {
    let before = if before.is_empty() { String::new() } else { format!("{} + ", string(before)) };
    let behind = if behind.is_empty() { String::new() } else { format!(" + {}", string(behind)) };
    format!("{before}token{behind}")
}

fn pairs(out: &mut String, pairs: &[(String, String)], write: fn(&str) -> String) {
    for (name, value) in pairs {
        let _ = writeln!(out, "        {}: {},", string(name), write(value));
    }
}

fn string(text: &str) -> String {
    quoted(text, Escapes::Code)
}

/// What goes into a header: requests writes text as Latin-1, so other text goes as bytes.
fn latin(text: &str) -> String {
    let quoted = string(text);
    if text.is_ascii() { quoted } else { format!("{quoted}.encode()") }
}
