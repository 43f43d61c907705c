//! Receiving: who may post, what is accepted, and the durable answer.
//!
//! Order of the checks, which the HTTP layer keeps: too large, authentication, process, active connection, type,
//! well-formed, message id.

mod authenticate;
mod body;
mod candidates;
mod curl;
mod explain;
mod pasted;
mod receive;
mod recognise;
mod refusal;
mod routes;
mod signature;

pub use authenticate::{Caller, Identified, Presented, authenticate, is_path_token};
pub(crate) use authenticate::{Care, PATH_TOKEN, password_owner};
pub(crate) use candidates::hash_of_secret;
pub use explain::explain;
pub(crate) use receive::note_refused;
pub use receive::{InboundCall, Received, receive, refused};
pub(crate) use recognise::SIGNING_SECRET;
pub use recognise::SignedCall;
pub use refusal::Refusal;
pub(crate) use routes::{Password, Routes};

/// Longest message id, in characters.
const MESSAGE_ID_LIMIT: usize = 200;

/// Checks a message id: 1 to 200 visible ASCII characters.
pub(crate) fn check_message_id(id: &str) -> Result<(), String> {
    if id.is_empty() || id.len() > MESSAGE_ID_LIMIT || !id.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(format!(
            "A message id has 1 to {MESSAGE_ID_LIMIT} visible ASCII characters without blanks."
        ));
    }
    Ok(())
}
