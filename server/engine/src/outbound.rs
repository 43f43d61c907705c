//! What goes out: requests built from a connection, sent through the one door, recorded.

mod delivery;
mod dispatcher;
mod prepare;

pub(crate) use delivery::{instance_guard, readable};
pub(crate) use dispatcher::{Dispatcher, start};
pub(crate) use prepare::{Draft, Prepared, prepare};
