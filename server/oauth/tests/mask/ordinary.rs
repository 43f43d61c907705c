//! What holds no secret comes back byte for byte.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use oauth::Mask;
use secrecy::SecretString;
use serde_json::json;
use url::form_urlencoded;

use crate::encodings::hexadecimal as hex;

/// A generator that gives the same numbers in every run (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    fn words(&mut self, count: usize) -> String {
        const WORDS: [&str; 16] = [
            "incident",
            "\"urgent\"",
            "Grüße",
            "price & tax",
            "100%",
            "a+b",
            "C:\\new\\table",
            "50 < 60",
            "description",
            "2026-11-29T07:00:00Z",
            "naïve",
            "日本語",
            "user@example.com",
            "https://example.com/a%20b?c=d%2Fe&f=41",
            "x",
            "\n",
        ];
        (0..count)
            .map(|_| WORDS[self.below(WORDS.len())])
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn document(&mut self) -> serde_json::Value {
        let items: Vec<_> = (0..self.below(12))
            .map(|_| json!({"id": self.next(), "text": self.words(8), "open": self.below(2) == 0}))
            .collect();
        json!({"items": items, "uuid": hex(&self.bytes(16)), "inner": json!({"a": self.words(3)}).to_string()})
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut written = Vec::new();
    brotli::CompressorWriter::new(&mut written, 4096, 3, 18)
        .write_all(bytes)
        .unwrap();
    written
}

/// A body and its Content-Encoding.
fn payload(kind: usize, numbers: &mut Numbers) -> (Vec<u8>, &'static str) {
    let length = 30 + numbers.below(900);
    let plain = match kind {
        0 => numbers.document().to_string(),
        1 => serde_json::to_string_pretty(&numbers.document()).unwrap(),
        2 => format!(
            "<a b=\"{}\">{}&#228;&amp;&#x20AC;</a>",
            hex(&numbers.bytes(8)),
            numbers.words(40).replace('&', "&amp;").replace('<', "&lt;")
        ),
        3 => form_urlencoded::Serializer::new(String::new())
            .append_pair("a", &numbers.words(9))
            .append_pair("b", &numbers.document().to_string())
            .finish(),
        4 => format!(
            "{{\"image\":\"data:image/png;base64,{}\"}}",
            STANDARD.encode(numbers.bytes(length))
        ),
        5 => return (gzip(numbers.document().to_string().as_bytes()), "gzip"),
        6 => hex(&numbers.bytes(length)),
        7 => {
            let text = STANDARD.encode(numbers.bytes(length));
            let lines: Vec<&str> = (0..text.len())
                .step_by(64)
                .map(|at| &text[at..(at + 64).min(text.len())])
                .collect();
            format!(
                "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
                lines.join("\n")
            )
        }
        8 => format!(
            "{{\"id_token\":\"{}.{}.{}\"}}",
            STANDARD.encode(b"{\"alg\":\"RS256\"}"),
            STANDARD.encode(numbers.document().to_string()),
            STANDARD.encode(numbers.bytes(256))
        )
        .replace('+', "-")
        .replace('=', ""),
        9 => format!(
            "!function(e,t){{\"use strict\";var n=t[{}]%2,r=/\\x41\\u0042/g;return e&&n?'\\n':\"{}\"}}(window,{});",
            numbers.next(),
            hex(&numbers.bytes(6)),
            numbers.document()
        ),
        10 => format!(
            "https://example.com/{}?q={}",
            form_urlencoded::byte_serialize(&numbers.bytes(length)).collect::<String>(),
            form_urlencoded::byte_serialize(numbers.words(20).as_bytes()).collect::<String>()
        ),
        11 => return (numbers.bytes(length), ""),
        12 => return (zlib(numbers.document().to_string().as_bytes()), "deflate"),
        13 => return (brotli(numbers.document().to_string().as_bytes()), "br"),
        14 => {
            let whole = gzip(numbers.document().to_string().as_bytes());
            let kept = whole.len().saturating_sub(numbers.below(20)).max(12);
            return (whole[..kept].to_vec(), "gzip");
        }
        15 => {
            return (
                numbers
                    .words(60)
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect(),
                "",
            );
        }
        16 => {
            return (
                [
                    b"PK\x03\x04".as_slice(),
                    &gzip(&numbers.bytes(length)),
                    &numbers.bytes(40),
                ]
                .concat(),
                "",
            );
        }
        17 => serde_json::to_string(
            &serde_json::to_string(&serde_json::to_string(&numbers.document()).unwrap()).unwrap(),
        )
        .unwrap(),
        18 => format!(
            "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\n{}=\r\n=3D{}",
            numbers.words(5),
            STANDARD.encode(numbers.document().to_string())
        ),
        _ => numbers.words(100),
    };
    (plain.into_bytes(), "")
}

const KINDS: usize = 20;

#[test]
fn ten_thousand_payloads_without_a_secret_are_left_as_they_are() {
    let mut numbers = Numbers(7);
    let mut mask = Mask::default();
    for length in [6, 9, 14, 20, 32, 40, 64, 200, 1200] {
        mask.hide(&SecretString::from(hex(&numbers.bytes(length))));
    }
    for secret in [
        "Pct100%25real-secret",
        "pä ss/\"w0rd-&~\\+'<x>",
        "s3cr",
        "q7",
        "Ω",
        "日本語の秘密",
        "€ürö-sēcret",
    ] {
        mask.hide(&SecretString::from(secret));
    }
    for number in 0..10_000 {
        let (body, encoding) = payload(number % KINDS, &mut numbers);
        let masked = mask.body(&body, encoding, false);
        assert!(
            masked == body,
            "kind {}: {:?} became {:?}",
            number % KINDS,
            String::from_utf8_lossy(&body),
            String::from_utf8_lossy(&masked)
        );
    }
}
