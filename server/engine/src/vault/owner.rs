//! Whose secret it is, in words: a ciphertext that does not decrypt is named by its record.

use model::id::{
    ChannelId, ConnectionId, InboundCredentialId, OauthProfileId, ProtocolProfileId, VariableId,
};
use store::Db;
use uuid::Uuid;

use crate::Error;

/// The error of a secret that does not decrypt, logged once here. It names the record whose row the ciphertext was read
/// from: what another record's ciphertext holds is never decrypted there.
pub(crate) async fn unreadable(db: &Db, owner: Uuid, name: &str) -> Error {
    let (secret, mend) = match described(db, owner, name).await {
        Ok(Some(words)) => words,
        Ok(None) | Err(_) => (
            format!("The secret {name} of the record {owner}"),
            "Enter it again on its record.",
        ),
    };
    let sentence = format!(
        "{secret} cannot be decrypted: what is stored is damaged, or belongs to another record. {mend} If you changed \
         nothing, compare the database with a backup."
    );
    tracing::error!(%owner, name, "{sentence}");
    Error::SecretUnreadable(sentence)
}

/// The secret with its record, and what to do; `None` when no record has this id.
async fn described(db: &Db, owner: Uuid, name: &str) -> store::Result<Option<(String, &'static str)>> {
    if let Some(connection) = store::connection::find(db, ConnectionId(owner)).await? {
        let mend = match name {
            "access_token" | "refresh_token" => "Press Get OAuth token on the connection.",
            _ => "Enter it again on the connection.",
        };
        return Ok(Some((
            format!("The {} of the connection {}", label(name), connection.name),
            mend,
        )));
    }
    if let Some(variable) = store::variable::find(db, VariableId(owner)).await? {
        let connection = store::connection::find(db, variable.connection).await?;
        let connection = connection.map(|connection| connection.name).unwrap_or_default();
        return Ok(Some((
            format!(
                "The secret variable {} of the connection {connection}",
                variable.key
            ),
            "Enter its value again.",
        )));
    }
    if let Some(profile) = store::oauth_profile::find(db, OauthProfileId(owner)).await? {
        return Ok(Some((
            format!("The {} of the OAuth profile {}", label(name), profile.name),
            "Enter it again on the profile.",
        )));
    }
    if let Some(profile) = store::protocol_profile::find(db, ProtocolProfileId(owner)).await? {
        return Ok(Some((
            format!("The private key of the protocol profile {}", profile.name),
            "Upload certificate and key again.",
        )));
    }
    if let Some(channel) = store::channel::find(db, ChannelId(owner)).await? {
        return Ok(Some((
            format!("The URL of the notification channel {}", channel.name),
            "Enter it again.",
        )));
    }
    let credential = store::inbound_credential::find(db, InboundCredentialId(owner)).await?;
    Ok(credential.map(|credential| {
        (
            format!(
                "The signing secret of the inbound credential {}",
                credential.label
            ),
            "Add a new one, give it to the sender, and revoke this one.",
        )
    }))
}

/// What a secret is called on its form.
fn label(name: &str) -> String {
    match name {
        "password" => "Password".into(),
        "api_key" => "API key".into(),
        "token" => "Token".into(),
        "access_token" => "OAuth access token".into(),
        "refresh_token" => "OAuth refresh token".into(),
        "client_secret" => "Client secret".into(),
        "private_key" => "Private key".into(),
        other => format!("secret {other}"),
    }
}
