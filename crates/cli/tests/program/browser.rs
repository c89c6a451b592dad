//! A browser without scripts: follows what it is told to, keeps cookies, fills in forms.

use std::process::Command;

use tempfile::TempDir;

/// Somebody's browser.
pub(crate) struct Browser {
    jar: TempDir,
    origin: String,
}

/// What it was answered.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    /// Where it is sent to.
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

impl Browser {
    /// One that has never been at the server with this address.
    pub(crate) fn new(origin: &str) -> Self {
        Self { jar: tempfile::tempdir().unwrap(), origin: origin.to_owned() }
    }

    /// Opens an address; one without a host is the server's own.
    pub(crate) fn open(&self, address: &str, query: &[(&str, &str)]) -> Page {
        self.send(address, &["-G"], query)
    }

    /// Sends a form that a page of another host holds.
    pub(crate) fn post(&self, address: &str, fields: &[(&str, &str)]) -> Page {
        self.send(address, &["-X", "POST"], fields)
    }

    /// Sends the form of a page that goes to this path, with these fields filled in.
    pub(crate) fn submit(&self, page: &Page, path: &str, filled: &[(&str, &str)]) -> Page {
        let origin = format!("Origin: {}", self.origin);
        let fields = [&hidden(&page.body, path), filled].concat();
        self.send(path, &["-X", "POST", "-H", &origin], &fields)
    }

    fn send(&self, address: &str, how: &[&str], fields: &[(&str, &str)]) -> Page {
        let url = match address.starts_with('/') {
            true => format!("{}{address}", self.origin),
            false => address.to_owned(),
        };
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let jar = self.jar.path().join("cookies");
        let mut curl = Command::new("curl");
        curl.args(["-s", "-i", "-b"]).arg(&jar).arg("-c").arg(&jar).args(how);
        for pair in &pairs {
            curl.args(["--data-urlencode", pair]);
        }
        let output = curl.arg(url).output().unwrap();
        Page::read(&String::from_utf8(output.stdout).unwrap())
    }
}

impl Page {
    fn read(answer: &str) -> Self {
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        let location = lines.find(|(name, _)| name.eq_ignore_ascii_case("location"));
        let location = location.map(|(_, value)| value.to_owned());
        Self { status, location, body: body.to_owned() }
    }

    /// Where it is sent to; it must be.
    pub(crate) fn onward(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.body);
        self.location.as_deref().unwrap()
    }
}

/// The hidden fields of the form that goes to this path.
fn hidden<'p>(body: &'p str, path: &str) -> Vec<(&'p str, &'p str)> {
    let (_, form) = body.split_once(&format!("action=\"{path}\"")).unwrap();
    let (form, _) = form.split_once("</form>").unwrap();
    let fields = form.split("<input type=\"hidden\" name=\"").skip(1);
    let pairs = fields.map(|field| {
        let (name, rest) = field.split_once("\" value=\"").unwrap();
        (name, rest.split_once('"').unwrap().0)
    });
    pairs.collect()
}
