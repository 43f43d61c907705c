//! The mask: what it finds, and what it leaves alone.

mod encodings;
mod ordinary;
mod properties;
mod rules;
