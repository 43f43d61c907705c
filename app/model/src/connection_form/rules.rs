//! Which fields of the connection form are shown when.

use crate::connection::Authentication;

/// When a field is shown. A field that is not shown is not validated and not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownWhen {
    /// Only with this Authentication.
    Authentication(Authentication),
    /// Only with Mutual auth on.
    MutualAuth,
}

/// **The** rule table of conditional fields: field → shown when.
/// Fields that are not listed are always shown.
pub const SHOWN_WHEN: &[(&str, ShownWhen)] = &[
    ("user", ShownWhen::Authentication(Authentication::Basic)),
    ("password", ShownWhen::Authentication(Authentication::Basic)),
    ("oauth_profile", ShownWhen::Authentication(Authentication::Oauth2)),
    ("api_key", ShownWhen::Authentication(Authentication::ApiKey)),
    ("api_key_place", ShownWhen::Authentication(Authentication::ApiKey)),
    ("api_key_name", ShownWhen::Authentication(Authentication::ApiKey)),
    ("token", ShownWhen::Authentication(Authentication::Bearer)),
    ("protocol_profile", ShownWhen::MutualAuth),
];

/// Whether `field` is shown with this Authentication and Mutual auth.
pub fn shown(field: &str, authentication: Authentication, mutual_auth: bool) -> bool {
    SHOWN_WHEN
        .iter()
        .find(|(name, _)| *name == field)
        .is_none_or(|(_, when)| match when {
            ShownWhen::Authentication(needed) => *needed == authentication,
            ShownWhen::MutualAuth => mutual_auth,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_authentication_shows_its_own_fields() {
        for &authentication in Authentication::ALL {
            for mutual in [false, true] {
                assert_eq!(
                    shown("oauth_profile", authentication, mutual),
                    authentication == Authentication::Oauth2
                );
                assert_eq!(
                    shown("password", authentication, mutual),
                    authentication == Authentication::Basic
                );
                assert_eq!(
                    shown("token", authentication, mutual),
                    authentication == Authentication::Bearer
                );
                assert_eq!(
                    shown("api_key", authentication, mutual),
                    authentication == Authentication::ApiKey
                );
                assert_eq!(shown("protocol_profile", authentication, mutual), mutual);
                assert!(shown("endpoint_url", authentication, mutual));
            }
        }
    }
}
