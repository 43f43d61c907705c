//! The mask of what is recorded and shown. It is the protocol's: providers repeat secrets as targets do.

pub use oauth::{MASKED, Mask};
