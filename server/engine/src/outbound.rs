//! What goes out: requests built from a connection, sent through the one door, recorded.

mod credentials;
mod delivery;
mod dispatcher;
mod lane;
mod places;
mod prepare;
mod values;

pub(crate) use delivery::{content_encoding, held_because, instance_guard, readable};
pub(crate) use dispatcher::{Dispatcher, Event, start};
pub(crate) use places::Shown;
pub(crate) use prepare::{Draft, Prepared, SentToken, TokenUse, Unprepared, prepare};
