//! Encodings as programs write them.

use std::{fmt::Write as _, io::Write as _};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use url::form_urlencoded;

/// One encoding; `None` where it cannot write the bytes.
pub type Encode = fn(&[u8]) -> Option<Vec<u8>>;

/// Each with its name.
pub const ALL: [(&str, Encode); 33] = [
    ("percent", |bytes| {
        percent(bytes, |byte| !byte.is_ascii_alphanumeric(), false)
    }),
    ("percent, lower case", |bytes| {
        percent(bytes, |byte| !byte.is_ascii_alphanumeric(), true)
    }),
    ("percent, every byte", |bytes| percent(bytes, |_| true, false)),
    ("percent, as few as possible", |bytes| {
        percent(bytes, |byte| byte <= b' ' || byte > b'~' || byte == b'%', false)
    }),
    ("form", |bytes| {
        Some(
            form_urlencoded::byte_serialize(bytes)
                .collect::<String>()
                .into_bytes(),
        )
    }),
    ("escape()", javascript_escape),
    ("JSON, serde", |bytes| {
        Some(inside(serde_json::to_string(text(bytes)?).ok()?))
    }),
    ("JSON, PHP", |bytes| {
        json(bytes, |c| !c.is_ascii() || c == '/', "/", false)
    }),
    ("JSON, .NET", |bytes| {
        json(bytes, |c| !c.is_ascii() || "\"&'+<>`".contains(c), "", true)
    }),
    ("JSON, Go", |bytes| {
        json(bytes, |c| "<>&\u{2028}\u{2029}".contains(c), "", false)
    }),
    ("JSON in JSON", |bytes| {
        let once = inside(serde_json::to_string(text(bytes)?).ok()?);
        Some(inside(serde_json::to_string(text(&once)?).ok()?))
    }),
    ("XML", |bytes| {
        xml(bytes, |c| match c {
            '&' => Some("&amp;".into()),
            '<' => Some("&lt;".into()),
            '>' => Some("&gt;".into()),
            '"' => Some("&quot;".into()),
            '\'' => Some("&apos;".into()),
            _ => None,
        })
    }),
    ("HTML, names", |bytes| {
        xml(bytes, |c| match c {
            '&' => Some("&amp;".into()),
            '<' => Some("&lt;".into()),
            '>' => Some("&gt;".into()),
            '"' => Some("&quot;".into()),
            '\'' => Some("&#39;".into()),
            'ä' => Some("&auml;".into()),
            'é' => Some("&eacute;".into()),
            '€' => Some("&euro;".into()),
            _ => None,
        })
    }),
    ("XML, decimal", |bytes| {
        xml(bytes, |c| {
            (!c.is_ascii_alphanumeric()).then(|| format!("&#{};", u32::from(c)))
        })
    }),
    ("XML, hexadecimal", |bytes| {
        xml(bytes, |c| {
            (!c.is_ascii() || "&<>\"'".contains(c)).then(|| format!("&#x{:X};", u32::from(c)))
        })
    }),
    ("base64", |bytes| Some(STANDARD.encode(bytes).into_bytes())),
    ("base64, no padding", |bytes| {
        Some(STANDARD_NO_PAD.encode(bytes).into_bytes())
    }),
    ("base64url", |bytes| Some(URL_SAFE.encode(bytes).into_bytes())),
    ("base64url, no padding", |bytes| {
        Some(URL_SAFE_NO_PAD.encode(bytes).into_bytes())
    }),
    ("base64, after 1", |bytes| {
        Some(STANDARD.encode([b"\x01", bytes].concat()).into_bytes())
    }),
    ("base64, after 2", |bytes| {
        Some(STANDARD.encode([b"u:", bytes, b"\xff"].concat()).into_bytes())
    }),
    ("base64, abutting", |bytes| {
        Some([b"/abc-", STANDARD.encode(bytes).as_bytes()].concat())
    }),
    ("base64, lines of 76", |bytes| {
        let long = [vec![b'~'; 40].as_slice(), bytes, &[b'!'; 70]].concat();
        Some(lines(&STANDARD.encode(long), 76, "\r\n"))
    }),
    ("hex", |bytes| Some(hexadecimal(bytes).into_bytes())),
    ("HEX", |bytes| {
        Some(hexadecimal(bytes).to_uppercase().into_bytes())
    }),
    ("quoted-printable", |bytes| Some(quoted_printable(bytes))),
    ("UTF-16LE", |bytes| {
        Some(text(bytes)?.encode_utf16().flat_map(u16::to_le_bytes).collect())
    }),
    ("UTF-16BE", |bytes| {
        Some(text(bytes)?.encode_utf16().flat_map(u16::to_be_bytes).collect())
    }),
    ("ISO-8859-1", |bytes| {
        text(bytes)?
            .chars()
            .map(|c| u8::try_from(u32::from(c)).ok())
            .collect()
    }),
    ("gzip", |bytes| {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(bytes).ok()?;
        writer.finish().ok()
    }),
    ("zlib", |bytes| {
        let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(bytes).ok()?;
        writer.finish().ok()
    }),
    ("JSON string", |bytes| {
        Some(serde_json::to_string(text(bytes)?).ok()?.into_bytes())
    }),
    ("query", |bytes| {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("a", "b").append_pair("value", text(bytes)?);
        Some(form.finish().into_bytes())
    }),
];

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn inside(quoted: String) -> Vec<u8> {
    quoted.as_bytes()[1..quoted.len() - 1].to_vec()
}

/// In lower case.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut written, byte| {
        let _ = write!(written, "{byte:02x}");
        written
    })
}

fn percent(bytes: &[u8], escaped: fn(u8) -> bool, lower: bool) -> Option<Vec<u8>> {
    let mut written = String::new();
    for byte in bytes {
        match (escaped(*byte), lower) {
            (false, _) => written.push(char::from(*byte)),
            (true, false) => write!(written, "%{byte:02X}").ok()?,
            (true, true) => write!(written, "%{byte:02x}").ok()?,
        }
    }
    Some(written.into_bytes())
}

fn javascript_escape(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut written = String::new();
    for unit in text(bytes)?.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() || b"@*_+-./".contains(&byte) => {
                written.push(char::from(byte));
            }
            Ok(byte) => write!(written, "%{byte:02X}").ok()?,
            Err(_) => write!(written, "%u{unit:04X}").ok()?,
        }
    }
    Some(written.into_bytes())
}

fn json(bytes: &[u8], escaped: fn(char) -> bool, slashed: &str, upper: bool) -> Option<Vec<u8>> {
    let mut written = String::new();
    for character in text(bytes)?.chars() {
        if slashed.contains(character) {
            written.push('\\');
            written.push(character);
        } else if escaped(character) || character.is_control() {
            for unit in character.encode_utf16(&mut [0; 2]) {
                if upper {
                    write!(written, "\\u{unit:04X}").ok()?;
                } else {
                    write!(written, "\\u{unit:04x}").ok()?;
                }
            }
        } else if matches!(character, '"' | '\\') {
            written.push('\\');
            written.push(character);
        } else {
            written.push(character);
        }
    }
    Some(written.into_bytes())
}

fn xml(bytes: &[u8], entity: fn(char) -> Option<String>) -> Option<Vec<u8>> {
    let one = |character: char| entity(character).unwrap_or_else(|| character.to_string());
    Some(text(bytes)?.chars().map(one).collect::<String>().into_bytes())
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut written = String::new();
    let mut column = 0;
    for byte in bytes {
        let one = if byte.is_ascii_graphic() && *byte != b'=' || *byte == b' ' {
            char::from(*byte).to_string()
        } else {
            format!("={byte:02X}")
        };
        if column + one.len() > 75 {
            written.push_str("=\r\n");
            column = 0;
        }
        column += one.len();
        written.push_str(&one);
    }
    written.into_bytes()
}

fn lines(text: &str, width: usize, end: &str) -> Vec<u8> {
    let lines: Vec<&[u8]> = text.as_bytes().chunks(width).collect();
    lines.join(end.as_bytes())
}
