//! Prints what the mask costs, as a multiple of a plain `aho-corasick` scan for the same 20 secrets over the same text:
//! the median of five interleaved runs. `cargo run --release -p oauth --example mask_cost`

use std::{hint::black_box, time::Instant};

use aho_corasick::AhoCorasick;
use oauth::Mask;
use secrecy::SecretString;
use serde_json::json;

const ROUNDS: u32 = 60;
const LENGTH: usize = 64 * 1024;

fn main() {
    let secrets: Vec<String> = (0..20_u64)
        .map(|number| {
            format!(
                "{:016x}-Se{number}cret/{}",
                number.wrapping_mul(0x9E37_79B9_7F4A_7C15),
                number * 7919
            )
        })
        .collect();
    let plain = AhoCorasick::new(&secrets).expect("the secrets are few");
    let mut mask = Mask::default();
    mask.extend(secrets.iter().map(|secret| SecretString::from(secret.as_str())));
    for (name, text) in [("ordinary JSON", ordinary()), ("escape-heavy JSON", escaped())] {
        let mut ratios: Vec<f64> = (0..5).map(|_| ratio(&plain, &mask, text.as_bytes())).collect();
        ratios.sort_by(f64::total_cmp);
        println!(
            "{name}, {} bytes: {:.2} times a plain scan",
            text.len(),
            ratios[2]
        );
    }
}

fn ratio(plain: &AhoCorasick, mask: &Mask, text: &[u8]) -> f64 {
    let scan = Instant::now();
    for _ in 0..ROUNDS {
        black_box(plain.find_iter(black_box(text)).count());
    }
    let scan = scan.elapsed();
    let masked = Instant::now();
    for _ in 0..ROUNDS {
        black_box(mask.bytes(black_box(text)));
    }
    masked.elapsed().as_secs_f64() / scan.as_secs_f64()
}

fn ordinary() -> String {
    let items: Vec<_> = (0..LENGTH / 240)
        .map(|number| {
            json!({
                "id": number * 7919, "key": format!("ITSM-{number}"), "summary": "The printer on the third floor does not print",
                "priority": "High", "reporter": {"name": "Ada Lovelace", "email": "ada@example.com"},
                "created": "2026-11-29T07:00:00.000Z", "url": "https://example.com/issues/42",
            })
        })
        .collect();
    json!({ "issues": items }).to_string()
}

fn escaped() -> String {
    serde_json::to_string(
        &json!({ "inner": ordinary(), "note": "<p>Price &amp; tax: 100%25</p>\n" }).to_string(),
    )
    .expect("text is JSON")
}
