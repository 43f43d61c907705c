//! The mask: secrets are removed by value from everything that is recorded or shown, also in the spellings they travel
//! in (base64, URL-encoded), whatever a target answers.

use base64::{Engine as _, engine::general_purpose};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

/// What stands in place of a secret.
pub(crate) const MASKED: &str = "••••••";

/// Values to hide. Shorter than this they would hide half of every text.
const SHORTEST: usize = 4;

/// Removes secrets by value.
#[derive(Default)]
pub(crate) struct Mask {
    needles: Vec<Vec<u8>>,
}

impl Mask {
    /// Adds a secret in all its spellings.
    pub(crate) fn hide(&mut self, secret: &SecretString) {
        let clear = secret.expose_secret();
        if clear.len() < SHORTEST {
            return;
        }
        for spelling in [
            clear.to_owned(),
            utf8_percent_encode(clear, NON_ALPHANUMERIC).to_string(),
            general_purpose::STANDARD.encode(clear),
            general_purpose::STANDARD_NO_PAD.encode(clear),
            general_purpose::URL_SAFE_NO_PAD.encode(clear),
            serde_json::to_string(clear)
                .unwrap_or_default()
                .trim_matches('"')
                .to_owned(),
        ] {
            let needle = spelling.into_bytes();
            if !self.needles.contains(&needle) {
                self.needles.push(needle);
            }
        }
        // The longest first: a shorter spelling may be part of it.
        self.needles.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
    }

    /// `bytes` with every secret replaced.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut masked = bytes.to_vec();
        for needle in &self.needles {
            masked = replaced(&masked, needle);
        }
        masked
    }

    /// `text` with every secret replaced.
    pub(crate) fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }

    /// Headers with every secret replaced.
    pub(crate) fn headers(&self, headers: &[(String, String)]) -> Vec<(String, String)> {
        headers
            .iter()
            .map(|(name, value)| (name.clone(), self.text(value)))
            .collect()
    }
}

fn replaced(haystack: &[u8], needle: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(haystack.len());
    let mut rest = haystack;
    while let Some(at) = find(rest, needle) {
        result.extend_from_slice(&rest[..at]);
        result.extend_from_slice(MASKED.as_bytes());
        rest = &rest[at + needle.len()..];
    }
    result.extend_from_slice(rest);
    result
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(offset) = haystack.get(from..)?.iter().position(|byte| *byte == first) {
        let at = from + offset;
        if haystack[at..].starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_hidden() {
        let mut mask = Mask::default();
        mask.hide(&SecretString::from("pä ss/\"w0rd"));
        mask.hide(&SecretString::from("admin:pä ss/\"w0rd"));
        let encoded = general_purpose::STANDARD.encode("admin:pä ss/\"w0rd");
        let text = format!(
            "a pä ss/\"w0rd b {encoded} c {} d {}",
            utf8_percent_encode("pä ss/\"w0rd", NON_ALPHANUMERIC),
            serde_json::json!({ "x": "pä ss/\"w0rd" })
        );
        let masked = mask.text(&text);
        assert_eq!(masked, "a •••••• b •••••• c •••••• d {\"x\":\"••••••\"}");
    }

    #[test]
    fn binary_bodies_are_masked_too() {
        let mut mask = Mask::default();
        mask.hide(&SecretString::from("token-1234"));
        let masked = mask.bytes(b"\xff\x00token-1234\xfe");
        assert!(find(&masked, b"token-1234").is_none() && masked.starts_with(b"\xff\x00"));
    }
}
