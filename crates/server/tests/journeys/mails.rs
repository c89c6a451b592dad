//! The mails that a world has sent, read as a mail program reads them.

use base64::prelude::{BASE64_STANDARD, Engine};

use crate::world::World;

/// A mail that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    /// The file, as it is.
    pub(crate) raw: String,
}

impl Received {
    /// The code that stands behind the `#` of its link.
    pub(crate) fn code(&self) -> String {
        let behind = self.text.split_once('#').map(|(_, rest)| rest.lines().next().unwrap());
        behind.unwrap_or_else(|| panic!("no code: {self:?}")).to_owned()
    }
}

impl World {
    /// Every mail so far, in the order in which they were written.
    pub(crate) async fn mails(&self) -> Vec<Received> {
        while self.env.mail.waiting() > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        let files = std::fs::read_dir(self.folder.path().join("mail")).unwrap();
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| read(&std::fs::read_to_string(path).unwrap())).collect()
    }

    /// The mails to one address.
    pub(crate) async fn mails_to(&self, address: &str) -> Vec<Received> {
        let mut mails = self.mails().await;
        mails.retain(|mail| mail.to == address);
        mails
    }

    /// Takes every mail so far away.
    pub(crate) async fn forget_mails(&self) {
        self.mails().await;
        for file in std::fs::read_dir(self.folder.path().join("mail")).unwrap() {
            std::fs::remove_file(file.unwrap().path()).unwrap();
        }
    }
}

fn read(raw: &str) -> Received {
    let (_, boundary) = raw.split_once("boundary=\"").unwrap();
    let boundary = format!("\r\n--{}", boundary.split('"').next().unwrap());
    let parts = raw.split(&*boundary);
    let part = parts.filter(|part| part.contains("text/plain")).last().unwrap();
    let (headers, body) = part.trim_start().split_once("\r\n\r\n").unwrap();
    let body = match headers.to_ascii_lowercase() {
        of if of.contains("quoted-printable") => String::from_utf8(unquoted(body)).unwrap(),
        of if of.contains("base64") => {
            let plain: String = body.split_whitespace().collect();
            String::from_utf8(BASE64_STANDARD.decode(plain).unwrap()).unwrap()
        }
        _ => body.to_owned(),
    };
    Received {
        to: header(raw, "To"),
        subject: words(&header(raw, "Subject")),
        text: body.replace("\r\n", "\n"),
        raw: raw.to_owned(),
    }
}

/// A header, its folded lines joined.
fn header(raw: &str, name: &str) -> String {
    let (headers, _) = raw.split_once("\r\n\r\n").unwrap();
    let unfolded = headers.replace("\r\n ", " ");
    let found = unfolded.split("\r\n").find_map(|line| line.strip_prefix(&format!("{name}: ")));
    found.unwrap_or_else(|| panic!("no {name}: {raw}")).to_owned()
}

/// Encoded words, decoded (RFC 2047).
fn words(header: &str) -> String {
    let mut out = String::new();
    let mut rest = header.replace("?= =?", "?==?");
    while let Some((before, word)) = rest.clone().split_once("=?utf-8?b?") {
        let (word, after) = word.split_once("?=").unwrap();
        out += before;
        out += &String::from_utf8_lossy(&BASE64_STANDARD.decode(word).unwrap());
        rest = after.to_owned();
    }
    out + &rest
}

/// Quoted-printable (RFC 2045 §6.7).
fn unquoted(text: &str) -> Vec<u8> {
    let joined = text.replace("=\r\n", "");
    let mut out = Vec::new();
    let mut bytes = joined.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'=' {
            out.push(byte);
            continue;
        }
        let pair = [bytes.next().unwrap(), bytes.next().unwrap()];
        out.push(u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap());
    }
    out
}
