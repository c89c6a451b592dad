//! Who is calling, as the gate says.

use axum::http::HeaderMap;

/// The organizations that a call may touch, by the vendor's own ids.
pub(super) struct Reach<'h>(Vec<&'h str>);

impl<'h> Reach<'h> {
    /// Reads `Portreeve-Organizations`, ids separated by commas. Without it, or when
    /// it cannot be read, the call reaches nothing.
    pub(super) fn read(headers: &'h HeaderMap) -> Self {
        let listed = headers.get("portreeve-organizations").and_then(|value| value.to_str().ok());
        let ids = listed.unwrap_or_default().split(',').map(str::trim);
        Self(ids.filter(|id| !id.is_empty()).collect())
    }

    /// True when the call may touch what belongs to this organization.
    pub(super) fn has(&self, organization: &str) -> bool {
        self.0.contains(&organization)
    }

    /// True when the row's organization is in reach and is the one asked for, if any.
    pub(super) fn shows(&self, organization: &str, wanted: Option<&str>) -> bool {
        self.has(organization) && wanted.is_none_or(|wanted| wanted == organization)
    }
}
