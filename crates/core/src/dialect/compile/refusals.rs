//! `[[refusal]]` and `[[resource.refusal]]`, checked.

use toml::Spanned;

use crate::dialect::compile::{Mistake, body, checked_status};
use crate::dialect::condition::Conditions;
use crate::dialect::nearest;
use crate::dialect::read::TokenEndpoint;
use crate::dialect::refusals::{RefusalTable, Row};
use crate::dialect::text::RefusalText;
use crate::refusal::{Reason, TABLE};

/// A reason, and the input that it must be about to be answered, if it must.
pub(super) type Answered = (Reason, Option<Box<str>>);

/// What the rows of a table may name.
pub(super) struct Context {
    /// What a refusal may be about: inputs and parameters that select a grant.
    pub(super) inputs: Vec<Box<str>>,
    /// Parameters of a query whose values are never repeated.
    pub(super) secrets: Vec<Box<str>>,
}

/// What refusals of a token endpoint may be about.
pub(super) fn names(token: &TokenEndpoint) -> Vec<Box<str>> {
    let inputs = token.places.iter().map(|(input, _)| input.as_str());
    let when = token.grants.iter().flat_map(|row| &row.when).map(|(name, _)| &**name);
    inputs.chain(when).map(Into::into).collect()
}

/// Numbers the rows and gives every reason the first row that names it. A reason
/// without a row would have no answer, so it is a mistake.
pub(super) fn table(
    rows: Vec<Spanned<RefusalText>>,
    context: &Context,
) -> Result<RefusalTable, Mistake> {
    let mut row_of: Vec<Option<usize>> = vec![None; TABLE.len()];
    let mut qualified = Vec::new();
    let mut compiled = Vec::with_capacity(rows.len());
    let mut last = 0..0;
    for (number, row) in rows.into_iter().enumerate() {
        last = row.span();
        let row = row.into_inner();
        for (reason, about) in answered(&row.on, &context.inputs)? {
            match about {
                Some(about) => qualified.push((reason, about, number)),
                None => {
                    row_of.get_mut(reason as usize).map(|slot| slot.get_or_insert(number));
                }
            }
        }
        let status = row.status.as_ref().map(checked_status).transpose()?;
        let (json, text, kind) = (row.json.as_ref(), row.text.as_ref(), row.content_type.as_ref());
        let body = body(last.clone(), json, text, kind)?;
        compiled.push(Row { status, challenge: row.challenge, body });
    }
    let unanswered =
        TABLE.iter().find(|row| !matches!(row_of.get(row.reason as usize), Some(Some(_))));
    if let Some(row) = unanswered {
        let expected =
            format!("no row answers \"{}\"; end the table with a row on = \"any\"", row.slug);
        return Err(Mistake { span: last, expected });
    }
    let row_of = row_of.into_iter().flatten().collect();
    Ok(RefusalTable { rows: compiled, row_of, qualified, secrets: context.secrets.clone() })
}

/// The reasons that a row answers, each with the input that it must be about.
pub(super) fn answered(
    on: &Spanned<Conditions>,
    inputs: &[Box<str>],
) -> Result<Vec<Answered>, Mistake> {
    let mut answered = Vec::new();
    for condition in on.get_ref().iter() {
        if let Some(about) =
            condition.about().filter(|about| !inputs.iter().any(|it| **it == **about))
        {
            let names: Vec<&str> = inputs.iter().map(|name| &**name).collect();
            let hint = nearest::hint(about, names.iter().copied());
            let there = if names.is_empty() {
                "; here no condition can name one".to_owned()
            } else {
                format!("; there are {}", names.join(", "))
            };
            return Err(Mistake::at(on, format!("\"{about}\": no such input{hint}{there}")));
        }
        let about = condition.about().map(Box::from);
        answered.extend(condition.reasons().iter().map(|reason| (*reason, about.clone())));
    }
    Ok(answered)
}
