//! What an error code of a provider means (RFC 6749 5.2, RFC 8707 2, OpenID Connect Core 3.1.2.6).

use crate::{failure::FailureClass, grant::Asked};

/// The class of an error answer. `status` is the HTTP status; `description` is what the provider added.
///
/// Only what can never succeed again is final: a token refused, a consent withdrawn. A wrong client secret is a fault
/// of the configuration and kills no token. What is unknown is passing.
pub(crate) fn class(status: u16, code: &str, description: &str, asked: Asked) -> FailureClass {
    const PASSING: FailureClass = FailureClass::Passing { retry_after_ms: None };
    // A server in trouble, or a proxy before it, says anything.
    if status >= 500 || matches!(status, 408 | 425 | 429) {
        return PASSING;
    }
    match code {
        "invalid_grant" | "access_denied" | "interaction_required" | "login_required" | "consent_required"
        | "account_selection_required" | "expired_token"
        // GitHub's words.
        | "bad_verification_code" | "bad_refresh_token" => FailureClass::Final,
        // ServiceNow answers a wrong password, code or refresh token so, with status 401.
        "server_error" if status == 401 && description == "access_denied" => FailureClass::Final,
        // Atlassian answers "refresh_token is invalid" with the first, Cloud Foundry's UAA with the second.
        "unauthorized_client" | "invalid_token" if asked.needs_person() => FailureClass::Final,
        // Slack's words for a dead refresh token, and Zoho's.
        "invalid_refresh_token" | "token_expired" | "token_revoked" | "invalid_code" if asked.needs_person() => {
            FailureClass::Final
        }
        "invalid_client" | "unauthorized_client" | "invalid_request" | "invalid_scope" | "invalid_target"
        | "invalid_resource" | "unsupported_grant_type" | "unsupported_token_type"
        // GitHub's words.
        | "incorrect_client_credentials" | "redirect_uri_mismatch" => FailureClass::Configuration,
        _ => PASSING,
    }
}

/// What to do about a final refusal.
pub(crate) fn after_final(asked: Asked) -> &'static str {
    match asked {
        Asked::AuthorizationCode => "Press Get OAuth token and go through the provider's pages again.",
        Asked::Refresh => {
            "Press Re-authorise on the connection. Nothing is asked with this refresh token any more."
        }
        Asked::Password => {
            "Replace User and Password. Check that the user is active and not locked out; nothing is tried until then, \
             so that the account is not locked."
        }
        Asked::ClientCredentials => {
            "Check at the provider that the client may use the client credentials grant, then press Get OAuth token."
        }
        Asked::JwtBearer => {
            "Check subject, audience and private key of the OAuth profile, that the provider knows the public key, and \
             the clock of this machine. Then press Get OAuth token."
        }
        Asked::Revocation => "The provider no longer knows the token, so there is nothing left to revoke.",
    }
}

/// What to do about a fault of the configuration.
pub(crate) fn after_configuration(code: &str) -> &'static str {
    match code {
        "invalid_client" | "incorrect_client_credentials" => {
            "Check Client ID and client secret (or private key, or client certificate) of the OAuth profile, and how \
             the client credentials are sent. Perhaps the secret has expired at the provider."
        }
        "invalid_scope" => {
            "Check the scopes of the OAuth profile against those the provider lets this client have."
        }
        "invalid_target" | "invalid_resource" => "Check audience and resource of the OAuth profile.",
        "unauthorized_client" | "unsupported_grant_type" => {
            "Allow this grant type for the client at the provider, or choose another in the OAuth profile."
        }
        "redirect_uri_mismatch" => {
            "Register the redirect URL of this connection at the provider, letter by letter."
        }
        _ => {
            "Check the OAuth profile: grant type, how the client credentials are sent, and the extra parameters."
        }
    }
}
