//! One suite for every backend: what the contract promises, as tests that any
//! [`SharedStore`](crate::contract::SharedStore) passes. Each function wants an
//! empty database of its own and panics where a promise is broken.
//!
//! Not compiled into the product: behind the feature `conformance`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a suite of tests: a panic is its answer"
)]

pub mod changes;
pub mod clients;
pub mod connections;
pub mod facts;
pub mod keys;
pub mod links;
pub mod memory;
pub mod organizations;
pub mod people;
pub mod postgres_cluster;
pub mod races;
pub mod refusals;
pub mod sample;
pub mod searches;
pub mod sign_in;
pub mod tokens;
pub mod usage;
pub mod waiting;
