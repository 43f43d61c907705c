//! The inbound user form.

use serde::{Deserialize, Serialize};

use super::{DESCRIPTION_LIMIT, parse::ticked};
use crate::{
    FieldErrors, Invalid,
    names::{self, Name},
};

form! {
    /// Input of an inbound user form. A blank password keeps the one that is set; a new user without one needs another
    /// credential to get in.
    InboundUserForm { name, user_id, password, description, /** `on` when ticked. */ active }
}

/// The checked fields of an [`InboundUserForm`].
pub struct CheckedInboundUser {
    pub name: Name,
    pub user_id: String,
    /// `None` keeps the password.
    pub password: Option<String>,
    pub description: String,
    pub active: bool,
}

/// Shortest password of an inbound user, in characters.
pub const INBOUND_PASSWORD_MINIMUM: usize = 8;

impl InboundUserForm {
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
            }),
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
