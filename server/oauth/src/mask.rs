//! The mask: secrets are removed by value from everything that is recorded or shown, also in the spellings they travel
//! in, whatever a provider or a target answers.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};

/// What stands in place of a secret.
pub const MASKED: &str = "••••••";

/// Values to hide, in bytes. Shorter than this they would hide half of every text.
const SHORTEST: usize = 4;
/// The same for spellings of which a text has more by chance, or that are only a part.
const SHORTEST_SPELLING: usize = 8;

/// Removes secrets by value. Percent-encoding is seen through wherever it stands: some encode every character, some
/// only those they must, some write a blank as `+`.
#[derive(Default)]
pub struct Mask {
    /// The longest first: a shorter spelling may be part of it.
    needles: Vec<Vec<u8>>,
}

impl Mask {
    /// Adds a secret in all its spellings.
    pub fn hide(&mut self, secret: &SecretString) {
        let clear = secret.expose_secret();
        if clear.len() < SHORTEST {
            return;
        }
        let json = json(clear);
        let escaped = escaped(clear);
        let html = html(clear);
        let whole = [
            clear.to_owned(),
            json.clone(),
            self::json(&json),
            escaped.clone(),
            self::json(&escaped),
            html.clone(),
            html.replace("&#39;", "&#x27;"),
            html.replace("&#39;", "'"),
            html.replace("&#39;", "'").replace("&quot;", "\""),
        ];
        let base64 = [
            STANDARD.encode(clear),
            inner_base64(clear, 0),
            inner_base64(clear, 1),
            inner_base64(clear, 2),
        ];
        let url = base64
            .each_ref()
            .map(|text| text.replace('+', "-").replace('/', "_"));
        let bare = [&base64[0], &url[0]].map(|text| text.trim_end_matches('=').to_owned());
        let hex = hexadecimals(clear, "");
        let parts = [hex.to_ascii_uppercase(), hex];
        let parts = parts.into_iter().chain(base64).chain(url).chain(bare);
        for spelling in whole
            .into_iter()
            .chain(parts.filter(|part| part.len() >= SHORTEST_SPELLING))
        {
            let needle = spelling.into_bytes();
            if !self.needles.contains(&needle) {
                self.needles.push(needle);
            }
        }
        self.needles.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
    }

    /// `bytes` with every secret replaced.
    pub fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        // Most places begin no secret: they are passed over at once.
        let mut begins = [false; 256];
        for first in self.needles.iter().filter_map(|needle| needle.first()) {
            begins[usize::from(*first)] = true;
        }
        if !self.needles.is_empty() {
            begins[usize::from(b'%')] = true;
            begins[usize::from(b'+')] = true;
        }
        let mut masked = Vec::with_capacity(bytes.len());
        let (mut kept, mut at) = (0, 0);
        while let Some(first) = bytes.get(at) {
            let found = begins[usize::from(*first)]
                .then(|| self.at(&bytes[at..]))
                .flatten();
            if let Some(length) = found {
                masked.extend_from_slice(&bytes[kept..at]);
                masked.extend_from_slice(MASKED.as_bytes());
                at += length;
                kept = at;
            } else {
                at += 1;
            }
        }
        masked.extend_from_slice(&bytes[kept..]);
        masked
    }

    /// `text` with every secret replaced.
    pub fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }

    /// Headers with every secret replaced.
    pub fn headers(&self, headers: &[(String, String)]) -> Vec<(String, String)> {
        headers
            .iter()
            .map(|(name, value)| (name.clone(), self.text(value)))
            .collect()
    }

    /// How many bytes the secret takes that begins here.
    fn at(&self, rest: &[u8]) -> Option<usize> {
        self.needles.iter().find_map(|needle| spelled(rest, needle))
    }
}

impl Extend<SecretString> for Mask {
    fn extend<T: IntoIterator<Item = SecretString>>(&mut self, secrets: T) {
        secrets.into_iter().for_each(|secret| self.hide(&secret));
    }
}

/// How many bytes `needle` takes at the beginning of `text`, each of its own written as it is or percent-encoded.
fn spelled(text: &[u8], needle: &[u8]) -> Option<usize> {
    let mut at = 0;
    for wanted in needle {
        at += match text.get(at..)? {
            [byte, ..] if byte == wanted => 1,
            [b'+', ..] if *wanted == b' ' => 1,
            [b'%', high, low, ..] if hexadecimal(*high, *low) == Some(*wanted) => 3,
            _ => return None,
        };
    }
    Some(at)
}

fn hexadecimal(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    Some(digit(high)? * 16 + digit(low)?)
}

/// What of `clear` is the same in base64 whatever stands around it, `offset` bytes after the beginning of a group.
fn inner_base64(clear: &str, offset: usize) -> String {
    let mut bytes = vec![0; offset];
    bytes.extend_from_slice(clear.as_bytes());
    let whole = STANDARD.encode(&bytes);
    let whole = whole.trim_end_matches('=');
    let begin = if offset == 0 { 0 } else { offset + 1 };
    let end = whole.len() - usize::from(!bytes.len().is_multiple_of(3));
    whole.get(begin..end).unwrap_or_default().to_owned()
}

/// As JSON writes it that leaves other alphabets as they are.
fn json(clear: &str) -> String {
    let quoted = serde_json::to_string(clear).unwrap_or_default();
    let inner = quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or_default().to_owned()
}

/// As JSON writes it that is ASCII only.
fn escaped(clear: &str) -> String {
    let mut text = String::new();
    for character in json(clear).chars() {
        if character.is_ascii() {
            text.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

/// Each byte in two digits with `before` in front.
fn hexadecimals(clear: &str, before: &str) -> String {
    clear.bytes().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{before}{byte:02x}");
        text
    })
}

fn html(clear: &str) -> String {
    clear
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;
    use url::form_urlencoded;

    use super::*;

    const SECRET: &str = "pä ss/\"w0rd-&~\\+'<x>";

    fn mask() -> Mask {
        let mut mask = Mask::default();
        mask.hide(&SecretString::from(SECRET));
        mask
    }

    #[test]
    fn every_spelling_is_hidden() {
        let form: String = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
        let percent = hexadecimals(SECRET, "%");
        let least = SECRET
            .replace('%', "%25")
            .replace(' ', "%20")
            .replace('ä', "%c3%a4")
            .replace('"', "%22");
        let inside = |text: String| json!(text).to_string();
        let hex = hexadecimals(SECRET, "");
        for (name, written) in [
            ("as it is", SECRET.to_owned()),
            ("form", form),
            ("percent", percent.to_uppercase()),
            ("percent, small", percent),
            ("percent where needed", least),
            ("JSON", inside(SECRET.into())),
            ("JSON in JSON", inside(inside(SECRET.into()))),
            ("ASCII JSON", escaped(SECRET)),
            ("HTML", html(SECRET)),
            ("base64", STANDARD.encode(SECRET)),
            ("base64url", URL_SAFE_NO_PAD.encode(SECRET)),
            ("hex", hex.clone()),
            ("HEX", hex.to_uppercase()),
        ] {
            let masked = mask().text(&format!("a {written} b"));
            let bare = masked.replace(['"', '\\'], "");
            assert_eq!(bare, format!("a {MASKED} b"), "{name}: {written}");
        }
    }

    #[test]
    fn base64_of_what_is_around_it_hides_it_too() {
        for before in ["", "a", "ab", "user:", r#"{"password":""#] {
            for after in ["", "x", "xy", "xyz"] {
                for encoded in [
                    STANDARD.encode(format!("{before}{SECRET}{after}")),
                    URL_SAFE_NO_PAD.encode(format!("{before}{SECRET}{after}")),
                ] {
                    let masked = mask().text(&encoded);
                    assert!(masked.contains(MASKED), "{before} {after}: {masked}");
                    let left = masked.replace(MASKED, "").len();
                    assert!(left <= (before.len() + after.len()) * 4 / 3 + 8, "{masked}");
                }
            }
        }
    }

    #[test]
    fn the_longest_of_several_is_hidden_and_short_ones_hide_nothing() {
        let mut mask = Mask::default();
        mask.extend(["abc", "pass-word", "admin:pass-word", "+plus+"].map(SecretString::from));
        assert_eq!(
            mask.text("abc admin:pass-word pass%2Dword %2Bplus%2b %"),
            format!("abc {MASKED} {MASKED} {MASKED} %")
        );
        assert_eq!(Mask::default().text("a+b%20c"), "a+b%20c");
    }

    #[test]
    fn binary_bodies_are_masked_too() {
        let mut mask = Mask::default();
        mask.hide(&SecretString::from("token-1234"));
        let masked = mask.bytes(b"\xff\x00token-1234\xfe");
        assert_eq!(masked, [b"\xff\x00", MASKED.as_bytes(), b"\xfe"].concat());
    }
}
