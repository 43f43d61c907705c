//! A secret in the character sets that systems use.

/// `clear` as UTF-8, with blanks as forms write them, as ISO-8859-1, Windows-1252 and UTF-16. All other encodings are
/// undone before the text is compared with these.
pub(super) fn of(clear: &str) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    // `+` is a blank in forms and a plus elsewhere: the text does not tell which.
    let mut texts = vec![clear.to_owned()];
    if clear.contains(' ') {
        texts.push(clear.replace(' ', "+"));
    }
    for text in texts {
        if !text.is_ascii() {
            all.extend(single_bytes(&text, latin1));
            all.extend(single_bytes(&text, windows1252));
        }
        all.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        all.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
        all.push(text.into_bytes());
    }
    all
}

fn single_bytes(text: &str, byte: fn(char) -> Option<u8>) -> Option<Vec<u8>> {
    text.chars().map(byte).collect()
}

fn latin1(character: char) -> Option<u8> {
    u8::try_from(u32::from(character)).ok()
}

/// The characters of Windows-1252 at 0x80 to 0x9F, in order; a blank where it has none.
const WINDOWS: &str = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

fn windows1252(character: char) -> Option<u8> {
    let code = u32::from(character);
    if code < 0x80 || (0xA0..=0xFF).contains(&code) {
        return u8::try_from(code).ok();
    }
    let place = WINDOWS.chars().position(|other| other == character)?;
    u8::try_from(0x80 + place).ok()
}
