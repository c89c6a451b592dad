//! The dialects that Portreeve brings along. Operators add theirs by dropping a
//! file into a folder.

/// Name and text of each.
pub const FILES: &[(&str, &str)] = &[
    ("standard", include_str!("../../dialects/standard/dialect.toml")),
    ("dualog", include_str!("../../dialects/dualog/dialect.toml")),
    ("dataloy", include_str!("../../dialects/dataloy/dialect.toml")),
    ("dqe", include_str!("../../dialects/dqe/dialect.toml")),
    ("dotypos", include_str!("../../dialects/dotypos/dialect.toml")),
];
