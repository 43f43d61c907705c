//! Making text that came from outside, and lists, fit to be shown.

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

/// `a, b, c and 12 more`: at most `most` items are named.
pub(crate) fn list(items: &[String], most: usize) -> String {
    let named = items
        .iter()
        .take(most)
        .map(|item| plain(item))
        .collect::<Vec<_>>()
        .join(", ");
    match items.len().saturating_sub(most) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// A time limit in words: `30 s`, `250 ms`.
pub(crate) fn limit(milliseconds: u64) -> String {
    if milliseconds >= 1000 && milliseconds.is_multiple_of(1000) {
        format!("{} s", milliseconds / 1000)
    } else {
        format!("{milliseconds} ms")
    }
}
