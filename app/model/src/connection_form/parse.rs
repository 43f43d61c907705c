//! Reading single values of the form; blank ones are allowed.

use crate::{Invalid, forms::blank_or, names};

pub(super) fn optional_instance(text: &str) -> Result<String, Invalid> {
    blank_or(text, crate::user::instance_name)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_read_and_refused() {
        assert_eq!(statuses("204, 200 200"), Ok(vec![200, 204]));
        assert!(statuses("2000").is_err() && statuses("ok").is_err());
    }
}
