use secrecy::SecretString;

use super::{MASKED, Mask};

#[test]
fn smoke() {
    let mut mask = Mask::default();
    mask.hide(&SecretString::from("Pct100%25real-secret"));
    assert_eq!(
        mask.text("https://x/Pct100%25real-secret/b"),
        format!("https://x/{MASKED}/b")
    );
    assert_eq!(
        mask.text("https://x/Pct100%2525real-secret/b"),
        format!("https://x/{MASKED}/b")
    );
}
