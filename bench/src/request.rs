//! Requests, written out as they go over the wire (RFC 9112), and one asked at a
//! time.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::answer;
use crate::fault::Fault;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client's id and secret.
#[derive(Clone, Debug)]
pub(crate) struct Credential {
    /// The id.
    pub(crate) id: String,
    /// The secret.
    pub(crate) secret: String,
}

/// Asks for a token: a form with Basic (RFC 6749 §4.4.2, §2.3.1). Ids and secrets
/// are of letters, digits and `_`, so that nothing needs encoding.
pub(crate) fn token(path: &str, client: &Credential, audience: Option<&str>) -> Vec<u8> {
    let audience = audience.map_or(String::new(), |name| format!("&audience={}", encoded(name)));
    post(path, client, &format!("grant_type=client_credentials{audience}"))
}

/// Asks for a token as Dataloy's page has it: all in JSON.
pub(crate) fn json_token(path: &str, client: &Credential, audience: &str) -> Vec<u8> {
    let Credential { id, secret } = client;
    let body = format!(
        r#"{{"client_id":"{id}","client_secret":"{secret}","audience":"{audience}","grant_type":"client_credentials"}}"#
    );
    post_json(path, "", &body)
}

/// Asks for a token as DQE's page has it: all in the query.
pub(crate) fn query_token(path: &str, client: &Credential, scope: &str) -> Vec<u8> {
    let Credential { id, secret } = client;
    call(&format!("{path}?client_id={id}&client_secret={secret}&scope={scope}"), None)
}

/// Asks for a token as Dotypos's page has it: a refresh token in the header, and in
/// JSON the cloud.
pub(crate) fn cloud_token(path: &str, refresh_token: &str, cloud: &str) -> Vec<u8> {
    let head = format!("Authorization: User {refresh_token}\r\n");
    post_json(path, &head, &format!(r#"{{"_cloudId":{cloud}}}"#))
}

/// Asks what a token says (RFC 7662).
pub(crate) fn introspection(path: &str, client: &Credential, token: &str) -> Vec<u8> {
    post(path, client, &format!("token={token}"))
}

/// Calls an API, with a token or without (RFC 6750 §2.1).
pub(crate) fn call(path: &str, token: Option<&str>) -> Vec<u8> {
    let token = token.map_or(String::new(), |text| format!("Authorization: Bearer {text}\r\n"));
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n{token}\r\n").into_bytes()
}

/// Asks once and answers the status and the body.
///
/// # Errors
/// When nobody listens, or what comes is no answer.
pub(crate) fn ask(address: SocketAddr, request: &[u8]) -> Result<(u16, Vec<u8>), Fault> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request)?;
    let mut received = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = stream.read(&mut piece)?;
        received.extend_from_slice(piece.get(..count).unwrap_or_default());
        if let Some(answer) = answer::read(&received)? {
            let body = received.get(answer.body_at..answer.end).unwrap_or_default();
            return Ok((answer.status, body.to_vec()));
        }
        if count == 0 {
            return Err("the server closed the connection".into());
        }
    }
}

/// Asks for a token once and reads it from the answer.
///
/// # Errors
/// When the answer is another one than 200 with an `access_token`.
pub(crate) fn ask_token(address: SocketAddr, request: &[u8]) -> Result<String, Fault> {
    let (status, body) = ask(address, request)?;
    let json: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
    let token = json.as_ref().and_then(|json| json.get("access_token")?.as_str());
    let token = token.filter(|_| status == 200).map(ToOwned::to_owned);
    token.ok_or_else(|| {
        format!("no token came but {status}: {}", String::from_utf8_lossy(&body)).into()
    })
}

fn post(path: &str, client: &Credential, form: &str) -> Vec<u8> {
    let basic = STANDARD.encode(format!("{}:{}", client.id, client.secret));
    let length = form.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {basic}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
    )
    .into_bytes()
}

fn post_json(path: &str, head: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Form encoding of a URL (the only text here that needs it).
fn encoded(text: &str) -> String {
    text.replace(':', "%3A").replace('/', "%2F")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_request_is_as_long_as_it_says() {
        let client = Credential { id: "a".to_owned(), secret: "b".to_owned() };
        let text = String::from_utf8(token("/t", &client, Some("https://x/y"))).unwrap();
        let (head, form) = text.split_once("\r\n\r\n").unwrap();
        assert_eq!(form, "grant_type=client_credentials&audience=https%3A%2F%2Fx%2Fy");
        assert!(head.contains("\r\nAuthorization: Basic YTpi\r\n"));
        assert!(head.ends_with(&format!("\r\nContent-Length: {}", form.len())));
    }
}
