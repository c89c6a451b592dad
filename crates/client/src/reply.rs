//! The server's answer, read: a token (RFC 6749 §5.1) or a refusal (§5.2). Pure.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::error::{Error, Refused};
use crate::token::AccessToken;

/// How long a token counts as valid when the server does not say, in seconds.
const LIFE_UNSAID: u64 = 300;

/// The longest text of the server that is repeated in an error, in characters.
const LONGEST_TEXT: usize = 300;

/// An answer as it came.
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// `Retry-After`, if it was a number of seconds.
    pub(crate) retry_after: Option<u64>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The token that was granted to a request made at `asked_at`. `endpoint` names
    /// the server in errors; `secrets` are the texts that no error may repeat.
    pub(crate) fn into_token(
        self,
        endpoint: &Arc<str>,
        secrets: &[String],
        asked_at: u64,
    ) -> Result<AccessToken, Error> {
        let status = self.status;
        if (300..400).contains(&status) {
            return Err(Error::Redirected { endpoint: endpoint.clone(), status });
        }
        let unreadable =
            |problem| Error::Unreadable { endpoint: endpoint.clone(), status, problem };
        let body: Option<Value> = serde_json::from_slice(&self.body).ok();
        if (200..300).contains(&status) {
            let body = body.ok_or_else(|| unreadable("the answer is no JSON"))?;
            return token(&body, asked_at).map_err(unreadable);
        }
        match body.as_ref().and_then(|body| refusal(body, &self, secrets)) {
            Some(refused) => Err(Error::Refused(Arc::new(refused))),
            None => Err(unreadable("the answer is no OAuth error")),
        }
    }
}

fn token(body: &Value, asked_at: u64) -> Result<AccessToken, &'static str> {
    let text = body.get("access_token").and_then(Value::as_str).ok_or("it has no access_token")?;
    // Absent with some servers, though RFC 6749 §5.1 requires it; its case is free.
    let kind = body.get("token_type").map(|kind| kind.as_str().unwrap_or_default());
    if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err("its token_type is not Bearer");
    }
    let life = match body.get("expires_in") {
        None | Some(Value::Null) => LIFE_UNSAID,
        Some(said) => seconds(said).ok_or("its expires_in is no number of seconds")?,
    };
    let scope = body.get("scope").and_then(Value::as_str);
    AccessToken::new(text, scope, asked_at, life).ok_or("its access_token cannot stand in a header")
}

/// A number, or one in quotes, as some servers write it.
fn seconds(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    }
}

fn refusal(body: &Value, reply: &Reply, secrets: &[String]) -> Option<Refused> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(|said| tame(said, secrets));
    Some(Refused {
        status: reply.status,
        code: text("error")?,
        description: text("error_description").filter(|said| !said.is_empty()),
        retry_after: reply.retry_after.map(Duration::from_secs),
    })
}

/// A text of the server, fit for a log: one line, not endless, and without the
/// secret, should a server repeat what it was sent.
fn tame(said: &str, secrets: &[String]) -> String {
    let mut said = said.to_owned();
    for secret in secrets {
        said = said.replace(secret.as_str(), "[secret]");
    }
    said.chars().filter(|c| !c.is_control()).take(LONGEST_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Result<AccessToken, Error> {
        let reply = Reply { status, retry_after: Some(7), body: body.into() };
        reply.into_token(&"https://login.example.com/t".into(), &["prs_hidden".into()], 1000)
    }

    #[test]
    fn tokens_are_read_in_every_spelling_of_their_life() {
        for (life, expires_at) in [
            (r#","expires_in":3600"#, 4600),
            (r#","expires_in":"300""#, 1300),
            (r#","expires_in":null"#, 1300),
            ("", 1300),
            (r#","expires_in":0,"scope":"a b","token_type":"bearer""#, 1000),
        ] {
            let token = read(200, &format!(r#"{{"access_token":"abc"{life}}}"#)).unwrap();
            assert_eq!((token.expose(), token.expires_at()), ("abc", expires_at), "{life}");
        }
        assert_eq!(
            read(201, r#"{"access_token":"a","scope":"x y"}"#).unwrap().scope(),
            Some("x y")
        );
    }

    #[test]
    fn what_is_no_token_is_said_to_be_none() {
        for (body, problem) in [
            ("<html>", "no JSON"),
            ("[]", "no access_token"),
            (r#"{"access_token":7}"#, "no access_token"),
            (r#"{"access_token":"a\nb"}"#, "cannot stand in a header"),
            (r#"{"access_token":"a","token_type":"DPoP"}"#, "not Bearer"),
            (r#"{"access_token":"a","expires_in":-1}"#, "no number of seconds"),
            (r#"{"access_token":"a","expires_in":"soon"}"#, "no number of seconds"),
        ] {
            let told = read(200, body).unwrap_err().to_string();
            assert!(told.contains(problem), "{body}: {told}");
        }
    }

    #[test]
    fn refusals_keep_the_servers_words_but_no_secret() {
        let body = r#"{"error":"invalid_client","error_description":"prs_hidden is\nwrong"}"#;
        let Err(Error::Refused(refused)) = read(401, body) else { panic!("not refused") };
        assert_eq!(refused.code, "invalid_client");
        assert_eq!(refused.description.as_deref(), Some("[secret] iswrong"));
        assert_eq!(refused.retry_after, Some(Duration::from_secs(7)));
        let told = refused.to_string();
        assert!(told.contains("invalid_client (HTTP 401)"), "{told}");
        assert!(told.contains("Check client id and secret"), "{told}");
        let long = format!(r#"{{"error":"e","error_description":"{}"}}"#, "x".repeat(9000));
        assert!(read(400, &long).unwrap_err().to_string().len() < 500);
    }

    #[test]
    fn what_may_pass_is_told_from_what_will_not() {
        for (status, body, temporary) in [
            (503, r#"{"error":"temporarily_unavailable"}"#, true),
            (429, r#"{"error":"temporarily_unavailable"}"#, true),
            (401, r#"{"error":"invalid_client"}"#, false),
            (502, "<html>bad gateway</html>", true),
            (404, "not here", false),
            (302, "", false),
        ] {
            assert_eq!(read(status, body).unwrap_err().is_temporary(), temporary, "{status}");
        }
        assert!(matches!(read(308, ""), Err(Error::Redirected { status: 308, .. })));
    }
}
