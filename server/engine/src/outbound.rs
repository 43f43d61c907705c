//! What goes out: requests built from a connection, sent through the one door, recorded.

mod credentials;
mod delivery;
mod dispatcher;
mod lane;
mod places;
mod prepare;
mod stuck;
mod values;

pub(crate) use delivery::{content_encoding, held_because, readable, unknown};
pub(crate) use dispatcher::{Dispatcher, Event, start, upkeep};
pub(crate) use places::Shown;
pub(crate) use prepare::{Draft, Prepared, SentToken, TokenUse, Unprepared, prepare};
pub(crate) use stuck::{Limits, since, stuck_since};
