//! A mail as bytes (RFC 5322, RFC 2045): what goes to a relay or into a file.

use std::time::{Duration, UNIX_EPOCH};

use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use crate::config::mail::From;
use crate::mail::Mail;

/// A mail as it travels.
#[derive(Clone)]
pub(super) struct Written {
    /// From whom and to whom, for the relay.
    pub(super) envelope: Envelope,
    /// Headers and body.
    pub(super) bytes: Vec<u8>,
}

/// The sender's address as the library knows it.
///
/// # Errors
/// What it does not like.
pub(super) fn sender(from: &From) -> Result<Mailbox, String> {
    let address: Address = from.address.parse().map_err(|error| format!("from: {error}"))?;
    Ok(Mailbox::new(from.name.clone(), address))
}

/// Writes a mail. `host` is the right side of its Message-ID.
///
/// # Errors
/// When its address is none.
pub(super) fn write(mail: &Mail, from: &Mailbox, host: &str) -> Result<Written, String> {
    let to: Address = mail.to.parse().map_err(|_| "the address is none".to_owned())?;
    let id: String = mail.id.iter().map(|byte| format!("{byte:02x}")).collect();
    let seconds = u64::try_from(mail.at.as_unix()).unwrap_or_default();
    let at = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap_or(UNIX_EPOCH);
    // RFC 3834 §5.2: programs that answer mails leave this one alone.
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    let message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(one_line(&mail.subject))
        .date(at)
        .message_id(Some(format!("<{id}@{host}>")))
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
        .multipart(alternatives(mail, &id))
        .map_err(|error| error.to_string())?;
    Ok(Written { envelope: message.envelope().clone(), bytes: message.formatted() })
}

fn alternatives(mail: &Mail, id: &str) -> MultiPart {
    let part = |kind: ContentType, body: &str| {
        SinglePart::builder().header(kind).body(body.replace('\n', "\r\n"))
    };
    // RFC 2046 §5.1.4: the best last.
    MultiPart::alternative()
        .boundary(id)
        .singlepart(part(ContentType::TEXT_PLAIN, &mail.text))
        .singlepart(part(ContentType::TEXT_HTML, &mail.html))
}

/// Whatever a subject is made of, it ends no header.
fn one_line(subject: &str) -> String {
    subject.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}
