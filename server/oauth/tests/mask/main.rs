//! The mask: what it finds, and what it leaves alone.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod encodings;
mod ordinary;
mod properties;
mod rules;
