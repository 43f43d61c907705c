//! Which fields of the OAuth profile form are asked for when.

use crate::profile::{ClientAuthentication, GrantType};

/// When a field of the form is asked for: with one of these grants, and with one of these ways to prove who the client is.
#[derive(Debug, Clone, Copy)]
pub struct AskedWhen {
    pub grants: &'static [GrantType],
    pub authentications: &'static [ClientAuthentication],
}

const ANY_GRANT: &[GrantType] = GrantType::ALL;
const ANY_AUTHENTICATION: &[ClientAuthentication] = ClientAuthentication::ALL;
const CODE: &[GrantType] = &[GrantType::AuthorizationCode];

const fn with_grant(grants: &'static [GrantType]) -> AskedWhen {
    AskedWhen {
        grants,
        authentications: ANY_AUTHENTICATION,
    }
}

const fn with_authentication(authentications: &'static [ClientAuthentication]) -> AskedWhen {
    AskedWhen {
        grants: ANY_GRANT,
        authentications,
    }
}

/// **The** rule table of the form: what the chosen grant needs and nothing else. Fields that are not listed are always
/// asked for. The private key is, with either of its uses: [`asked_for`] knows that one exception.
pub const ASKED_WHEN: &[(&str, AskedWhen)] = &[
    ("authorization_url", with_grant(CODE)),
    ("authorization_parameters", with_grant(CODE)),
    ("iss_promised", with_grant(CODE)),
    ("pkce", with_grant(CODE)),
    ("rotates", with_grant(CODE)),
    ("inactivity_days", with_grant(CODE)),
    ("absolute_days", with_grant(CODE)),
    ("refresh_days", with_grant(CODE)),
    ("user", with_grant(&[GrantType::Password])),
    ("password", with_grant(&[GrantType::Password])),
    ("subject", with_grant(&[GrantType::JwtBearer])),
    (
        "client_secret",
        with_authentication(&[ClientAuthentication::Basic, ClientAuthentication::Body]),
    ),
    (
        "protocol_profile",
        with_authentication(&[ClientAuthentication::MutualTls]),
    ),
];

/// Fields about a signing key: asked for when the client signs, or when the grant is a signed assertion.
pub const KEY_FIELDS: [&str; 3] = ["private_key", "key_id", "assertion_audience"];

/// Whether `field` is asked for with this grant and this way to prove who the client is.
pub fn asked_for(field: &str, grant: GrantType, authentication: ClientAuthentication) -> bool {
    if KEY_FIELDS.contains(&field) {
        return grant == GrantType::JwtBearer || authentication == ClientAuthentication::PrivateKeyJwt;
    }
    ASKED_WHEN
        .iter()
        .find(|(name, _)| *name == field)
        .is_none_or(|(_, when)| {
            when.grants.contains(&grant) && when.authentications.contains(&authentication)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth_profile_form::OauthProfileForm;

    #[test]
    fn every_rule_is_about_a_field_of_the_form() {
        let fields = serde_json::to_value(OauthProfileForm::default()).unwrap();
        for field in ASKED_WHEN.iter().map(|(field, _)| *field).chain(KEY_FIELDS) {
            assert!(fields.get(field).is_some(), "{field}");
        }
    }
}
