//! The protocol profile form.

use serde::{Deserialize, Serialize};

use super::{DESCRIPTION_LIMIT, parse::choice_or};
use crate::{
    FieldErrors,
    names::{self, Name},
    profile::TlsVersion,
};

form! {
    /// Input of a protocol profile form.
    ProtocolProfileForm { name, description, minimum_tls }
}

/// The checked fields of a [`ProtocolProfileForm`].
#[derive(Debug)]
pub struct CheckedProtocolProfile {
    pub name: Name,
    pub description: String,
    pub minimum_tls: TlsVersion,
}

impl ProtocolProfileForm {
    /// Checks every field at once.
    pub fn check(&self) -> Result<CheckedProtocolProfile, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let description = errors.keep(
            "description",
            names::paragraph(&self.description, DESCRIPTION_LIMIT),
        );
        let minimum_tls = errors.keep(
            "minimum_tls",
            choice_or(&self.minimum_tls, TlsVersion::Tls12, TlsVersion::parse),
        );
        match (name, description, minimum_tls) {
            (Some(name), Some(description), Some(minimum_tls)) => Ok(CheckedProtocolProfile {
                name,
                description,
                minimum_tls,
            }),
            _ => Err(errors),
        }
    }
}
