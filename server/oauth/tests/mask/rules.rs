use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder},
};
use oauth::{MASKED, MASKED_BODY, Mask, UNSEARCHED};
use secrecy::SecretString;

fn mask(secrets: &[&str]) -> Mask {
    let mut mask = Mask::default();
    mask.extend(secrets.iter().copied().map(SecretString::from));
    mask
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

#[test]
fn a_secret_with_percent_signs_is_hidden_in_urls() {
    let mask = mask(&["Pct100%25real-secret"]);
    for (url, wanted) in [
        ("https://x/Pct100%25real-secret/b", "https://x/••••••/b"),
        ("https://x/a?b=Pct100%2525real-secret", "https://x/a?b=••••••"),
        (
            "https://x/a?b=Pct100%252525real-secret&c=%25",
            "https://x/a?b=••••••&c=%25",
        ),
    ] {
        assert_eq!(mask.text(url), wanted);
    }
}

#[test]
fn a_secret_is_hidden_in_every_copy_of_the_same_encoded_text() {
    let encoded = STANDARD.encode("a=to%6Ben-1234&b=c%20d");
    let shown = mask(&["token-1234"]).text(&format!("{encoded} {encoded}"));
    assert_eq!(shown.matches(MASKED).count(), 2, "{shown}");
}

#[test]
fn a_quoted_printable_secret_that_looks_like_an_escape_is_hidden_in_a_query() {
    let mask = mask(&["AAä+cret"]);
    assert_eq!(
        mask.text("https://x/?a=b&value=AA%3DC3%3DA4%2Bcret&c=d"),
        format!("https://x/?a=b&value={MASKED}&c=d")
    );
}

#[test]
fn overlapping_secrets_leave_nothing_of_either() {
    assert_eq!(
        mask(&["abcdef", "defghi"]).text("-abcdefghi-"),
        format!("-{MASKED}-")
    );
}

#[test]
fn short_secrets_are_hidden_where_they_are_the_whole_value() {
    let mask = mask(&["a", "x%", "ü"]);
    for (text, wanted) in [
        ("a", MASKED),
        ("an apple a day", "an apple a day"),
        (
            "https://x/a?b=a&a=c&d=x%25#a",
            "https://x/a?b=••••••&a=c&d=••••••#a",
        ),
        ("b=a&c=%61&d=%C3%BC&e=aa", "b=••••••&c=••••••&d=••••••&e=aa"),
        (
            r#"{"a":"a","b":[{"c":"\u0061"},"ab"],"d":"\u00fc"}"#,
            r#"{"a":"••••••","b":[{"c":"••••••"},"ab"],"d":"••••••"}"#,
        ),
        (r#"{"b":"\"","c":"a\"a"}"#, r#"{"b":"\"","c":"a\"a"}"#),
    ] {
        assert_eq!(mask.text(text), wanted);
    }
}

#[test]
fn a_compressed_body_that_holds_a_secret_is_hidden_whole() {
    let mask = mask(&["token-1234"]);
    let plain = br#"{"echo":"token-1234","rest":"0123456789"}"#;
    let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
    raw.write_all(plain).unwrap();
    let raw = raw.finish().unwrap();
    let mut br = Vec::new();
    brotli::CompressorWriter::new(&mut br, 4096, 5, 20)
        .write_all(plain)
        .unwrap();
    for (body, encoding) in [
        (gzip(plain), "GZip"),
        (raw, "deflate"),
        (br, "br"),
        (gzip(&gzip(plain)), "gzip, gzip"),
    ] {
        assert_eq!(
            mask.body(&body, encoding, false),
            MASKED_BODY.as_bytes(),
            "{encoding}"
        );
    }
    let cut = gzip(&[plain.as_slice(), &STANDARD.encode(plain.repeat(50)).into_bytes()].concat());
    assert_eq!(
        mask.body(&cut[..cut.len() - 12], "gzip", true),
        MASKED_BODY.as_bytes()
    );
    // Without the header the stream is known by its first bytes.
    assert_eq!(mask.body(&gzip(plain), "", false), MASKED.as_bytes());
}

#[test]
fn what_cannot_be_searched_is_hidden() {
    let mask = mask(&["token-1234"]);
    assert_eq!(mask.body(b"not compressed", "gzip", false), UNSEARCHED.as_bytes());
    assert_eq!(mask.body(b"anything", "zstd", false), UNSEARCHED.as_bytes());
    let bomb = gzip(&vec![b' '; 9 * 1024 * 1024]);
    assert_eq!(mask.body(&bomb, "gzip", false), UNSEARCHED.as_bytes());
    let deep = (0..6).fold("token-1234 and more".to_owned(), |text, _| STANDARD.encode(text));
    let shown = mask.text(&format!("a {deep} b"));
    assert!(
        shown.starts_with(&format!("a {MASKED}")) && shown.len() < 40,
        "{shown}"
    );
    // Without a secret there is nothing to hide.
    assert_eq!(Mask::default().body(b"anything", "zstd", false), b"anything");
}

#[test]
fn the_beginning_of_a_secret_is_hidden_where_a_body_was_cut() {
    let mask = mask(&["token-1234"]);
    assert_eq!(
        mask.body(b"a token-12", "", true),
        format!("a {MASKED}").as_bytes()
    );
    assert_eq!(mask.body(b"a token-12", "", false), b"a token-12");
}

#[test]
fn hostile_text_is_searched_within_bounds() {
    let mask = mask(&["token-1234"]);
    for piece in [
        "%25",
        "\\\\",
        "&amp;",
        "=3D",
        "A",
        "%5C&#92;=5C\\u0025",
        "x\u{1}",
        "\u{1f}\u{8b}\u{8}",
    ] {
        let text = piece.repeat(64 * 1024 / piece.len());
        let shown = mask.text(&text);
        assert!(shown == text || shown == UNSEARCHED || shown == MASKED, "{piece}");
    }
}
