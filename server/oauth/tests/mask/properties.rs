use oauth::{MASKED, Mask};
use proptest::prelude::*;
use secrecy::SecretString;

use crate::encodings::ALL;

fn mask(secret: &str) -> Mask {
    let mut mask = Mask::default();
    mask.hide(&SecretString::from(secret));
    mask
}

/// Characters that encodings treat in their own way are frequent.
fn secrets() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => any::<char>(),
        4 => prop::char::range('a', 'z'),
        4 => prop::sample::select(" %+\"'\\/&=<>;#?-_~\u{0}\u{1}\n\r\täé€ß😀0AfuxU25".chars().collect::<Vec<_>>()),
    ];
    prop::collection::vec(character, 1..24)
        .prop_map(|characters| characters.into_iter().collect::<String>())
        .prop_filter("at least four bytes", |secret| secret.len() >= 4)
}

/// Text that is no part of an encoding.
fn around() -> impl Strategy<Value = String> {
    "[ .,:;a-zA-Z0-9<>{}\\[\\]()!?\n]{0,40}"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_secret_is_found_in_any_three_encodings(
        secret in secrets(),
        before in around(),
        after in around(),
        chain in prop::collection::vec(0..ALL.len(), 0..=3),
    ) {
        let mut written = secret.clone().into_bytes();
        let mut names = Vec::new();
        for index in chain {
            let (name, encode) = ALL[index];
            // A secret that a character set writes in less than four bytes is too short in it.
            if name == "ISO-8859-1" && secret.chars().count() < 4 {
                continue;
            }
            // UTF-16 of UTF-16 is an error that no program makes.
            if name.starts_with("UTF-16") && written.contains(&0) {
                continue;
            }
            // What a character set cannot write is not sent in it.
            if let Some(encoded) = encode(&written) {
                written = encoded;
                names.push(name);
            }
        }
        // Blanks keep the text apart from characters that would belong to an encoding.
        let text = [format!("{before} ").as_bytes(), &written, format!(" {after}").as_bytes()].concat();
        let masked = mask(&secret).bytes(&text);
        let shown = String::from_utf8_lossy(&masked);
        prop_assert!(shown.contains(MASKED), "{names:?}: {}", String::from_utf8_lossy(&text));
        prop_assert!(!contains(&masked, &written) , "{names:?}: {shown}");
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
