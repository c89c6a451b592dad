//! JavaScript, with fetch: a module for Node 18 or later, where a secret is safe.

use std::fmt::Write;

use crate::dialect::example::literal::{
    Escapes, ObjectStyle, is_name, object, quoted, with_parameter,
};
use crate::dialect::example::{Call, Carrier, Content, Example};

const OBJECT: ObjectStyle = ObjectStyle { indent: "  ", key, string };

pub(super) fn text(example: &Example, call: &Call<'_>) -> String {
    let mut out = "// 1. a token: keep it until it expires\n".to_owned();
    let _ = write!(out, "const granted = await fetch({}", string(&example.url()));
    let options = options(example);
    if options.is_empty() {
        out.push_str(");\n");
    } else {
        let _ = write!(out, ", {{\n{options}}});\n");
    }
    out.push_str("if (!granted.ok) throw new Error(await granted.text());\n");
    match &example.reply.access_token {
        Some(path) => {
            let steps: String = path.iter().map(|name| step(name)).collect();
            let _ = writeln!(out, "const token = (await granted.json()){steps};");
        }
        None => {
            out.push_str("console.log(await granted.text());\nconst token = \"<access token>\";\n")
        }
    }
    out.push_str("\n// 2. a call\n");
    calling(&mut out, &example.carrier, call);
    out.push_str("console.log(answer.status, await answer.text());");
    out
}

fn options(example: &Example) -> String {
    let mut out = String::new();
    if example.method != "GET" {
        let _ = writeln!(out, "  method: {},", string(example.method));
    }
    let mut headers: Vec<(String, String)> = Vec::new();
    if let Some((id, secret)) = &example.basic {
        let value = format!("\"Basic \" + {}", base64(&format!("{id}:{secret}")));
        headers.push(("Authorization".to_owned(), value));
    }
    let own = example.headers.iter().map(|(name, value)| (name.clone(), string(value)));
    headers.extend(own);
    if matches!(example.body, Some(Content::Json(_))) {
        headers.push(("Content-Type".to_owned(), string("application/json")));
    }
    if !headers.is_empty() {
        out.push_str("  headers: {\n");
        for (name, value) in headers {
            let _ = writeln!(out, "    {}: {value},", key(&name));
        }
        out.push_str("  },\n");
    }
    match &example.body {
        Some(Content::Form(pairs)) => {
            out.push_str("  body: new URLSearchParams({\n");
            for (name, value) in pairs {
                let _ = writeln!(out, "    {}: {},", key(name), string(value));
            }
            out.push_str("  }),\n");
        }
        Some(Content::Json(members)) => {
            out.push_str("  body: JSON.stringify(");
            object(&mut out, members, OBJECT, 1);
            out.push_str("),\n");
        }
        None => {}
    }
    out
}

fn calling(out: &mut String, carrier: &Carrier, call: &Call<'_>) {
    let method = match call.method {
        "GET" => String::new(),
        other => format!("  method: {},\n", string(other)),
    };
    match carrier {
        Carrier::Header { name, before, behind } => {
            let before = match before.as_str() {
                "" => String::new(),
                before => format!("{} + ", string(before)),
            };
            let behind = match behind.as_str() {
                "" => String::new(),
                behind => format!(" + {}", string(behind)),
            };
            let header = format!("  headers: {{ {}: {before}token{behind} }},\n", key(name));
            let _ = writeln!(
                out,
                "const answer = await fetch({}, {{\n{method}{header}}});",
                string(call.url)
            );
        }
        Carrier::Query(name) => {
            let url = string(&with_parameter(call.url, name));
            let options =
                if method.is_empty() { String::new() } else { format!(", {{\n{method}}}") };
            let _ = writeln!(
                out,
                "const answer = await fetch({url} + encodeURIComponent(token){options});"
            );
        }
    }
}

/// `btoa` takes bytes as characters, so other text is made bytes first.
fn base64(text: &str) -> String {
    match text.is_ascii() {
        true => format!("btoa({})", string(text)),
        false => {
            format!("btoa(String.fromCharCode(...new TextEncoder().encode({})))", string(text))
        }
    }
}

/// A member's name. `__proto__` would set the prototype, unless it is computed.
fn key(name: &str) -> String {
    match name {
        "__proto__" => "[\"__proto__\"]".to_owned(),
        name if is_name(name) => name.to_owned(),
        name => string(name),
    }
}

fn step(name: &str) -> String {
    if is_name(name) { format!(".{name}") } else { format!("[{}]", string(name)) }
}

fn string(text: &str) -> String {
    quoted(text, Escapes::Pairs)
}
