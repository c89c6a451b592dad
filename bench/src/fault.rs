//! Why a measurement could not be made: one sentence for whoever runs it.

use std::error::Error;

/// Ends the program with its text.
pub(crate) type Fault = Box<dyn Error + Send + Sync>;
