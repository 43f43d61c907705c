//! A secret in the character sets that systems use.

/// `clear` as UTF-8, with blanks as forms write them, as ISO-8859-1, Windows-1252 and UTF-16. All other encodings are
/// undone before the text is compared with these.
pub(super) fn of(clear: &str) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    if !clear.is_ascii() {
        all.extend(single_bytes(clear, latin1));
        all.extend(single_bytes(clear, windows1252));
    }
    all.push(clear.encode_utf16().flat_map(u16::to_le_bytes).collect());
    all.push(clear.encode_utf16().flat_map(u16::to_be_bytes).collect());
    all.push(clear.as_bytes().to_owned());
    // `+` is a blank in forms and a plus elsewhere: the text does not tell which.
    for at in 0..all.len() {
        if all[at].contains(&b' ') {
            let plus = |byte: &u8| if *byte == b' ' { b'+' } else { *byte };
            all.push(all[at].iter().map(plus).collect());
        }
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
