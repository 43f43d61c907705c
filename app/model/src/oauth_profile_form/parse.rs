//! Reading single values of the form.

use crate::{Invalid, oauth_presets::OauthPreset, origin::Origin};

pub(super) fn preset(key: &str) -> Result<String, Invalid> {
    match key {
        "" => Ok(OauthPreset::GENERIC_KEY.to_owned()),
        key => OauthPreset::find(key)
            .map(|preset| preset.key.to_owned())
            .ok_or(Invalid::NotAChoice),
    }
}

/// Lines `name=value`, tidied.
pub(super) fn pairs(text: &str) -> Result<String, Invalid> {
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, value) = line
            .split_once('=')
            .filter(|(name, _)| !name.trim().is_empty())
            .ok_or_else(|| Invalid::Malformed("Write one name=value per line.".into()))?;
        lines.push(format!("{}={}", name.trim(), value.trim()));
    }
    Ok(lines.join("\n"))
}

/// Lines, each an origin: scheme, host and port.
pub(super) fn origins(text: &str) -> Result<Vec<String>, Invalid> {
    let mut origins = Vec::new();
    for line in text.split_whitespace() {
        let origin = String::from(Origin::parse(line)?);
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    Ok(origins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_have_no_path() {
        assert_eq!(
            origins("https://api.example.com\nhttps://api.example.com/ http://127.0.0.1:8080").unwrap(),
            ["https://api.example.com", "http://127.0.0.1:8080"]
        );
        for bad in ["https://api.example.com/v1", "api.example.com", "ftp://x.example"] {
            assert!(origins(bad).is_err(), "{bad}");
        }
    }
}
