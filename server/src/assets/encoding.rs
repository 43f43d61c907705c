//! Which encoding the browser takes (RFC 9110, 12.5.3), and whether it has the file already (13.1.2).

use super::Asset;
use axum::http::{HeaderMap, header};

/// The encodings every file is kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// The smallest form the client accepts. A weight only says yes or no here (`q=0` refuses): the
    /// server may prefer what costs the network least. A client that refuses even the plain form gets it
    /// nevertheless, as the RFC allows, rather than nothing.
    pub fn accepted(headers: &HeaderMap) -> Self {
        [Self::Brotli, Self::Gzip]
            .into_iter()
            .find(|encoding| encoding.name().is_some_and(|name| accepts(headers, name)))
            .unwrap_or(Self::Identity)
    }

    /// As in `Content-Encoding`; the plain form has none.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// Makes the entity tag of each form its own: they are different bytes.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => "-br",
            Self::Gzip => "-gz",
            Self::Identity => "",
        }
    }

    /// The file in this form.
    pub const fn of(self, asset: &Asset) -> &'static [u8] {
        match self {
            Self::Brotli => asset.brotli,
            Self::Gzip => asset.gzip,
            Self::Identity => asset.plain,
        }
    }
}

/// What is named decides; `*` stands for what is not named.
fn accepts(headers: &HeaderMap, name: &str) -> bool {
    let mut by_star = false;
    for (coding, wanted) in items(headers, &header::ACCEPT_ENCODING).map(coding_and_wish) {
        // `x-gzip` is an old name of `gzip` (RFC 9110, 8.4.1.3).
        if coding.eq_ignore_ascii_case(name) || (name == "gzip" && coding.eq_ignore_ascii_case("x-gzip")) {
            return wanted;
        }
        if coding == "*" {
            by_star = wanted;
        }
    }
    by_star
}

/// `br;q=0.5` is (`br`, wanted); a weight that is no number counts as given.
fn coding_and_wish(item: &str) -> (&str, bool) {
    let mut parts = item.split(';').map(str::trim);
    let coding = parts.next().unwrap_or_default();
    let weight = parts
        .filter_map(|part| part.split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case("q"))
        .and_then(|(_, value)| value.trim().parse::<f32>().ok());
    (coding, weight.is_none_or(|weight| weight > 0.0))
}

/// Whether `If-None-Match` names this tag; weak comparison, as that header demands.
pub fn names_tag(headers: &HeaderMap, tag: &str) -> bool {
    items(headers, &header::IF_NONE_MATCH)
        .any(|item| item == "*" || item.strip_prefix("W/").unwrap_or(item) == tag)
}

/// The members of a list header, over all its lines.
fn items<'h>(headers: &'h HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = &'h str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .filter(|item| !item.is_empty())
}
