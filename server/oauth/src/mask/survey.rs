//! One pass over a text that tells which encodings it may hold.

use std::ops::Range;

use super::escapes::{self, Escapes};

/// Four bytes take six characters of base64 without padding, and eight hexadecimal digits.
pub(super) const SHORTEST_RUN: usize = 6;
/// A line of wrapped base64 has at least so many characters; the last one may have fewer.
const WRAPPED_LINE: usize = 40;

/// What a text may hold.
#[derive(Default)]
pub(super) struct Survey {
    /// Stretches of characters of base64 (both alphabets), of which hexadecimal digits are a part. Lines of one
    /// wrapped value are one stretch.
    pub runs: Vec<Range<usize>>,
    escapes: [bool; Escapes::ALL.len()],
    /// ASCII characters with zero bytes between them: offsets, even and odd, at which UTF-16 units of little endian
    /// begin. Those of big endian begin at the other.
    pub wide: [bool; 2],
    /// Where a gzip or zlib stream may begin.
    pub packed: Vec<usize>,
}

const OTHER: u8 = 0;
const RUN: u8 = 1;
const MARKER: u8 = 2;

/// What each byte means to the survey.
const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 256")]
        let value = byte as u8;
        classes[byte] = match value {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'/' | b'-' | b'_' => RUN,
            b'%' | b'\\' | b'&' | b'=' | 0 | 0x1F => MARKER,
            _ => OTHER,
        };
        byte += 1;
    }
    classes
};

impl Survey {
    pub(super) fn of(text: &[u8]) -> Self {
        let mut survey = Self::default();
        let mut start = 0;
        for (at, byte) in text.iter().enumerate() {
            let class = CLASSES[usize::from(*byte)];
            if class == RUN {
                continue;
            }
            if at - start >= SHORTEST_RUN {
                survey.run(text, start..at);
            }
            start = at + 1;
            if class == MARKER {
                survey.marker(text, at);
            }
        }
        if text.len() - start >= SHORTEST_RUN {
            survey.run(text, start..text.len());
        }
        survey
    }

    /// The encodings of single characters that occur.
    pub(super) fn escapes(&self) -> impl Iterator<Item = Escapes> {
        let found = self.escapes;
        Escapes::ALL
            .into_iter()
            .zip(found)
            .filter_map(|(escapes, found)| found.then_some(escapes))
    }

    fn run(&mut self, text: &[u8], run: Range<usize>) {
        if let Some(last) = self.runs.last_mut()
            && run.start - last.end <= 16
            && last.len() >= WRAPPED_LINE
            && line_break(&text[last.end..run.start])
        {
            last.end = run.end;
            return;
        }
        self.runs.push(run);
    }

    fn marker(&mut self, text: &[u8], at: usize) {
        let rest = &text[at..];
        let mut note = |escapes: Escapes| {
            if let Some(place) = Escapes::ALL.iter().position(|other| *other == escapes) {
                self.escapes[place] = self.escapes[place] || escapes.begins(rest);
            }
        };
        match text[at] {
            b'%' => {
                note(Escapes::Percent);
                // What lies above ASCII may be one byte of UTF-8 or a character of ISO-8859-1.
                if matches!(
                    rest,
                    [_, b'u' | b'U' | b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', ..]
                ) {
                    note(Escapes::PercentLatin1);
                }
            }
            b'\\' => note(Escapes::Backslash),
            b'&' => note(Escapes::Entity),
            b'=' => {
                note(Escapes::QuotedPrintable);
                if escapes::ends_name(&text[..at]) {
                    note(Escapes::QuotedPrintableField);
                }
            }
            0x1F => {
                if rest.starts_with(&[0x1F, 0x8B, 8]) {
                    self.packed.push(at);
                }
            }
            _ => {
                if wide(text, at) {
                    self.wide[(at + 1) % 2] = true;
                }
            }
        }
    }

    /// Whether the text may hold compressed or UTF-16 bytes.
    pub(super) fn has_bytes(mut self, text: &[u8]) -> bool {
        self.note_zlib(text);
        !self.packed.is_empty() || self.wide.contains(&true)
    }

    /// Notes zlib streams: their header begins with a character of base64, so that the survey passes it over.
    pub(super) fn note_zlib(&mut self, text: &[u8]) {
        for at in memchr::memchr_iter(b'x', text) {
            if matches!(text.get(at + 1), Some(0x01 | 0x5E | 0x9C | 0xDA)) {
                self.packed.push(at);
            }
        }
    }
}

/// Whether the zero byte at `at` stands in an escape or in base64 that is written in UTF-16: between two characters of
/// which the first is a backslash, or the first two of three. Plain text in UTF-16 needs no decoding to be compared.
fn wide(text: &[u8], at: usize) -> bool {
    let ascii = |byte: Option<&u8>| byte.is_some_and(|byte| (9..0x7F).contains(byte));
    let Some(first) = at.checked_sub(1).and_then(|before| text.get(before)) else {
        return false;
    };
    ascii(Some(first))
        && ascii(text.get(at + 1))
        && (*first == b'\\' || (text.get(at + 2) == Some(&0) && ascii(text.get(at + 3))))
}

/// Whether nothing but one end of a line, and what indents the next, stands between two lines of base64.
fn line_break(between: &[u8]) -> bool {
    let rest = between.strip_prefix(b"\r").unwrap_or(between);
    rest.strip_prefix(b"\n")
        .is_some_and(|rest| rest.iter().all(|byte| matches!(byte, b' ' | b'\t')))
}
