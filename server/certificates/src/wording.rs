//! Making text out of certificates fit to be shown.

use std::fmt::Write;

/// The longest piece of foreign text shown in a sentence.
const LONGEST: usize = 200;

/// Foreign text without control characters (they could forge log lines) and not too long.
pub(crate) fn plain(text: &str) -> String {
    let mut characters = text.chars().filter(|character| !character.is_control());
    let mut plain: String = characters.by_ref().take(LONGEST).collect();
    if characters.next().is_some() {
        plain.push('…');
    }
    plain
}

/// `"a", "b" and "c"`.
pub(crate) fn quoted(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}

/// `3F:0A:11`.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for (index, byte) in bytes.iter().enumerate() {
        let colon = if index == 0 { "" } else { ":" };
        // Writing to a String does not fail.
        let _ = write!(text, "{colon}{byte:02X}");
    }
    text
}
