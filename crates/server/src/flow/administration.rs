//! What the vendor's own systems change and look at, through the administration API and
//! `portreeve apply`: several things about one record at once, in one commit, each with
//! its fact. What else is changed stands beside this room, and is used from here.
//!
//! Without an expected version a change is made to whatever is there: of two at the same
//! time, the later one has the last word about the members that it names.

use crate::flow::change::ChangeError;

pub mod apply;
pub mod clients;
pub mod invitations;
pub mod looks;
pub mod once;
pub mod organizations;
pub(super) mod own;
pub mod people;
pub mod sessions;

/// Conflicts that are met before whoever expects no version is told of one.
const ATTEMPTS: usize = 4;

/// Tries a change, and tries it again when somebody else was faster and no version was
/// expected.
pub(super) async fn repeated<T, F: Future<Output = Result<T, ChangeError>>>(
    expected: Option<i64>,
    attempt: impl Fn() -> F,
) -> Result<T, ChangeError> {
    for _ in 1..ATTEMPTS {
        match attempt().await {
            Err(ChangeError::ChangedMeanwhile) if expected.is_none() => {}
            done => return done,
        }
    }
    attempt().await
}
