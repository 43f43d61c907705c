//! What was typed into a form, on its way to the server.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A form as an argument of a server function. Server functions derive `Debug`, which the forms of `model` have not,
/// because some hold secrets: this prints none of it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed<T>(pub T);

impl<T> fmt::Debug for Typed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(..)")
    }
}
