//! Secrets too short to be searched for inside a text: they are hidden where they are a whole value.

use std::ops::Range;

use super::escapes::Escapes;

/// Values of less than four bytes.
#[derive(Default)]
pub(super) struct Short(Vec<Vec<u8>>);

impl Short {
    pub(super) fn add(&mut self, value: &[u8]) {
        if !value.is_empty() && !self.is(value) {
            self.0.push(value.to_owned());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Pushes where one is the whole text, the value of a query or form field, or a string in JSON.
    pub(super) fn find(&self, text: &[u8], hits: &mut Vec<Range<usize>>) {
        if self.is_empty() {
            return;
        }
        if self.is(text.trim_ascii()) {
            hits.push(0..text.len());
        }
        self.fields(text, hits);
        self.strings(text, hits);
    }

    fn is(&self, value: &[u8]) -> bool {
        self.0.iter().any(|short| short == value)
    }

    /// The query of a URL, or a form: a text without blanks.
    fn fields(&self, text: &[u8], hits: &mut Vec<Range<usize>>) {
        let query = memchr::memchr(b'?', text).map_or(0, |at| at + 1);
        let end = memchr::memchr(b'#', &text[query..]).map_or(text.len(), |at| query + at);
        let fields = &text[query..end];
        if memchr::memchr(b'=', fields).is_none() || fields.iter().any(|byte| *byte <= b' ' || *byte == b'"')
        {
            return;
        }
        let mut start = query;
        for field in fields.split(|byte| *byte == b'&' || *byte == b';') {
            let value = memchr::memchr(b'=', field).map_or(field.len(), |at| at + 1);
            if self.is_in_form(&field[value..]) {
                hits.push(start + value..start + field.len());
            }
            start += field.len() + 1;
        }
    }

    fn is_in_form(&self, value: &[u8]) -> bool {
        // At most three bytes, each with its three characters.
        if value.len() > 9 {
            return false;
        }
        let blanks: Vec<u8> = value
            .iter()
            .map(|byte| if *byte == b'+' { b' ' } else { *byte })
            .collect();
        let plain = Escapes::Percent
            .undo(&blanks)
            .map_or(blanks, |decoded| decoded.bytes);
        self.is(value) || self.is(&plain)
    }

    /// Strings in JSON, names of members left out.
    fn strings(&self, text: &[u8], hits: &mut Vec<Range<usize>>) {
        if !matches!(text.trim_ascii_start().first(), Some(b'{' | b'[' | b'"')) {
            return;
        }
        let mut at = 0;
        while let Some(quote) = memchr::memchr(b'"', text.get(at..).unwrap_or_default()) {
            let start = at + quote + 1;
            let Some(end) = closing(text, start) else {
                return;
            };
            let name = text[end + 1..].trim_ascii_start().first() == Some(&b':');
            if !name && self.is_in_json(&text[start..end]) {
                hits.push(start..end);
            }
            at = end + 1;
        }
    }

    fn is_in_json(&self, value: &[u8]) -> bool {
        // At most three characters of six each.
        value.len() <= 18 && {
            let plain = Escapes::Backslash.undo(value);
            self.is(plain.as_ref().map_or(value, |decoded| &decoded.bytes))
        }
    }
}

/// The quote that ends the string whose content begins at `start`.
fn closing(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}
