//! The inbound user form.

use serde::{Deserialize, Serialize};

use super::{
    DESCRIPTION_LIMIT,
    parse::{mark, ticked},
};
use crate::{
    FieldErrors, Invalid,
    inbound_user::{InboundUser, Way},
    names::{self, Name},
};

form! {
    /// Input of an inbound user form. A blank password keeps the one that is set; a new user without one needs another
    /// credential to get in.
    InboundUserForm {
        name, user_id, password, description,
        /** `on` when ticked. */ active,
        /** `on` when ticked: Basic is let in. Nothing ticked lets in every way. */ allow_basic,
        /** `on` when ticked: access tokens are let in. */ allow_bearer,
        /** `on` when ticked. */ allow_api_key,
        /** `on` when ticked. */ allow_signature,
        /** `on` when ticked. */ allow_path_token,
        /** `on` when ticked. */ allow_certificate,
    }
}

/// The checked fields of an [`InboundUserForm`].
pub struct CheckedInboundUser {
    pub name: Name,
    pub user_id: String,
    /// `None` keeps the password.
    pub password: Option<String>,
    pub description: String,
    pub active: bool,
    /// None allows every way.
    pub allowed: Vec<Way>,
}

/// Shortest password of an inbound user, in characters.
pub const INBOUND_PASSWORD_MINIMUM: usize = 8;

impl InboundUserForm {
    /// The form of a stored record, without the password.
    pub fn of(user: &InboundUser) -> Self {
        let ticked = |way| mark(user.allowed.contains(&way));
        Self {
            id: user.id.to_string(),
            version: user.version,
            name: user.name.clone(),
            user_id: user.user_id.clone(),
            password: String::new(),
            description: user.description.clone(),
            active: mark(user.active),
            allow_basic: ticked(Way::Basic),
            allow_bearer: ticked(Way::Bearer),
            allow_api_key: ticked(Way::ApiKey),
            allow_signature: ticked(Way::Signature),
            allow_path_token: ticked(Way::PathToken),
            allow_certificate: ticked(Way::Certificate),
        }
    }

    fn allowed(&self) -> Vec<Way> {
        let boxes = [
            (Way::Basic, &self.allow_basic),
            (Way::Bearer, &self.allow_bearer),
            (Way::ApiKey, &self.allow_api_key),
            (Way::Signature, &self.allow_signature),
            (Way::PathToken, &self.allow_path_token),
            (Way::Certificate, &self.allow_certificate),
        ];
        let on = boxes.into_iter().filter(|(_, text)| ticked(text));
        on.map(|(way, _)| way).collect()
    }

    /// Checks every field at once.
    pub fn check(&self) -> Result<CheckedInboundUser, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let user_id = errors.keep("user_id", crate::user::user_name(&self.user_id));
        let description = errors.keep(
            "description",
            names::paragraph(&self.description, DESCRIPTION_LIMIT),
        );
        let password = match self.password.chars().count() {
            0 => Some(None),
            n if n < INBOUND_PASSWORD_MINIMUM => {
                errors.keep("password", Err(Invalid::TooShort(INBOUND_PASSWORD_MINIMUM)))
            }
            n if n > 200 => errors.keep("password", Err(Invalid::TooLong(200))),
            _ => Some(Some(self.password.clone())),
        };
        match (name, user_id, description, password) {
            (Some(name), Some(user_id), Some(description), Some(password)) => Ok(CheckedInboundUser {
                name,
                user_id,
                password,
                description,
                active: ticked(&self.active),
                allowed: self.allowed(),
            }),
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Timestamp,
        id::{ApplicationId, InboundUserId},
    };

    #[test]
    fn a_blank_password_keeps_what_is_set_and_a_short_one_is_refused() {
        let form = InboundUserForm {
            name: "Jira".into(),
            user_id: "jira".into(),
            ..Default::default()
        };
        assert!(form.check().is_ok_and(|checked| checked.password.is_none()));
        let form = InboundUserForm {
            password: "short".into(),
            ..form
        };
        assert!(form.check().is_err());
    }

    #[test]
    fn a_stored_user_comes_back() {
        let user = InboundUser {
            id: InboundUserId(uuid::Uuid::from_u128(1)),
            application: ApplicationId(uuid::Uuid::from_u128(2)),
            name: "Jira".into(),
            user_id: "jira".into(),
            description: "Cloud.".into(),
            active: true,
            allowed: vec![Way::ApiKey],
            password_last_used: None,
            password_set_at: Timestamp(1),
            password_set_by: "ann".into(),
            version: 3,
            created: Timestamp(1),
            created_by: "ann".into(),
            updated: Timestamp(2),
            updated_by: "ben".into(),
        };
        let form = InboundUserForm::of(&user);
        let checked = form.check().unwrap_or_else(|errors| panic!("{errors:?}"));
        assert_eq!((form.id, form.version), (user.id.to_string(), 3));
        assert_eq!(
            (checked.name.as_str(), checked.user_id, checked.description),
            ("Jira", user.user_id, user.description)
        );
        assert!(checked.active && checked.password.is_none());
        assert_eq!(checked.allowed, user.allowed);
    }

    #[test]
    fn ways_are_allowed_by_ticking_them() {
        let form = InboundUserForm {
            name: "Jira".into(),
            user_id: "jira".into(),
            ..Default::default()
        };
        let allowed = |form: &InboundUserForm| form.check().unwrap_or_else(|_| panic!("refused")).allowed;
        assert!(allowed(&form).is_empty());
        let some = InboundUserForm {
            allow_api_key: "on".into(),
            allow_certificate: "true".into(),
            ..form
        };
        let ways = allowed(&some);
        assert_eq!(ways, [Way::ApiKey, Way::Certificate]);
        assert_eq!(Way::of_words(&Way::words(&ways)), ways);
        assert_eq!(Way::labels(&ways), "API key, Client certificate");
    }
}
