//! UTF-16, in either order of bytes.

use super::decoded::Decoded;

/// `text` from `offset` on, read as UTF-16. Units that are no character are left out.
pub(super) fn undo(text: &[u8], offset: usize, unit: fn([u8; 2]) -> u16) -> Decoded {
    let mut decoded = Decoded::default();
    let (pairs, _) = text.get(offset..).unwrap_or_default().as_chunks::<2>();
    let mut at = offset;
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        if let Ok(character) = character {
            let length = 2 * character.len_utf16();
            decoded.escape(character.encode_utf8(&mut [0; 4]).as_bytes(), at, length);
            at += length;
        } else {
            // Keeps apart what stands before and after it.
            decoded.escape(b"\0", at, 2);
            at += 2;
        }
    }
    decoded
}
