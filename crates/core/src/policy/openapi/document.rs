//! A YAML or JSON document as a tree whose every node knows its line. JSON is read
//! as the YAML that it is. What a document would have to mean twice (a member that
//! stands twice, an alias that holds itself) is a fault.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Tag, options};

use crate::policy::openapi::Fault;

/// The largest document, in bytes.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// The most texts, lists and objects in one document, each counted again wherever
/// an alias repeats it: who shows the document to people writes them all out.
const MOST_NODES: usize = 1_000_000;
/// The deepest nesting, that of repeated values counted where they are repeated.
const DEEPEST: usize = 100;

/// A document that was read. Aliases point at nodes; nothing is copied.
#[derive(Debug, Default)]
pub(super) struct Document<'t> {
    nodes: Vec<Node<'t>>,
}

#[derive(Debug)]
struct Node<'t> {
    line: usize,
    value: Value<'t>,
}

#[derive(Debug)]
enum Value<'t> {
    Text { text: Cow<'t, str>, plain: bool },
    List(Vec<usize>),
    Object { members: Vec<Member<'t>>, by_name: Vec<usize> },
}

#[derive(Debug)]
struct Member<'t> {
    name: Cow<'t, str>,
    line: usize,
    value: usize,
}

/// A place in a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<'d> {
    document: &'d Document<'d>,
    node: &'d Node<'d>,
    index: usize,
}

impl<'t> Document<'t> {
    /// Reads a text.
    ///
    /// # Errors
    /// The fault that ended the reading: no YAML, too large, too deep, ambiguous.
    pub(super) fn read(text: &'t str) -> Result<Self, Fault> {
        if text.len() > MOST_BYTES {
            let message = format!(
                "the document is larger than {MOST_BYTES} bytes: split the service, or take examples out"
            );
            return Err(Fault { line: 1, message });
        }
        let limits = options! {
            flow_nesting_limit: DEEPEST,
            block_nesting_limit: DEEPEST,
            disallow_directives: true,
        };
        let mut growth = Growth::default();
        for next in Parser::new_from_str_with_options(text, limits) {
            match next {
                Ok((event, span)) => growth.take(event, span.start.line())?,
                Err(error) => {
                    let message =
                        format!("the document is neither YAML nor JSON here: {}", error.info());
                    return Err(Fault { line: error.marker().line(), message });
                }
            }
        }
        Ok(growth.document)
    }

    /// The whole document; `None` when it is empty.
    pub(super) fn root(&self) -> Option<At<'_>> {
        self.at(0)
    }

    fn at(&self, index: usize) -> Option<At<'_>> {
        Some(At { document: self, node: self.nodes.get(index)?, index })
    }
}

impl<'d> At<'d> {
    /// The line where the value starts, counted from 1.
    pub(super) fn line(self) -> usize {
        self.node.line
    }

    /// The node's number: the same for every alias of it.
    pub(super) fn index(self) -> usize {
        self.index
    }

    /// A fault at this line.
    pub(super) fn fault(self, message: impl Into<String>) -> Fault {
        Fault { line: self.line(), message: message.into() }
    }

    /// The text, if the value is one.
    pub(super) fn text(self) -> Option<&'d str> {
        match &self.node.value {
            Value::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The text and whether it stands there without quotes, if the value is one: only
    /// then may it mean a number, a truth or nothing.
    pub(super) fn word(self) -> Option<(&'d str, bool)> {
        match &self.node.value {
            Value::Text { text, plain } => Some((text, *plain)),
            _ => None,
        }
    }

    /// True when the value is the word `true`, not a quoted text.
    pub(super) fn is_true(self) -> bool {
        matches!(&self.node.value, Value::Text { text, plain: true } if text == "true")
    }

    /// The values of a list; `None` when this is no list.
    pub(super) fn items(self) -> Option<impl ExactSizeIterator<Item = At<'d>>> {
        match &self.node.value {
            // Every number in a list was given to a node when the list was read.
            Value::List(items) => {
                Some(items.iter().map(move |at| self.document.at(*at).unwrap_or(self)))
            }
            _ => None,
        }
    }

    /// The members of an object, in order, each with the line of its name; `None`
    /// when this is no object.
    pub(super) fn members(self) -> Option<impl ExactSizeIterator<Item = (&'d str, usize, At<'d>)>> {
        match &self.node.value {
            Value::Object { members, .. } => Some(members.iter().map(move |member| {
                (&*member.name, member.line, self.document.at(member.value).unwrap_or(self))
            })),
            _ => None,
        }
    }

    /// The member of an object with this name.
    pub(super) fn member(self, name: &str) -> Option<At<'d>> {
        let Value::Object { members, by_name } = &self.node.value else { return None };
        let named = |at: &usize| members.get(*at).map_or("", |member| &*member.name);
        let found = by_name.binary_search_by(|at| named(at).cmp(name)).ok()?;
        self.document.at(members.get(*by_name.get(found)?)?.value)
    }

    /// The text of the member with this name.
    pub(super) fn text_of(self, name: &str) -> Option<&'d str> {
        self.member(name)?.text()
    }
}

/// A document while its events arrive.
#[derive(Default)]
struct Growth<'t> {
    document: Document<'t>,
    /// The values with anchors that are complete.
    anchors: HashMap<usize, Anchored>,
    open: Vec<Open<'t>>,
    values: usize,
    documents: usize,
}

/// A value that an alias may repeat.
#[derive(Clone, Copy)]
struct Anchored {
    node: usize,
    /// How many values it holds, itself included.
    values: usize,
    /// How many lists and objects stand in each other there, itself included.
    height: usize,
}

/// A list or an object whose end has not come yet.
struct Open<'t> {
    node: usize,
    anchor: usize,
    /// How many values there were before this one.
    before: usize,
    /// The greatest height of what is in it already.
    height: usize,
    name: Option<(Cow<'t, str>, usize)>,
}

impl<'t> Growth<'t> {
    fn take(&mut self, event: Event<'t>, line: usize) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if self.is_name_next() {
                    self.take_name(text, line);
                    return Ok(());
                }
                // What is called a text is one.
                let plain = style == ScalarStyle::Plain && !tag.as_deref().is_some_and(is_text);
                let node = self.place(Value::Text { text, plain }, line)?;
                self.anchors.insert(anchor, Anchored { node, values: 1, height: 0 });
                Ok(())
            }
            Event::SequenceStart(_, anchor, _) => self.enter(Value::List(Vec::new()), anchor, line),
            Event::MappingStart(_, anchor, _) => {
                let value = Value::Object { members: Vec::new(), by_name: Vec::new() };
                self.enter(value, anchor, line)
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave(),
            Event::Alias(anchor) => self.take_alias(anchor, line),
            Event::DocumentStart(..) => {
                self.documents += 1;
                let message = "a second YAML document starts here: a service has one";
                if self.documents > 1 { Err(fault(line, message)) } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    /// True when the next value is the name of an object's member.
    fn is_name_next(&self) -> bool {
        let Some(open) = self.open.last() else { return false };
        let value = self.document.nodes.get(open.node).map(|node| &node.value);
        open.name.is_none() && matches!(value, Some(Value::Object { .. }))
    }

    fn take_name(&mut self, text: Cow<'t, str>, line: usize) {
        if let Some(open) = self.open.last_mut() {
            open.name = Some((text, line));
        }
    }

    fn take_alias(&mut self, anchor: usize, line: usize) -> Result<(), Fault> {
        // The parser knows every anchor that it lets pass: this one's end is still to come.
        let inside = || fault(line, "this alias stands inside the value that it repeats");
        let Anchored { node, values, height } = *self.anchors.get(&anchor).ok_or_else(inside)?;
        if self.is_name_next() {
            return Err(fault(line, "a member's name cannot be an alias: write it out"));
        }
        if self.open.len() + height > DEEPEST {
            return Err(fault(line, "with what this alias repeats, the nesting is too deep"));
        }
        self.count(values, line)?;
        self.reach(height);
        self.attach(node);
        Ok(())
    }

    /// Notes that something of this height stands in the innermost list or object.
    fn reach(&mut self, height: usize) {
        if let Some(open) = self.open.last_mut() {
            open.height = open.height.max(height);
        }
    }

    fn enter(&mut self, value: Value<'t>, anchor: usize, line: usize) -> Result<(), Fault> {
        if self.is_name_next() {
            return Err(fault(line, "a member's name must be a text"));
        }
        let before = self.values;
        let node = self.place(value, line)?;
        self.open.push(Open { node, anchor, before, height: 0, name: None });
        Ok(())
    }

    fn place(&mut self, value: Value<'t>, line: usize) -> Result<usize, Fault> {
        self.count(1, line)?;
        let node = self.document.nodes.len();
        self.document.nodes.push(Node { line, value });
        self.attach(node);
        Ok(node)
    }

    fn count(&mut self, values: usize, line: usize) -> Result<(), Fault> {
        self.values = self.values.saturating_add(values);
        if self.values <= MOST_NODES {
            return Ok(());
        }
        let message =
            "the document has more than a million values, repeated ones counted: split the service";
        Err(fault(line, message))
    }

    /// Puts a node into the innermost open list or object.
    fn attach(&mut self, value: usize) {
        let Some(open) = self.open.last_mut() else { return };
        match self.document.nodes.get_mut(open.node).map(|node| &mut node.value) {
            Some(Value::List(items)) => items.push(value),
            Some(Value::Object { members, .. }) => {
                let Some((name, line)) = open.name.take() else { return };
                members.push(Member { name, line, value });
            }
            _ => {}
        }
    }

    /// Closes the innermost list or object; sorts an object's names.
    fn leave(&mut self) -> Result<(), Fault> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let values = self.values.saturating_sub(open.before);
        let height = open.height + 1;
        self.anchors.insert(open.anchor, Anchored { node: open.node, values, height });
        self.reach(height);
        let node = self.document.nodes.get_mut(open.node);
        let Some(Node { value: Value::Object { members, by_name }, .. }) = node else {
            return Ok(());
        };
        let mut order: Vec<(&str, usize)> =
            members.iter().enumerate().map(|(at, member)| (&*member.name, at)).collect();
        order.sort_unstable();
        let twice = order.windows(2).find_map(|pair| match pair {
            [(first, _), (second, at)] if first == second => members.get(*at),
            _ => None,
        });
        if let Some(member) = twice {
            return Err(fault(
                member.line,
                format!("\"{}\" stands twice in this object: keep one", shown(&member.name)),
            ));
        }
        *by_name = order.into_iter().map(|(_, at)| at).collect();
        Ok(())
    }
}

/// A text from the document as a message shows it: short, without control characters.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String =
        text.chars().take(80).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// True for `!!str`, and for a tag of somebody's own, of which nothing is known.
fn is_text(tag: &Tag) -> bool {
    const KNOWN: [&str; 4] = ["null", "bool", "int", "float"];
    tag.handle() != "tag:yaml.org,2002:" || !KNOWN.contains(&tag.suffix())
}

fn fault(line: usize, message: impl Into<String>) -> Fault {
    Fault { line, message: message.into() }
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
