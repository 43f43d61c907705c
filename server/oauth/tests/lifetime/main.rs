//! The life of tokens, with a clock that the test turns.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod properties;
mod rules;
mod two_years;
mod world;
