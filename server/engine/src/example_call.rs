//! The command line on an endpoint's page: a call as its caller is set up to make it.

use model::{
    Timestamp,
    command_line::{ExampleCall, ExampleWay},
    inbound_credential::{CredentialKind, CredentialSettings, InboundCredential},
    inbound_user::{InboundUser, Way},
    integration::Integration,
};

use crate::{Engine, Result};

/// What shows best that it works comes first; a signature needs more than curl.
const BEST_FIRST: [CredentialKind; 4] = [
    CredentialKind::ApiKey,
    CredentialKind::PathToken,
    CredentialKind::Certificate,
    CredentialKind::Signature,
];

/// A call of `url` as the inbound user of a connection makes it.
pub(crate) async fn of(
    engine: &Engine,
    url: &str,
    user: &InboundUser,
    integration: &Integration,
) -> Result<ExampleCall> {
    let credentials = store::inbound_credential::list(&engine.db, user.id).await?;
    let clients = store::oauth_client::by_inbound_user(&engine.db, user.id).await?;
    let tokens = clients.iter().any(|client| client.active);
    Ok(ExampleCall {
        url: url.to_owned(),
        format: integration.message_format,
        by: way(user, &credentials, tokens, engine.now()),
    })
}

fn way(user: &InboundUser, credentials: &[InboundCredential], tokens: bool, now: Timestamp) -> ExampleWay {
    let basic = ExampleWay::Basic(user.user_id.clone());
    let of_kind = |kind: CredentialKind| {
        credentials
            .iter()
            .filter(|credential| credential.expires.is_none_or(|at| now < at))
            .find(|credential| credential.settings.kind() == kind && user.allows(Way::of(kind)))
    };
    let password = user.has_password() || of_kind(CredentialKind::Password).is_some();
    if password && user.allows(Way::Basic) {
        return basic;
    }
    if let Some(found) = BEST_FIRST.into_iter().find_map(of_kind) {
        return match &found.settings {
            CredentialSettings::ApiKey { header } => ExampleWay::ApiKey(header.clone()),
            CredentialSettings::Signature(settings) => ExampleWay::Signature(settings.clone()),
            CredentialSettings::PathToken => ExampleWay::PathToken,
            CredentialSettings::Certificate { .. } => ExampleWay::Certificate,
            CredentialSettings::Password => basic,
        };
    }
    if tokens && user.allows(Way::Bearer) {
        ExampleWay::Bearer
    } else {
        basic
    }
}
