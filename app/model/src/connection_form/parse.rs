//! Reading single values of the form; blank ones are allowed.

use crate::{Invalid, forms::reference, names, target_url::EndpointUrl};

pub(super) fn optional<T: std::str::FromStr>(text: &str) -> Result<Option<T>, Invalid> {
    if text.trim().is_empty() {
        Ok(None)
    } else {
        reference(text).map(Some)
    }
}

pub(super) fn optional_url(text: &str) -> Result<String, Invalid> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        EndpointUrl::parse(text).map(|url| url.as_str().to_owned())
    }
}

pub(super) fn optional_instance(text: &str) -> Result<String, Invalid> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        crate::user::instance_name(text)
    }
}

pub(super) fn key_name(text: &str) -> Result<String, Invalid> {
    let text = names::line(text, 100)?;
    if text.is_empty()
        || text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    {
        Ok(text)
    } else {
        Err(Invalid::Malformed("Use letters, digits, -, _ and dots.".into()))
    }
}

pub(super) fn statuses(text: &str) -> Result<Vec<u16>, Invalid> {
    let mut statuses = Vec::new();
    for part in text.split([',', ' ', ';']).filter(|part| !part.is_empty()) {
        match part.parse::<u16>() {
            Ok(status @ 100..=599) => statuses.push(status),
            _ => {
                return Err(Invalid::Malformed(format!(
                    "“{part}” is no status. Use numbers from 100 to 599, separated by commas."
                )));
            }
        }
    }
    statuses.sort_unstable();
    statuses.dedup();
    Ok(statuses)
}
