//! The tokens of a connection: what may be told of them.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp, choice,
    id::{ConnectionId, TokenEventId},
};

choice! {
    /// Whether a connection has a token that can be used or refreshed.
    TokenStatus {
        None = "none", "None yet";
        Live = "live", "Live";
        Refused = "refused", "Refused";
    }
}

choice! {
    /// What happened to a token (the token's timeline).
    TokenEventKind {
        Begun = "begun", "Consent asked for";
        NotAuthorised = "not_authorised", "Not authorised";
        Authorised = "authorised", "Authorised";
        Issued = "issued", "Issued";
        Refreshed = "refreshed", "Refreshed";
        Rotated = "rotated", "Refreshed, with a new refresh token";
        Failed = "failed", "No token came";
        Refused = "refused", "Refused by the provider";
        Interrupted = "interrupted", "Call interrupted";
        Late = "late", "Answer came too late";
        Revoked = "revoked", "Revoked";
    }
}

/// An entry of a token's timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenEvent {
    pub id: TokenEventId,
    pub connection: ConnectionId,
    pub at: Timestamp,
    pub kind: TokenEventKind,
    /// Who asked: a user's name, or what made Switchboard ask by itself.
    pub by: String,
    pub detail: String,
}

/// A connection's token as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    pub status: TokenStatus,
    /// Whether a person has to consent at the provider: the authorization code grant.
    pub needs_person: bool,
    /// Whether the token was given for another profile, client, provider or API.
    pub outdated: bool,
    pub issued: Option<Timestamp>,
    pub access_expires: Option<Timestamp>,
    pub refresh_issued: Option<Timestamp>,
    /// When no refresh can succeed any more.
    pub ends_at: Option<Timestamp>,
    /// The next call Switchboard makes by itself.
    pub due_at: Option<Timestamp>,
    /// Why the last call failed; blank after a success.
    pub failure: String,
    /// The redirect URL to register at the provider.
    pub redirect_uri: String,
    /// The newest first.
    pub events: Vec<TokenEvent>,
}
