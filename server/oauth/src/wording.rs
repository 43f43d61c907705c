//! Making text that came from a provider fit to be shown.

/// The longest piece of foreign text shown in a sentence, in characters.
const LONGEST: usize = 300;

/// Foreign text on one line, without control characters (they could forge log lines) and without those that hide or
/// turn text around, and not too long.
pub(crate) fn plain(text: &str) -> String {
    let mut shown = String::new();
    for (count, word) in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .enumerate()
    {
        if count > 0 {
            shown.push(' ');
        }
        shown.extend(word.chars().filter(|c| !invisible(*c)));
    }
    if shown.chars().count() > LONGEST {
        shown = shown.chars().take(LONGEST).collect();
        shown.push('…');
    }
    shown
}

/// Zero-width characters and those that change the direction of writing.
fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// Whether `text` has visible ASCII only, as tokens and codes have (RFC 6749 appendix A: VSCHAR, without the blank).
pub(crate) fn is_visible_ascii(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_stays_on_one_short_line() {
        assert_eq!(
            plain("AADSTS70008: expired.\r\nTrace ID: 1\u{0}2\u{1b}[31m"),
            "AADSTS70008: expired. Trace ID: 1 2 [31m"
        );
        assert_eq!(plain("moc\u{202e}.live\u{200b}"), "moc.live");
        assert_eq!(plain(&"x".repeat(1000)).chars().count(), LONGEST + 1);
        assert_eq!(plain("  "), "");
    }
}
