//! What was made of a dialect's file, as plain JSON: every default said, every row of
//! refusals with the conditions that are left for it.

use std::collections::BTreeMap;

use portreeve_core::dialect::Dialect;
use portreeve_core::dialect::body::Body;
use portreeve_core::dialect::cast::Value as Written;
use portreeve_core::dialect::connector::{Connector, Entry, Proof, RedirectValues};
use portreeve_core::dialect::issue::{AccessIssue, RefreshForm, RefreshIssue};
use portreeve_core::dialect::phrase::Variable;
use portreeve_core::dialect::read::{GrantRow, TokenEndpoint};
use portreeve_core::dialect::refusals::RefusalTable;
use portreeve_core::dialect::resource::ResourceSide;
use portreeve_core::dialect::text::Challenge;
use portreeve_core::dialect::text::endpoint::{BodyKind, MethodWord, When};
use portreeve_core::refusal::TABLE;
use portreeve_core::time::Ttl;
use portreeve_core::token::format::{Alphabet, TokenFormat};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A dialect.
#[derive(Serialize)]
pub(super) struct Plain {
    name: String,
    title: String,
    token: Value,
    issue: Value,
    reply: Value,
    refusals: Vec<Value>,
    resource: Value,
    connector: Option<Value>,
}

impl From<&Dialect> for Plain {
    fn from(dialect: &Dialect) -> Self {
        let refresh = dialect.issue.refresh.as_ref().map(refresh);
        Self {
            name: dialect.name.clone(),
            title: dialect.title.clone(),
            token: token(&dialect.token),
            issue: json!({ "access": access(&dialect.issue.access), "refresh": refresh }),
            reply: with_body(json!({ "status": dialect.reply.status }), &dialect.reply.body),
            refusals: refusals(&dialect.refusals),
            resource: resource(&dialect.resource),
            connector: dialect.connector.as_ref().map(connector),
        }
    }
}

fn token(token: &TokenEndpoint) -> Value {
    let inputs: BTreeMap<&str, Vec<String>> = token
        .places
        .iter()
        .map(|(input, places)| (input.as_str(), places.iter().map(ToString::to_string).collect()))
        .collect();
    let methods: Vec<&str> = token.methods.iter().map(method).collect();
    let accepts: Vec<&str> = token.accepts.iter().map(body_kind).collect();
    json!({
        "paths": token.paths,
        "ignore_case": token.ignore_case,
        "methods": methods,
        "accepts": accepts,
        "basic": format!("{:?}", token.basic).to_lowercase(),
        "known_parameters": token.known_parameters(),
        "inputs": inputs,
        "grants": token.grants.iter().map(grant).collect::<Vec<_>>(),
    })
}

const fn method(word: &MethodWord) -> &'static str {
    match word {
        MethodWord::Get => "GET",
        MethodWord::Post => "POST",
    }
}

const fn body_kind(kind: &BodyKind) -> &'static str {
    match kind {
        BodyKind::Form => "form",
        BodyKind::Json => "json",
        BodyKind::None => "none",
    }
}

fn grant(row: &GrantRow) -> Value {
    let when: BTreeMap<&str, Value> = row
        .when
        .iter()
        .map(|(name, when)| match when {
            When::Is(value) => (&**name, json!(value)),
            When::Present(present) => (&**name, json!({ "present": present })),
        })
        .collect();
    let client = if row.client_from_refresh_token { "from_refresh_token" } else { "credentials" };
    json!({
        "is": row.is.as_str(),
        "path": row.path,
        "when": when,
        "required": row.required.iter().map(|input| input.as_str()).collect::<Vec<_>>(),
        "client": client,
    })
}

fn access(access: &AccessIssue) -> Value {
    let form = access.format.as_ref().map(|format| match format {
        TokenFormat::Jwt(algorithm) => json!({ "format": "jwt", "algorithm": algorithm }),
        TokenFormat::Sealed { prefix, alphabet } => form("sealed", prefix, *alphabet, None),
        TokenFormat::Compact(it) => form("sealed", &it.prefix, it.alphabet, Some(it.length)),
    });
    json!({ "form": form, "ttl": access.ttl, "shared": access.shared })
}

fn refresh(refresh: &RefreshIssue) -> Value {
    let form = match &refresh.format {
        RefreshForm::Sealed(it) => form("sealed", &it.prefix, it.alphabet, Some(it.length)),
        RefreshForm::Stored(it) => {
            let length = it.prefix.len().saturating_add(it.length);
            form("stored", &it.prefix, it.alphabet, Some(length))
        }
    };
    let ttl = refresh.ttl.map_or_else(|| "never".to_owned(), |ttl: Ttl| ttl.to_string());
    json!({ "form": form, "ttl": ttl, "rotate": refresh.rotate, "in_reply": refresh.in_reply })
}

fn form(format: &str, prefix: &str, alphabet: Alphabet, length: Option<usize>) -> Value {
    json!({ "format": format, "prefix": prefix, "alphabet": alphabet, "length": length })
}

fn refusals(table: &RefusalTable) -> Vec<Value> {
    let rows = table.rows().iter().enumerate();
    rows.map(|(number, row)| {
        let challenge = row.challenge.map(|challenge| match challenge {
            Challenge::Basic => "basic",
            Challenge::Bearer => "bearer",
        });
        let on = table.answered_by(number);
        with_body(json!({ "on": on, "status": row.status, "challenge": challenge }), &row.body)
    })
    .collect()
}

fn resource(side: &ResourceSide) -> Value {
    let token: Vec<String> = side.places.iter().map(ToString::to_string).collect();
    let refusals = refusals(&side.refusals);
    json!({ "token": token, "narrowed": side.narrowed, "refusals": refusals })
}

fn connector(connector: &Connector) -> Value {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in TABLE {
        let text = connector.refusal_text(row.reason);
        if text != row.text {
            texts.entry(text.to_owned()).or_default().push(row.slug.to_owned());
        }
    }
    let texts: Vec<Value> =
        texts.into_iter().map(|(text, on)| json!({ "on": on, "text": text })).collect();
    // Each variable stands for itself.
    let variables = RedirectValues {
        refresh_token: "refresh_token",
        organization: Some("organization"),
        state: Some("state"),
        client_id: "client_id",
    };
    json!({
        "scope": connector.everything,
        "choose": connector.chooses_organization.then_some("organization"),
        "reach": connector.reach,
        "finish_within": connector.finish_within,
        "words": {
            "organization": connector.words.organization,
            "organizations": connector.words.organizations,
        },
        "entries": connector.entries.iter().map(entry).collect::<Vec<_>>(),
        "redirect": connector.redirect_uri("", &variables),
        "refusals": texts,
    })
}

fn entry(entry: &Entry) -> Value {
    let proof = match &entry.proof {
        Proof::ClientSecret(name) => json!({ "client_secret": name }),
        Proof::HmacTimestamp(it) => json!({ "hmac_timestamp": {
            "message": it.message,
            "signature": it.signature,
            "hash": format!("{:?}", it.hash).to_lowercase(),
            "encoding": format!("{:?}", it.encoding).to_lowercase(),
            "skew": it.skew,
        }}),
    };
    json!({
        "path": entry.path,
        "method": method(&entry.method),
        "inputs": {
            "client_id": entry.names.client_id,
            "redirect_uri": entry.names.redirect_uri,
            "scope": entry.names.scope,
            "state": entry.names.state,
        },
        "proof": proof,
    })
}

/// Adds a body and its media type, each variable standing as `${name}`.
fn with_body<V: Variable + PartialEq>(mut row: Value, body: &Body<V>) -> Value {
    let mut text = Vec::new();
    let name = |variable: V| {
        let known = V::ALL.iter().find(|(_, own, _)| *own == variable);
        Written::Text(format!("${{{}}}", known.map_or("", |(name, ..)| name)).into())
    };
    body.write(&name, &mut text);
    let text = String::from_utf8_lossy(&text);
    let json: Option<Map<String, Value>> = serde_json::from_str(&text).ok();
    if let Some(row) = row.as_object_mut() {
        let kind = String::from_utf8_lossy(body.kind().as_bytes()).into_owned();
        row.insert("content_type".to_owned(), Value::from(kind));
        row.insert("body".to_owned(), json.map_or_else(|| text.into(), Value::Object));
    }
    row
}
