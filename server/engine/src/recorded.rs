//! Recorded bodies, made fit to be shown: text as text, anything else as a hexadecimal dump. Never rendered.

use std::fmt::Write;

use model::transaction::RecordedBody;

/// Bytes of a body that is shown on a page.
const SHOWN: usize = 256 * 1024;
/// Bytes of a binary body that are dumped.
const DUMPED: usize = 4 * 1024;

/// How a body is shown. `size` is that of the whole body, of which `bytes` may be the beginning.
pub(crate) fn body(bytes: &[u8], size: i64, content_type: &str, truncated: bool) -> RecordedBody {
    let shown = &bytes[..bytes.len().min(SHOWN)];
    let cut = truncated || shown.len() < bytes.len();
    let (text, binary) = match std::str::from_utf8(shown) {
        Ok(text) if !has_controls(text) => (text.to_owned(), false),
        // A cut may fall into the middle of a character.
        Err(error) if cut && error.error_len().is_none() => (
            String::from_utf8_lossy(&shown[..error.valid_up_to()]).into_owned(),
            false,
        ),
        _ => (dump(&shown[..shown.len().min(DUMPED)]), true),
    };
    RecordedBody {
        text,
        binary,
        size,
        truncated: cut || (binary && shown.len() > DUMPED),
        content_type: content_type.into(),
    }
}

fn has_controls(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Sixteen bytes a line: offset, bytes, characters.
fn dump(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (line, chunk) in bytes.chunks(16).enumerate() {
        let hex = chunk
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<Vec<_>>()
            .join(" ");
        let plain: String = chunk
            .iter()
            .map(|&b| {
                if b.is_ascii_graphic() || b == b' ' {
                    char::from(b)
                } else {
                    '.'
                }
            })
            .collect();
        let _ = writeln!(text, "{:08x}  {hex:<47}  {plain}", line * 16);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_and_binary_is_dumped() {
        assert_eq!(body("grüß".as_bytes(), 6, "text/plain", false).text, "grüß");
        let binary = body(b"\x00\xffab", 4, "application/octet-stream", false);
        assert!(binary.binary);
        assert_eq!(
            binary.text.trim_end(),
            "00000000  00 ff 61 62                                      ..ab"
        );
    }

    #[test]
    fn a_cut_inside_a_character_stays_text() {
        let cut = &"grüß".as_bytes()[..3];
        let shown = body(cut, 6, "text/plain", true);
        assert_eq!((shown.text.as_str(), shown.binary), ("gr", false));
    }
}
