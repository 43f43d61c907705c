//! The mask: secrets are removed by value from everything that is recorded or shown, also in the encodings they travel
//! in, whatever a provider or a target answers.
//!
//! Text is decoded and then compared, instead of being compared with every way to write a secret: escapes, base64 and
//! hexadecimal, character sets and compression are undone, also inside each other, and what matches is replaced where
//! it stands in the original. Secrets too short for that are hidden where they are a whole value.

mod compressed;
mod decoded;
mod escapes;
mod needles;
mod runs;
mod search;
mod short;
mod spellings;
mod survey;
#[cfg(test)]
mod tests;
mod wide;

use std::ops::Range;

use secrecy::{ExposeSecret, SecretString};

use self::{
    compressed::{Compression, End},
    needles::Needles,
    search::{LARGEST_PLAIN, Search},
    short::Short,
};

/// What stands in place of a secret.
pub const MASKED: &str = "••••••";

/// What stands in place of a text that could not be searched for secrets within the limits.
pub const UNSEARCHED: &str = "•••••• (hidden: too deeply encoded, or compressed, to be searched for secrets)";

/// What stands in place of a compressed body that holds a secret.
pub const MASKED_BODY: &str = "•••••• (hidden: this compressed body holds a secret)";

/// Removes secrets by value.
#[derive(Default)]
pub struct Mask {
    needles: Needles,
    short: Short,
}

impl Mask {
    /// Adds a secret. One of less than four bytes is hidden only where it is the whole of a text, of a query or form
    /// field, or of a string in JSON.
    pub fn hide(&mut self, secret: &SecretString) {
        let clear = secret.expose_secret();
        if clear.len() < needles::SHORTEST {
            self.short.add(clear.as_bytes());
            return;
        }
        for spelling in spellings::of(clear) {
            self.needles.add(spelling);
        }
    }

    /// `bytes` with every secret replaced.
    pub fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        match self.found(bytes) {
            Some(hits) => replaced(bytes, hits),
            None => UNSEARCHED.into(),
        }
    }

    /// The body of a message with every secret replaced. `content_encoding` is the header's value, or empty. Of a
    /// `truncated` body the end is hidden as well when a secret may begin there.
    pub fn body(&self, bytes: &[u8], content_encoding: &str, truncated: bool) -> Vec<u8> {
        if bytes.is_empty() || (self.needles.is_empty() && self.short.is_empty()) {
            return bytes.to_owned();
        }
        match unpacked(bytes, content_encoding) {
            Body::Plain => {
                let cut = truncated.then(|| self.needles.cut_off(bytes)).flatten();
                match self.found(bytes) {
                    Some(mut hits) => {
                        hits.extend(cut.map(|start| start..bytes.len()));
                        replaced(bytes, hits)
                    }
                    None => UNSEARCHED.into(),
                }
            }
            Body::Unpacked(plain) => match self.found(&plain) {
                Some(hits) if hits.is_empty() => bytes.to_owned(),
                Some(_) => MASKED_BODY.into(),
                None => UNSEARCHED.into(),
            },
            Body::Unreadable => UNSEARCHED.into(),
        }
    }

    /// `text` with every secret replaced.
    pub fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }

    /// Headers with every secret replaced, in names too: targets choose those of answers.
    pub fn headers(&self, headers: &[(String, String)]) -> Vec<(String, String)> {
        headers
            .iter()
            .map(|(name, value)| (self.text(name), self.text(value)))
            .collect()
    }

    /// What to replace; `None` when that could not be found out.
    fn found(&self, text: &[u8]) -> Option<Vec<Range<usize>>> {
        let mut hits = if self.needles.is_empty() {
            Vec::new()
        } else {
            Search::new(&self.needles, text.len()).all(text)?
        };
        self.short.find(text, &mut hits);
        Some(hits)
    }
}

impl Extend<SecretString> for Mask {
    fn extend<T: IntoIterator<Item = SecretString>>(&mut self, secrets: T) {
        secrets.into_iter().for_each(|secret| self.hide(&secret));
    }
}

/// A body as its Content-Encoding says it is.
enum Body {
    Plain,
    Unpacked(Vec<u8>),
    Unreadable,
}

fn unpacked(bytes: &[u8], content_encoding: &str) -> Body {
    let encodings = content_encoding.to_ascii_lowercase();
    let encodings = encodings.split(',').map(str::trim);
    let mut plain: Option<Vec<u8>> = None;
    for name in encodings.rev().filter(|name| !matches!(*name, "" | "identity")) {
        let Some(compression) = Compression::named(name) else {
            return Body::Unreadable;
        };
        let (unpacked, end) = compression.undo(plain.as_deref().unwrap_or(bytes), LARGEST_PLAIN);
        if matches!(end, End::Broken | End::TooLarge) {
            return Body::Unreadable;
        }
        plain = Some(unpacked);
    }
    plain.map_or(Body::Plain, Body::Unpacked)
}

/// `bytes` with the ranges replaced; those that overlap or touch become one.
fn replaced(bytes: &[u8], mut hits: Vec<Range<usize>>) -> Vec<u8> {
    hits.sort_by_key(|hit| (hit.start, hit.end));
    let mut masked = Vec::with_capacity(bytes.len());
    let mut kept = 0;
    let mut hits = hits.into_iter().peekable();
    while let Some(mut hit) = hits.next() {
        while let Some(next) = hits.next_if(|next| next.start <= hit.end) {
            hit.end = hit.end.max(next.end);
        }
        masked.extend_from_slice(&bytes[kept..hit.start]);
        masked.extend_from_slice(MASKED.as_bytes());
        kept = hit.end;
    }
    masked.extend_from_slice(&bytes[kept..]);
    masked
}
