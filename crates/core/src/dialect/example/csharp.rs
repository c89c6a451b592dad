//! C#, with HttpClient: the body of a console program of .NET 6 or later.

use std::fmt::Write;

use crate::dialect::example::literal::{Escapes, quoted, with_parameter};
use crate::dialect::example::{Call, Carrier, Content, Example};

pub(super) fn text(example: &Example, call: &Call<'_>) -> String {
    let mut out = usings(example);
    out.push_str("using var http = new HttpClient();\n\n");
    out.push_str("// 1. a token: keep it until it expires\n");
    let method = if example.method == "GET" { "Get" } else { "Post" };
    let url = string(&example.url());
    let _ = writeln!(out, "using var ask = new HttpRequestMessage(HttpMethod.{method}, {url});");
    if let Some((id, secret)) = &example.basic {
        let pair = string(&format!("{id}:{secret}"));
        out.push_str("ask.Headers.Authorization = new AuthenticationHeaderValue(\"Basic\",\n");
        let _ = writeln!(out, "    Convert.ToBase64String(Encoding.UTF8.GetBytes({pair})));");
    }
    for (name, value) in &example.headers {
        let (name, value) = (string(name), string(value));
        let _ = writeln!(out, "ask.Headers.TryAddWithoutValidation({name}, {value});");
    }
    content(&mut out, example);
    out.push_str("using var granted = await http.SendAsync(ask);\n");
    out.push_str("granted.EnsureSuccessStatusCode();\n");
    match &example.reply.access_token {
        Some(path) => {
            out.push_str("using var reply = JsonDocument.Parse(await granted.Content.ReadAsStringAsync());\n");
            let step = |name: &String| format!(".GetProperty({})", string(name));
            let steps: String = path.iter().map(step).collect();
            let _ = writeln!(out, "var token = reply.RootElement{steps}.GetString();");
        }
        None => {
            out.push_str("Console.WriteLine(await granted.Content.ReadAsStringAsync());\n");
            out.push_str("var token = \"<access token>\";\n");
        }
    }
    out.push_str("\n// 2. a call\n");
    calling(&mut out, &example.carrier, call);
    out.push_str("using var answer = await http.SendAsync(call);\n");
    out.push_str("Console.WriteLine($\"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}\");");
    out
}

fn usings(example: &Example) -> String {
    let is_json = matches!(example.body, Some(Content::Json(_)));
    let names = [
        ("System.Net.Http.Headers", example.basic.is_some()),
        ("System.Net.Http.Json", is_json),
        ("System.Text", example.basic.is_some()),
        ("System.Text.Json", example.reply.access_token.is_some()),
    ];
    let used = names.iter().filter(|(_, is_used)| *is_used);
    let mut out: String = used.map(|(name, _)| format!("using {name};\n")).collect();
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn content(out: &mut String, example: &Example) {
    match &example.body {
        Some(Content::Form(pairs)) => {
            out.push_str(
                "ask.Content = new FormUrlEncodedContent(new Dictionary<string, string>\n",
            );
            out.push_str("{\n");
            for (name, value) in pairs {
                let _ = writeln!(out, "    [{}] = {},", string(name), string(value));
            }
            out.push_str("});\n");
        }
        Some(Content::Json(members)) => {
            out.push_str("ask.Content = JsonContent.Create(");
            object(out, members, 0);
            out.push_str(");\n");
        }
        None => {}
    }
}

fn calling(out: &mut String, carrier: &Carrier, call: &Call<'_>) {
    let method = match call.method {
        "GET" => "HttpMethod.Get".to_owned(),
        "POST" => "HttpMethod.Post".to_owned(),
        "PUT" => "HttpMethod.Put".to_owned(),
        "DELETE" => "HttpMethod.Delete".to_owned(),
        other => format!("new HttpMethod({})", string(other)),
    };
    let url = match carrier {
        Carrier::Header { .. } => string(call.url),
        Carrier::Query(name) => {
            format!("{} + Uri.EscapeDataString(token!)", string(&with_parameter(call.url, name)))
        }
    };
    let _ = writeln!(out, "using var call = new HttpRequestMessage({method}, {url});");
    if let Carrier::Header { name, before, behind } = carrier {
        let before =
            if before.is_empty() { String::new() } else { format!("{} + ", string(before)) };
        let behind =
            if behind.is_empty() { String::new() } else { format!(" + {}", string(behind)) };
        let name = string(name);
        let _ =
            writeln!(out, "call.Headers.TryAddWithoutValidation({name}, {before}token{behind});");
    }
}

/// A dictionary, one member on a line. As deep as a dialect's file.
fn object(out: &mut String, members: &serde_json::Map<String, serde_json::Value>, depth: usize) {
    let indent = "    ".repeat(depth);
    let _ = write!(out, "new Dictionary<string, object>\n{indent}{{\n");
    for (name, value) in members {
        let _ = write!(out, "{indent}    [{}] = ", string(name));
        match value {
            serde_json::Value::Object(inner) => object(out, inner, depth + 1),
            serde_json::Value::String(text) => out.push_str(&string(text)),
            number => out.push_str(&number.to_string()),
        }
        out.push_str(",\n");
    }
    let _ = write!(out, "{indent}}}");
}

fn string(text: &str) -> String {
    quoted(text, Escapes::Pairs)
}
