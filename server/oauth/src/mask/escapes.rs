//! Undoes escapes: percent-encoding, string escapes of JSON, entities of HTML and XML, quoted-printable.

use memchr::memchr;

use super::decoded::Decoded;

/// Encodings that write single characters in another way and leave the others as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// `%41`, and `%u0041` as JavaScript's `escape` writes it.
    Percent,
    /// The same where `%E4` is a character of ISO-8859-1, as JavaScript's `escape` writes it.
    PercentLatin1,
    /// `\"`, `\/`, `\n`, `\u0041`, `\x41`.
    Backslash,
    /// `&amp;`, `&#65;`, `&#x41;`.
    Entity,
    /// `=41`, and `=` at the end of a line.
    QuotedPrintable,
    /// The same where the `=` after the name of a field is no escape: `value=AA=C3=A4`.
    QuotedPrintableField,
}

/// What an escape stands for, and how many bytes it takes.
struct Escape {
    written: String,
    /// Instead of `written`: a byte that need not be a character.
    byte: Option<u8>,
    length: usize,
}

impl Escapes {
    /// All of them.
    pub(super) const ALL: [Self; 6] = [
        Self::Percent,
        Self::PercentLatin1,
        Self::Backslash,
        Self::Entity,
        Self::QuotedPrintable,
        Self::QuotedPrintableField,
    ];

    fn marker(self) -> u8 {
        match self {
            Self::Percent | Self::PercentLatin1 => b'%',
            Self::Backslash => b'\\',
            Self::Entity => b'&',
            Self::QuotedPrintable | Self::QuotedPrintableField => b'=',
        }
    }

    /// `text` with the escapes undone; `None` when it has none.
    pub(super) fn undo(self, text: &[u8]) -> Option<Decoded> {
        let mut decoded: Option<Decoded> = None;
        let (mut kept, mut at) = (0, 0);
        while let Some(found) = memchr(self.marker(), &text[at..]) {
            at += found;
            let kept_as_it_is = self == Self::QuotedPrintableField && ends_name(&text[..at]);
            let Some(escape) = self.read(&text[at..]).filter(|_| !kept_as_it_is) else {
                at += 1;
                continue;
            };
            let decoded = decoded.get_or_insert_default();
            decoded.copied(&text[kept..at], kept);
            match escape.byte {
                Some(byte) => decoded.escape(&[byte], at, escape.length),
                None => decoded.escape(escape.written.as_bytes(), at, escape.length),
            }
            at += escape.length;
            kept = at;
        }
        if let Some(decoded) = &mut decoded {
            decoded.copied(&text[kept..], kept);
        }
        decoded
    }

    /// Whether an escape begins here.
    pub(super) fn begins(self, rest: &[u8]) -> bool {
        rest.first() == Some(&self.marker()) && self.read(rest).is_some()
    }

    fn read(self, rest: &[u8]) -> Option<Escape> {
        match self {
            Self::Percent => percent(rest, false),
            Self::PercentLatin1 => percent(rest, true),
            Self::Backslash => backslash(rest),
            Self::Entity => entity(rest),
            Self::QuotedPrintable | Self::QuotedPrintableField => quoted_printable(rest),
        }
    }
}

fn byte(byte: u8, length: usize) -> Escape {
    Escape {
        written: String::new(),
        byte: Some(byte),
        length,
    }
}

fn character(character: char, length: usize) -> Escape {
    Escape {
        written: character.to_string(),
        byte: None,
        length,
    }
}

fn percent(rest: &[u8], latin1: bool) -> Option<Escape> {
    match rest {
        [_, b'u' | b'U', ..] => unit(rest, 2).and_then(|first| paired(rest, 6, first)),
        [_, high, low, ..] => {
            let value = pair(*high, *low)?;
            Some(if latin1 {
                character(char::from(value), 3)
            } else {
                byte(value, 3)
            })
        }
        _ => None,
    }
}

fn backslash(rest: &[u8]) -> Option<Escape> {
    let simple = match rest.get(1)? {
        same @ (b'"' | b'\\' | b'/' | b'\'') => *same,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'x' => return Some(byte(pair(*rest.get(2)?, *rest.get(3)?)?, 4)),
        b'u' => return unit(rest, 2).and_then(|first| paired(rest, 6, first)),
        _ => return None,
    };
    Some(byte(simple, 2))
}

/// The character of a UTF-16 unit; of two when the first is a high surrogate and the same escape follows.
fn paired(rest: &[u8], length: usize, first: u16) -> Option<Escape> {
    if let Some(single) = char::from_u32(u32::from(first)) {
        return Some(character(single, length));
    }
    let second = rest.get(length..)?;
    if second.get(..2)?.eq_ignore_ascii_case(rest.get(..2)?) {
        let both = char::decode_utf16([first, unit(second, 2)?]).next()?.ok()?;
        return Some(character(both, 2 * length));
    }
    None
}

/// Four hexadecimal digits.
fn unit(rest: &[u8], at: usize) -> Option<u16> {
    let high = pair(*rest.get(at)?, *rest.get(at + 1)?)?;
    let low = pair(*rest.get(at + 2)?, *rest.get(at + 3)?)?;
    Some(u16::from_be_bytes([high, low]))
}

/// Longest entity, with `&` and `;`. Numbers may have leading zeros.
const LONGEST_ENTITY: usize = 40;

fn entity(rest: &[u8]) -> Option<Escape> {
    if !matches!(rest.get(1)?, b'#' | b'a'..=b'z' | b'A'..=b'Z') {
        return None;
    }
    let end = rest.iter().take(LONGEST_ENTITY).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&rest[1..end]).ok()?;
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some(character(char::from_u32(code)?, end + 1));
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let whole = std::str::from_utf8(&rest[..=end]).ok()?;
    let written = html_escape::decode_html_entities(whole);
    (written != whole).then(|| Escape {
        written: written.into_owned(),
        byte: None,
        length: end + 1,
    })
}

fn quoted_printable(rest: &[u8]) -> Option<Escape> {
    let soft_break = |length| Escape {
        written: String::new(),
        byte: None,
        length,
    };
    match rest {
        [_, b'\r', b'\n', ..] => Some(soft_break(3)),
        [_, b'\n', ..] => Some(soft_break(2)),
        // Upper case only (RFC 2045 6.7): `=ab` in a query is no escape.
        [_, high, low, ..] if !high.is_ascii_lowercase() && !low.is_ascii_lowercase() => {
            Some(byte(pair(*high, *low)?, 3))
        }
        _ => None,
    }
}

/// Longest name of a field that is recognised before `=`.
const LONGEST_NAME: usize = 64;

/// Whether the name of a field ends `text`: in a query or form, or after a blank.
pub(super) fn ends_name(text: &[u8]) -> bool {
    let recent = &text[text.len().saturating_sub(LONGEST_NAME)..];
    let is_name =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']');
    let name = recent.iter().rev().take_while(is_name).count();
    let before = text.len().checked_sub(name + 1).map(|at| text[at]);
    name > 0
        && before.is_none_or(|byte| {
            byte <= b' ' || matches!(byte, b'?' | b'&' | b';' | b'"' | b'\'' | b'{' | b',')
        })
}

fn pair(high: u8, low: u8) -> Option<u8> {
    Some(digit(high)? << 4 | digit(low)?)
}

/// The value of a hexadecimal digit.
pub(super) fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}
