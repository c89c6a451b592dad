//! `filter=subCargos.freight(GTE)2500000`: a property, a comparison and a value.

use std::cmp::Ordering;

use serde_json::Value;

use crate::demo::sample::voyages::fault::Fault;

/// A filter that can be held against the rows it was read for.
#[derive(Debug)]
pub(super) struct Filter {
    property: String,
    comparison: Comparison,
    value: Wanted,
}

/// How a row's value stands to the wanted one.
type Comparison = fn(Ordering) -> bool;

/// The value, read as the property has it.
#[derive(Debug)]
enum Wanted {
    Number(f64),
    Text(String),
    Truth(bool),
}

const COMPARISONS: [(&str, Comparison); 6] = [
    ("EQ", Ordering::is_eq),
    ("NE", Ordering::is_ne),
    ("GT", Ordering::is_gt),
    ("GTE", Ordering::is_ge),
    ("LT", Ordering::is_lt),
    ("LTE", Ordering::is_le),
];

impl Filter {
    /// Reads a filter for these rows. A property of a nested object is written with
    /// points: `subCargos.commodity.commodityCode`.
    ///
    /// # Errors
    /// [`Fault`] 400 when it has another form, names a property that no row has, or a
    /// value that the property cannot have.
    pub(super) fn read(text: &str, rows: &[Value]) -> Result<Self, Fault> {
        let parts = text.split_once('(').and_then(|(property, rest)| {
            let (comparison, value) = rest.split_once(')')?;
            Some((property, comparison, value))
        });
        let (property, comparison, value) = parts.ok_or_else(|| {
            Fault::bad_request(
                "A filter is written property(EQ)value, with EQ, NE, GT, GTE, LT or LTE.",
            )
        })?;
        let known = COMPARISONS.iter().find(|(name, _)| *name == comparison);
        let (_, comparison) = known.ok_or_else(|| {
            Fault::bad_request(format!("There is no comparison {comparison:?} for filters."))
        })?;
        let kind = rows.iter().find_map(|row| values(row, property).next()).ok_or_else(|| {
            Fault::bad_request(format!("There is no property {property:?} to filter by."))
        })?;
        let value = Wanted::like(kind, value).ok_or_else(|| {
            Fault::bad_request(format!("The property {property:?} cannot be {value:?}."))
        })?;
        Ok(Self { property: property.to_owned(), comparison: *comparison, value })
    }

    /// True when one of the row's values compares as asked: of several sub-cargoes, one
    /// is enough.
    pub(super) fn passes(&self, row: &Value) -> bool {
        let mut orders = values(row, &self.property).filter_map(|value| self.value.order_of(value));
        orders.any(self.comparison)
    }
}

impl Wanted {
    fn like(kind: &Value, text: &str) -> Option<Self> {
        match kind {
            Value::Number(_) => text.parse().ok().filter(|n: &f64| n.is_finite()).map(Self::Number),
            Value::Bool(_) => text.parse().ok().map(Self::Truth),
            _ => Some(Self::Text(text.to_owned())),
        }
    }

    /// How a value stands to this one.
    fn order_of(&self, value: &Value) -> Option<Ordering> {
        match self {
            Self::Number(wanted) => value.as_f64()?.partial_cmp(wanted),
            Self::Text(wanted) => Some(value.as_str()?.cmp(wanted)),
            Self::Truth(wanted) => Some(value.as_bool()?.cmp(wanted)),
        }
    }
}

/// The texts, numbers and truths at the end of a dotted path, in every element of the
/// lists on the way.
fn values<'v>(row: &'v Value, property: &str) -> std::vec::IntoIter<&'v Value> {
    let mut found = vec![row];
    for name in property.split('.') {
        let elements = found.into_iter().flat_map(elements);
        found = elements.filter_map(|element| element.get(name)).collect();
    }
    found.retain(|value| value.is_string() || value.is_number() || value.is_boolean());
    found.into_iter()
}

fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}
