//! The OAuth client form.

use serde::{Deserialize, Serialize};

use super::{
    DESCRIPTION_LIMIT,
    parse::{mark, reference, ticked},
};
use crate::{
    FieldErrors, Invalid,
    id::InboundUserId,
    names::{self, Name},
    oauth_client::{ClientGrant, OauthClient},
};

form! {
    /// Input of an OAuth client form.
    OauthClientForm {
        name, description,
        /** Blank for a new one makes one up; fixed afterwards. */ client_id,
        inbound_user,
        /** `on` when ticked. */ client_credentials,
        /** `on` when ticked. */ password_grant,
        /** `on` when ticked. */ refresh_token,
        /** Seconds; blank is 1800. */ access_lifetime,
        /** Seconds; blank is 8640000, which is 100 days. */ refresh_lifetime,
        /** `on` when ticked. */ active,
    }
}

/// The checked fields of an [`OauthClientForm`].
#[derive(Debug)]
pub struct CheckedOauthClient {
    pub name: Name,
    pub description: String,
    /// `None` makes one up.
    pub client_id: Option<String>,
    pub inbound_user: InboundUserId,
    pub grants: Vec<ClientGrant>,
    pub access_lifetime: i64,
    pub refresh_lifetime: i64,
    pub active: bool,
}

/// Seconds an access token counts when nothing is typed.
pub const ACCESS_LIFETIME_DEFAULT: i64 = 1800;
/// Seconds a refresh token counts when nothing is typed: 100 days.
pub const REFRESH_LIFETIME_DEFAULT: i64 = 8_640_000;
/// Longest life of an access token, in seconds: a day.
const ACCESS_MOST: i64 = 86_400;
/// Longest life of a refresh token, in seconds: a year.
const REFRESH_MOST: i64 = 31_536_000;

/// A number of seconds in the largest unit that fits: `30 minutes`, `100 days`, `about 2 hours`.
pub fn seconds_in_words(seconds: i64) -> String {
    let (unit, name) = match seconds {
        86_400.. => (86_400, "day"),
        3600.. => (3600, "hour"),
        60.. => (60, "minute"),
        _ => (1, "second"),
    };
    let about = if seconds % unit == 0 { "" } else { "about " };
    match (seconds + unit / 2) / unit {
        1 => format!("{about}1 {name}"),
        count => format!("{about}{count} {name}s"),
    }
}

impl OauthClientForm {
    /// The form of a stored record.
    pub fn of(client: &OauthClient) -> Self {
        let may = |grant: ClientGrant| mark(client.grants.contains(&grant));
        Self {
            id: client.id.to_string(),
            version: client.version,
            name: client.name.clone(),
            description: client.description.clone(),
            client_id: client.client_id.clone(),
            inbound_user: client.inbound_user.to_string(),
            client_credentials: may(ClientGrant::ClientCredentials),
            password_grant: may(ClientGrant::Password),
            refresh_token: may(ClientGrant::RefreshToken),
            access_lifetime: client.access_lifetime.to_string(),
            refresh_lifetime: client.refresh_lifetime.to_string(),
            active: mark(client.active),
        }
    }

    /// Checks every field at once.
    pub fn check(&self) -> Result<CheckedOauthClient, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let description = errors.keep(
            "description",
            names::paragraph(&self.description, DESCRIPTION_LIMIT),
        );
        let client_id = errors.keep("client_id", client_id(&self.client_id, self.id.trim().is_empty()));
        let inbound_user = errors.keep("inbound_user", reference(&self.inbound_user));
        let access = errors.keep(
            "access_lifetime",
            names::number(&self.access_lifetime, 60, ACCESS_MOST),
        );
        let refresh = errors.keep(
            "refresh_lifetime",
            names::number(&self.refresh_lifetime, 60, REFRESH_MOST),
        );
        let grants = errors.keep("client_credentials", self.grants());
        match (
            name,
            description,
            client_id,
            inbound_user,
            grants,
            access,
            refresh,
        ) {
            (
                Some(name),
                Some(description),
                Some(client_id),
                Some(inbound_user),
                Some(grants),
                Some(access),
                Some(refresh),
            ) => Ok(CheckedOauthClient {
                name,
                description,
                client_id,
                inbound_user,
                grants,
                access_lifetime: access.unwrap_or(ACCESS_LIFETIME_DEFAULT),
                refresh_lifetime: refresh.unwrap_or(REFRESH_LIFETIME_DEFAULT),
                active: ticked(&self.active),
            }),
            _ => Err(errors),
        }
    }

    /// A refresh token comes with a password's token only (RFC 6749 4.4.3), so it needs the password grant.
    fn grants(&self) -> Result<Vec<ClientGrant>, Invalid> {
        let chosen = [
            (ClientGrant::ClientCredentials, &self.client_credentials),
            (ClientGrant::Password, &self.password_grant),
            (ClientGrant::RefreshToken, &self.refresh_token),
        ];
        let grants: Vec<_> = chosen
            .into_iter()
            .filter(|(_, on)| ticked(on))
            .map(|(grant, _)| grant)
            .collect();
        if grants.is_empty() {
            return Err(Invalid::Refused("Allow at least one grant.".into()));
        }
        if grants.contains(&ClientGrant::RefreshToken) && !grants.contains(&ClientGrant::Password) {
            return Err(Invalid::Refused(
                "Refresh tokens come with the password grant only: allow it too, or switch Refresh token off.".into(),
            ));
        }
        Ok(grants)
    }
}

/// Letters, digits and a few marks. RFC 6749 (2.3.1, A.1) allows any visible ASCII, but wants it form-encoded in HTTP
/// Basic, which most clients leave out: `+` and `%` would then arrive as something else, and `:` ends the ID. Clients
/// that were made before this was so keep theirs.
fn client_id(text: &str, new: bool) -> Result<Option<String>, Invalid> {
    let text = names::line(text, 100)?;
    if text.is_empty() {
        return Ok(None);
    }
    let travels = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~@/".contains(&byte);
    if !new || text.bytes().all(travels) {
        Ok(Some(text))
    } else {
        Err(Invalid::Malformed(
            "Use letters without accents, digits and - . _ ~ @ / only: other characters do not reach us as they are when the client sends them in the Authorization header.".into(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Timestamp,
        id::{ApplicationId, OauthClientId},
    };

    fn form() -> OauthClientForm {
        OauthClientForm {
            name: "Jira".into(),
            inbound_user: "01900000-0000-7000-8000-000000000001".into(),
            client_credentials: "on".into(),
            ..OauthClientForm::default()
        }
    }

    #[test]
    fn life_times_have_defaults_and_bounds() {
        let checked = form().check().unwrap();
        assert_eq!(
            (checked.access_lifetime, checked.refresh_lifetime),
            (1800, 8_640_000)
        );
        for (access, refresh) in [("59", ""), ("86401", ""), ("", "1"), ("", "x")] {
            let form = OauthClientForm {
                access_lifetime: access.into(),
                refresh_lifetime: refresh.into(),
                ..form()
            };
            assert!(form.check().is_err(), "{access} {refresh}");
        }
    }

    #[test]
    fn a_refresh_token_needs_the_password_grant() {
        let alone = OauthClientForm {
            refresh_token: "on".into(),
            ..form()
        };
        assert!(alone.check().unwrap_err().get("client_credentials").is_some());
        let both = OauthClientForm {
            password_grant: "on".into(),
            ..alone
        };
        assert_eq!(both.check().unwrap().grants.len(), 3);
        let none = OauthClientForm {
            client_credentials: String::new(),
            ..form()
        };
        assert!(none.check().is_err());
    }

    #[test]
    fn a_client_id_can_be_sent_by_basic() {
        for bad in ["a b", "a:b", "ä", "a\u{1}b", "a+b", "a%2Fb", "a&b", "a=b"] {
            let new = OauthClientForm {
                client_id: bad.into(),
                ..form()
            };
            assert!(new.check().is_err(), "{bad}");
        }
        let usual = OauthClientForm {
            client_id: "jira.test_1-a~b@example.com/x".into(),
            ..form()
        };
        assert!(usual.check().is_ok());
        let made_before = OauthClientForm {
            id: "01900000-0000-7000-8000-000000000002".into(),
            client_id: "a+b".into(),
            ..form()
        };
        assert!(
            made_before.check().is_ok(),
            "it is fixed, and may still be changed otherwise"
        );
    }

    #[test]
    fn a_stored_client_comes_back() {
        let client = OauthClient {
            id: OauthClientId(uuid::Uuid::from_u128(1)),
            application: ApplicationId(uuid::Uuid::from_u128(2)),
            name: "Jira".into(),
            description: "Cloud.".into(),
            client_id: "jira-cloud".into(),
            inbound_user: InboundUserId(uuid::Uuid::from_u128(3)),
            grants: vec![ClientGrant::Password, ClientGrant::RefreshToken],
            access_lifetime: 60,
            refresh_lifetime: 120,
            active: true,
            version: 3,
            created: Timestamp(1),
            created_by: "ann".into(),
            updated: Timestamp(2),
            updated_by: "ben".into(),
        };
        let form = OauthClientForm::of(&client);
        let checked = form.check().unwrap();
        assert_eq!((form.id, form.version), (client.id.to_string(), 3));
        assert_eq!(
            (checked.name.as_str(), checked.description, checked.client_id),
            ("Jira", client.description, Some(client.client_id))
        );
        assert_eq!(
            (checked.inbound_user, checked.grants, checked.active),
            (client.inbound_user, client.grants, true)
        );
        assert_eq!((checked.access_lifetime, checked.refresh_lifetime), (60, 120));
    }

    #[test]
    fn a_life_in_seconds_is_told_in_a_larger_unit() {
        for (seconds, words) in [
            (REFRESH_LIFETIME_DEFAULT, "100 days"),
            (ACCESS_LIFETIME_DEFAULT, "30 minutes"),
            (86_400, "1 day"),
            (7000, "about 2 hours"),
            (59, "59 seconds"),
        ] {
            assert_eq!(seconds_in_words(seconds), words);
        }
    }
}
