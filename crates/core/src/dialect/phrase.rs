//! Text with holes: `Service not enabled: ${about}`. What is put in is escaped as the
//! place wants it, so that no value can become markup or another parameter.

use crate::dialect::cast::{Cast, Kind, Value, Written, write_escaped};
use crate::dialect::nearest;

/// What a template's variables stand for.
pub trait Variable: Copy + Sized + 'static {
    /// Every variable: its name, itself, and the kind of its value.
    const ALL: &'static [(&'static str, Self, Kind)];
}

/// How a value becomes part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// Inside a JSON string.
    Json,
    /// As it is, without control characters: plain text.
    Plain,
    /// Inside HTML or XML.
    Markup,
    /// Inside a query or a form (RFC 3986 §2.1).
    Percent,
}

/// A checked text with holes.
#[derive(Clone, Debug)]
pub struct Phrase<V> {
    pieces: Vec<Piece<V>>,
    escape: Escape,
}

#[derive(Clone, Debug)]
enum Piece<V> {
    /// Escaped already.
    Literal(Box<str>),
    Hole(Hole<V>),
}

/// `${name|cast?}`.
#[derive(Clone, Debug)]
pub struct Hole<V> {
    /// What is put in.
    pub variable: V,
    /// How.
    pub cast: Cast,
    /// True when the whole is left out without a value.
    pub optional: bool,
}

impl<V: Variable> Phrase<V> {
    /// Checks a text.
    ///
    /// # Errors
    /// A sentence that says which variable or cast does not exist.
    pub fn compile(text: &str, escape: Escape) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let literal = |text: &str, pieces: &mut Vec<Piece<V>>| {
            if !text.is_empty() {
                pieces.push(Piece::Literal(literal(text, escape).into()));
            }
        };
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (hole, behind) =
                after.split_once('}').ok_or_else(|| format!("\"{text}\": a ${{ without its }}"))?;
            literal(before, &mut pieces);
            pieces.push(Piece::Hole(Hole::read(hole)?));
            rest = behind;
        }
        literal(rest, &mut pieces);
        Ok(Self { pieces, escape })
    }

    /// Appends the text, with what `look_up` says for each variable.
    pub fn write<'a>(&self, look_up: &dyn Fn(V) -> Value<'a>, out: &mut Vec<u8>) {
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => out.extend_from_slice(text.as_bytes()),
                Piece::Hole(hole) => match hole.cast.apply(look_up(hole.variable)) {
                    Written::Text(text) | Written::Digits(text) | Written::List(text) => {
                        self.escape.write(&text, out);
                    }
                    Written::Absent => {}
                },
            }
        }
    }

    /// True when an optional variable, such as `${state?}`, has no value.
    pub fn is_left_out<'a>(&self, look_up: &dyn Fn(V) -> Value<'a>) -> bool {
        self.holes().any(|hole| hole.is_left_out(look_up))
    }

    /// The holes, in order.
    pub fn holes(&self) -> impl Iterator<Item = &Hole<V>> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(hole),
            Piece::Literal(_) => None,
        })
    }
}

impl<V: Variable> Hole<V> {
    /// Reads what stands between `${` and `}`.
    ///
    /// # Errors
    /// A sentence that says which variable or cast does not exist.
    pub fn read(text: &str) -> Result<Self, String> {
        let (text, optional) = text.strip_suffix('?').map_or((text, false), |text| (text, true));
        let (name, casts) = text.split_once('|').unwrap_or((text, ""));
        let known = V::ALL.iter().find(|(known, ..)| *known == name);
        let Some((_, variable, kind)) = known else {
            let names: Vec<&str> = V::ALL.iter().map(|(name, ..)| *name).collect();
            return Err(format!(
                "\"${{{name}}}\": no such variable here{}; there are {}",
                nearest::hint(name, names.iter().copied()),
                names.join(", ")
            ));
        };
        Ok(Self { variable: *variable, cast: Cast::read(casts, *kind)?, optional })
    }

    /// True when it is optional and there is no value.
    pub fn is_left_out<'a>(&self, look_up: &dyn Fn(V) -> Value<'a>) -> bool {
        self.optional && matches!(look_up(self.variable), Value::Absent)
    }
}

impl Escape {
    fn write(self, text: &str, out: &mut Vec<u8>) {
        match self {
            Self::Json => write_escaped(text, out),
            Self::Plain => out.extend(text.bytes().filter(|byte| !byte.is_ascii_control())),
            Self::Markup => text.bytes().for_each(|byte| match byte {
                b'&' => out.extend_from_slice(b"&amp;"),
                b'<' => out.extend_from_slice(b"&lt;"),
                b'>' => out.extend_from_slice(b"&gt;"),
                b'"' => out.extend_from_slice(b"&quot;"),
                b'\'' => out.extend_from_slice(b"&#39;"),
                control if control.is_ascii_control() => {}
                plain => out.push(plain),
            }),
            Self::Percent => percent_encode(text.as_bytes(), out),
        }
    }
}

/// Everything but the unreserved characters of RFC 3986 §2.3 as `%XX`.
pub(super) fn percent_encode(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or(b'0');
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            out.push(*byte);
        } else {
            out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

/// What the file's own words become. Markup is meant as markup.
fn literal(text: &str, escape: Escape) -> String {
    let mut out = Vec::with_capacity(text.len());
    match escape {
        Escape::Json | Escape::Percent => escape.write(text, &mut out),
        Escape::Plain | Escape::Markup => out.extend_from_slice(text.as_bytes()),
    }
    String::from_utf8(out).unwrap_or_default()
}
