//! A layer that guards an API in the vendor's own process.
