//! Calls built, answers read, callbacks ended: against tables of good and hostile input.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod answers;
mod assertions;
mod callbacks;
mod discovery;
mod refusals;
mod requests;
mod support;
