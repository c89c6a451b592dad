//! A service as a file declares it: the keys of a `[[service]]` of the configuration, as
//! they stand there. What they mean and whether they are right is the configuration's to
//! say; here they are read, compared, and written as a file of their own.

use std::fmt;

use toml::de::{DeTable, DeValue};

use crate::service::Service;
use crate::state::declared::Fault;
use crate::state::table::{Table, Text};

/// What the first line of a file says that [`DeclaredService::rendered`] wrote.
const HEAD: &str = "# Written by \"portreeve apply\": change the declared state, and apply it.\n";

/// The order of the keys in such a file; others follow by name.
const ORDER: [&str; 9] =
    ["name", "title", "openapi", "upstream", "path", "audience", "dialect", "token", "token_ttl"];

/// The keys that begin the line about a new service.
const HEADING: [&str; 3] = ["name", "title", "path"];

/// A service as it is to be, or as a file of its own has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredService {
    /// Its name: 1 to 40 lower-case letters, digits and `-`, and so a file's name too.
    pub name: String,
    /// Every key, the name among them, in the order in which they are written.
    pub keys: Vec<Key>,
    /// Where it stands in the file.
    pub line: usize,
}

/// A key of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What it is called.
    pub name: String,
    /// What it says.
    pub value: Value,
    /// Where it stands in the file.
    pub line: usize,
}

/// What a key says. Printed as TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(String),
    /// Anything else, as TOML.
    Other(String),
}

/// A service that becomes what is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceStep {
    /// What it is to be.
    pub to: DeclaredService,
    /// What it was, if it was there.
    pub before: Option<DeclaredService>,
}

impl DeclaredService {
    /// Reads the file of one service; `None` when it is no TOML or has no good name.
    pub fn parse(text: &str) -> Option<Self> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let (lines, mut faults) = (Text(text), Vec::<Fault>::new());
        let mut top = Table::new("", (table.get_ref(), 1), &lines, &mut faults);
        let read = read(&mut top);
        read.filter(|_| errors.is_empty())
    }

    /// The file of one service: the same text for the same keys, in whatever order.
    pub fn rendered(&self) -> String {
        let lines =
            self.keys.iter().map(|key| format!("{} = {}\n", key_name(&key.name), key.value));
        lines.fold(HEAD.to_owned(), |text, line| text + &line)
    }

    /// What a key says, if that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match &self.key(name)?.value {
            Value::Text(text) => Some(text),
            Value::Other(_) => None,
        }
    }

    /// The line of the key that stands at this line of [`DeclaredService::rendered`], or
    /// of the whole.
    pub fn line_of_rendered(&self, line: Option<usize>) -> usize {
        let place = line.and_then(|line| line.checked_sub(1 + HEAD.lines().count()));
        place.and_then(|place| self.keys.get(place)).map_or(self.line, |key| key.line)
    }

    /// The step that makes this of what is there; `None` when it is so already.
    pub fn step_from(&self, before: Option<DeclaredService>) -> Option<ServiceStep> {
        let step = ServiceStep { to: self.clone(), before };
        let is_same = step.before.is_some() && step.told().is_empty();
        (!is_same).then_some(step)
    }

    fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

impl ServiceStep {
    /// What is another than before: `upstream: "http://b"; before: "http://a"`.
    pub fn told(&self) -> Vec<String> {
        let Some(before) = &self.before else { return Vec::new() };
        let gone = before.keys.iter().filter(|key| self.to.key(&key.name).is_none());
        let names = self.to.keys.iter().chain(gone).map(|key| key.name.as_str());
        let shown = |key: Option<&Key>| key.map_or("none".to_owned(), |key| key.value.to_string());
        let changed = |name| {
            let (is, was) = (shown(self.to.key(name)), shown(before.key(name)));
            (is != was).then(|| format!("{name}: {is}; before: {was}"))
        };
        names.filter_map(changed).collect()
    }
}

impl fmt::Display for ServiceStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = &self.to;
        if self.before.is_some() {
            return write!(f, "~ service {} {}", to.name, self.told().join("; "));
        }
        let text = |name| to.text(name).unwrap_or_default();
        let (title, path) = (text("title"), text("path"));
        let more = to.keys.iter().filter(|key| !HEADING.contains(&key.name.as_str()));
        let more: Vec<String> = more.map(|key| format!("{}: {}", key.name, key.value)).collect();
        write!(f, "+ service {} {title:?} at {path} {}", to.name, more.join("; "))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Other(toml) => f.write_str(toml),
        }
    }
}

/// Reads one, whatever its keys.
pub(super) fn read(table: &mut Table<'_, '_>) -> Option<DeclaredService> {
    let name = table.required("name", |name| match Service::is_name(name) {
        true => Ok(name.to_owned()),
        false => Err(Service::NAMES.to_owned()),
    });
    let key = |(name, value, line): (&str, &DeValue<'_>, usize)| {
        let value = match value.as_str() {
            Some(text) => Value::Text(text.to_owned()),
            None => Value::Other(toml(value)),
        };
        Key { name: name.to_owned(), value, line }
    };
    let mut keys: Vec<Key> = table.all().map(key).collect();
    let place = |key: &Key| ORDER.iter().position(|name| *name == key.name).unwrap_or(ORDER.len());
    keys.sort_by(|one, two| place(one).cmp(&place(two)).then_with(|| one.name.cmp(&two.name)));
    Some(DeclaredService { name: name?, keys, line: table.line })
}

/// A value as TOML, in one way whichever way it was written.
fn toml(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => quoted(text),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(word) => word.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| toml(item.get_ref())).collect();
            format!("[{}]", items.join(", "))
        }
        DeValue::Table(table) => {
            let pairs = table.iter().map(|(key, value)| {
                format!("{} = {}", key_name(key.get_ref()), toml(value.get_ref()))
            });
            let mut pairs: Vec<String> = pairs.collect();
            pairs.sort();
            format!("{{ {} }}", pairs.join(", "))
        }
    }
}

fn key_name(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_bare = !name.is_empty() && name.bytes().all(plain);
    if is_bare { name.to_owned() } else { quoted(name) }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests;
