//! The rules of the house, held by tests.
//!
//! There is nothing here to call: `cargo test -p portreeve-house` reads the whole
//! project as text and says, with file and line, where a rule is broken and what to
//! do. What the compiler or clippy already holds is not said again here (`unsafe`,
//! long functions, many arguments, deep nesting: see the workspace's lints and
//! clippy.toml). Whoever changes a rule changes ARCHITECTURE.md too.
//!
//! The rules: `crates` (which crate may know which), `rooms` (the same inside a
//! crate), `limits` (sizes and names), `senses` (clock, randomness, environment,
//! database), `registers` (what must stand in a list), `twins` (what must be
//! alike), `strangers` (what must not stand in the project), `supply`
//! (dependencies and licences), `words` (what people read).

#[cfg(test)]
mod crates;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod mask;
#[cfg(test)]
mod registers;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod senses;
#[cfg(test)]
mod source;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod supply;
#[cfg(test)]
mod tree;
#[cfg(test)]
mod twins;
#[cfg(test)]
mod words;
