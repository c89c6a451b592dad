//! One request, ready to be answered: who asks, for which record, with what.

use http::{HeaderMap, header};
use portreeve_core::audit::Actor;
use portreeve_core::org::member::User;
use portreeve_core::org::organization::Organization;
use portreeve_core::text_id::OrganizationId;
use serde_json::{Map, Value};

use crate::admin::answer::Next;
use crate::admin::condition::Condition;
use crate::admin::fields::Fields;
use crate::admin::json;
use crate::admin::problem::Problem;
use crate::admin::query::Query;
use crate::env::Env;
use crate::flow::change::ChangeError;
use crate::flow::{organizations, people};

/// A request that was let in.
pub(super) struct Asked<'a> {
    pub(super) env: &'a Env,
    /// Who asks, for the register.
    pub(super) actor: Actor,
    /// The parts of the path that the document names.
    pub(super) parts: Vec<(String, String)>,
    pub(super) query: Query,
    pub(super) condition: Condition,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
    /// What no other request has.
    pub(super) id: &'a str,
}

/// What stands before the vendor's own id of an organization.
const EXTERNAL: &str = "external:";

impl Asked<'_> {
    /// A part of the path.
    pub(super) fn part(&self, name: &str) -> &str {
        let found = self.parts.iter().find(|(other, _)| other == name);
        found.map_or("", |(_, value)| value)
    }

    /// The members of the body.
    ///
    /// # Errors
    /// When there is none, or it is no JSON object.
    pub(super) fn fields(&self) -> Result<Fields, Problem> {
        if !is_json(self.headers) {
            return Err(Problem::media_type());
        }
        match json::read(self.body).map_err(Problem::body)? {
            Value::Object(members) => Ok(Fields::new(members)),
            _ => Err(Problem::body("expected an object")),
        }
    }

    /// The same, of a body that may be absent.
    ///
    /// # Errors
    /// As [`Asked::fields`].
    pub(super) fn fields_if_any(&self) -> Result<Fields, Problem> {
        if self.body.is_empty() { Ok(Fields::new(Map::new())) } else { self.fields() }
    }

    /// The members of a change: at least one.
    ///
    /// # Errors
    /// As [`Asked::fields`].
    pub(super) fn changes(&self) -> Result<Fields, Problem> {
        let fields = self.fields()?;
        match fields.is_empty() {
            true => Err(Problem::body("expected an object with what is to be changed")),
            false => Ok(fields),
        }
    }

    /// The organization that the path names.
    ///
    /// # Errors
    /// 404 when there is none.
    pub(super) async fn organization(&self) -> Result<Organization, Problem> {
        Ok(organization(self.env, self.part("organization_id")).await?)
    }

    /// The person whom the path names, by address or id.
    ///
    /// # Errors
    /// 404 when there is none.
    pub(super) async fn user(&self) -> Result<User, Problem> {
        Ok(people::find(self.env, self.part("user")).await?)
    }

    /// The page: as many of `found` as were asked for, and what follows. `found` has one
    /// more than fits when something follows.
    pub(super) fn page<T>(
        &self,
        found: &mut Vec<T>,
        limit: u32,
        cursor: impl Fn(&T) -> String,
    ) -> Option<Next> {
        let fits = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = found.len() > fits;
        found.truncate(fits);
        let cursor = found.last().filter(|_| has_more).map(cursor)?;
        Some(Next { query: self.query.after(&cursor), cursor })
    }
}

/// The organization with our id, or with the vendor's behind `external:`.
///
/// # Errors
/// [`ChangeError::Missing`].
pub(super) async fn organization(env: &Env, name: &str) -> Result<Organization, ChangeError> {
    let missing = || ChangeError::missing("organization", name);
    match name.strip_prefix(EXTERNAL) {
        // Ours begin in a way in which no external id may.
        Some(external) if external.starts_with(OrganizationId::PREFIX) => Err(missing()),
        Some(external) => organizations::find(env, external).await.map_err(|error| match error {
            ChangeError::Missing { .. } => missing(),
            other => other,
        }),
        None if name.starts_with(OrganizationId::PREFIX) => organizations::find(env, name).await,
        None => Err(missing()),
    }
}

/// True for a body that says it is JSON, or a merge patch (RFC 7396).
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    ["application/json", "application/merge-patch+json"]
        .iter()
        .any(|known| kind.eq_ignore_ascii_case(known))
}
