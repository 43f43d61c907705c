//! Reading what a call claims from its headers.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use http::HeaderMap;
use model::{
    Timestamp,
    inbound_credential::{SignatureEncoding, SignaturePreset, SignatureSettings, SignedContent},
};

use super::{Claim, Problem};

/// Signatures looked at in one header: enough for a rotation, too few to make us work.
const LOOKED_AT: usize = 10;
/// From this number on a timestamp is in milliseconds; as seconds it would be in the year 5138.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Base64, with or without padding.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    LENIENT.decode(text).ok()
}

/// What the headers claim.
pub(in super::super) fn read(settings: &SignatureSettings, headers: &HeaderMap) -> Result<Claim, Problem> {
    let signature = one(headers, &settings.header)?;
    match settings.preset {
        SignaturePreset::StandardWebhooks => standard(signature, headers),
        SignaturePreset::Stripe => stripe(signature),
        SignaturePreset::Github | SignaturePreset::Generic => generic(settings, signature, headers),
    }
}

/// The value of a header that must be there once: two readers could choose differently between two.
fn one<'h>(headers: &'h HeaderMap, name: &str) -> Result<&'h str, Problem> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Err(Problem::Missing(name.into())),
        (Some(value), None) => value
            .to_str()
            .map(str::trim)
            .map_err(|_| Problem::Malformed(format!("the header {name} is not ASCII"))),
        (Some(_), Some(_)) => Err(Problem::Malformed(format!(
            "the header {name} comes more than once"
        ))),
    }
}

/// Standard Webhooks 1.0: `v1,base64` separated by blanks; signed are id, timestamp and body, joined by dots.
fn standard(signature: &str, headers: &HeaderMap) -> Result<Claim, Problem> {
    let id = one(headers, "webhook-id")?;
    let timestamp = one(headers, "webhook-timestamp")?;
    let signed_at = seconds("webhook-timestamp", timestamp)?;
    let signatures = signature
        .split(' ')
        .filter_map(|part| part.strip_prefix("v1,"))
        .filter_map(base64)
        .take(LOOKED_AT)
        .collect();
    claim(
        signatures,
        Some(signed_at),
        format!("{id}.{timestamp}."),
        "webhook-signature holds no v1,… signature in base64",
    )
}

/// Stripe: `t=seconds,v1=hex,v1=hex`; signed are timestamp and body, joined by a dot.
fn stripe(signature: &str) -> Result<Claim, Problem> {
    let parts = || {
        signature
            .split(',')
            .filter_map(|part| part.trim().split_once('='))
    };
    let mut times = parts().filter(|(name, _)| *name == "t").map(|(_, value)| value);
    let (Some(timestamp), None) = (times.next(), times.next()) else {
        return Err(Problem::Malformed(
            "stripe-signature must hold t=… with the time exactly once".into(),
        ));
    };
    let signed_at = seconds("t of stripe-signature", timestamp)?;
    let signatures = parts()
        .filter(|(name, _)| *name == "v1")
        .filter_map(|(_, value)| hexadecimal(value))
        .take(LOOKED_AT)
        .collect();
    claim(
        signatures,
        Some(signed_at),
        format!("{timestamp}."),
        "stripe-signature holds no v1=… signature in hexadecimal",
    )
}

fn generic(settings: &SignatureSettings, signature: &str, headers: &HeaderMap) -> Result<Claim, Problem> {
    let (signed_at, before) = match settings.signed {
        SignedContent::Body => (None, String::new()),
        SignedContent::TimestampBody => {
            let timestamp = one(headers, &settings.timestamp_header)?;
            let at = seconds(&settings.timestamp_header, timestamp)?;
            (Some(at), format!("{timestamp}."))
        }
    };
    let bare = signature.strip_prefix(&*settings.prefix).ok_or_else(|| {
        Problem::Malformed(format!(
            "the header {} must begin with {}",
            settings.header, settings.prefix
        ))
    })?;
    let decoded = match settings.encoding {
        SignatureEncoding::Hex => hexadecimal(bare),
        SignatureEncoding::Base64 => base64(bare),
    };
    claim(
        decoded.into_iter().collect(),
        signed_at,
        before,
        &format!(
            "the header {} is not written in {}",
            settings.header, settings.encoding
        ),
    )
}

fn claim(
    signatures: Vec<Vec<u8>>,
    signed_at: Option<Timestamp>,
    before: String,
    none: &str,
) -> Result<Claim, Problem> {
    if signatures.is_empty() {
        return Err(Problem::Malformed(none.into()));
    }
    Ok(Claim {
        signatures,
        signed_at,
        before: before.into_bytes(),
    })
}

/// Seconds since 1970, or milliseconds when the number is too large for seconds. The text itself is signed, so it is
/// only digits: `+5` and ` 5` would be other bytes.
fn seconds(header: &str, text: &str) -> Result<Timestamp, Problem> {
    let malformed = || Problem::Malformed(format!("{header} must be seconds since 1970"));
    if text.is_empty() || text.len() > 15 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(malformed());
    }
    let number: i64 = text.parse().map_err(|_| malformed())?;
    Ok(Timestamp(if number >= MILLISECONDS_FROM {
        number
    } else {
        number * 1000
    }))
}

/// Hexadecimal in either case.
fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(2) || text.len() > 256 || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| {
            let pair = &text[at..at + 2];
            pair.bytes()
                .all(|byte| byte.is_ascii_hexdigit())
                .then(|| u8::from_str_radix(pair, 16).ok())
                .flatten()
        })
        .collect()
}
