//! The interface's files, embedded at build time (`build.rs`) and served pre-compressed.
//!
//! Names carry the hash of the content, so a browser may keep them for ever (RFC 8246, `immutable`) and a
//! new release can never meet an old file.

mod encoding;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::routing::get;
use encoding::Encoding;

/// One embedded file in its three encodings.
pub struct Asset {
    /// Its name below `/pkg/`.
    pub path: &'static str,
    pub content_type: &'static str,
    /// The hash in the name: the entity tag.
    pub hash: &'static str,
    pub plain: &'static [u8],
    pub brotli: &'static [u8],
    pub gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/bundle.rs"));

/// A year in seconds, the longest that caches take seriously.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// The icon's address never changes, so a new icon should be seen within a day.
const A_DAY: &str = "public, max-age=86400";

/// Whether this program was built with its interface. Without, it says so at the start and pages are bare.
pub const fn embedded() -> bool {
    !JS.is_empty() && !WASM.is_empty() && !CSS.is_empty()
}

/// `/pkg/{name}`, `/favicon.svg` and `/favicon.ico`; `HEAD` comes with `GET`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/pkg/{name}", get(file))
        .route("/favicon.svg", get(favicon))
        .route("/favicon.ico", get(favicon))
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response<Body> {
    answer(&name, FOR_EVER, &headers)
}

async fn favicon(headers: HeaderMap) -> Response<Body> {
    answer(FAVICON, A_DAY, &headers)
}

fn answer(name: &str, cache: &'static str, headers: &HeaderMap) -> Response<Body> {
    match ASSETS.iter().find(|asset| asset.path == name) {
        Some(asset) => serve(asset, cache, headers),
        None => missing(),
    }
}

fn serve(asset: &Asset, cache: &'static str, headers: &HeaderMap) -> Response<Body> {
    let encoding = Encoding::accepted(headers);
    let tag = format!("\"{}{}\"", asset.hash, encoding.suffix());
    let mut answer = Response::builder()
        .header(header::CACHE_CONTROL, cache)
        .header(header::ETAG, &tag)
        .header(header::VARY, "Accept-Encoding")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    let body = if encoding::names_tag(headers, &tag) {
        answer = answer.status(StatusCode::NOT_MODIFIED);
        Body::empty()
    } else {
        answer = answer.header(header::CONTENT_TYPE, asset.content_type);
        if let Some(name) = encoding.name() {
            answer = answer.header(header::CONTENT_ENCODING, name);
        }
        Body::from(encoding.of(asset))
    };
    answer.body(body).unwrap_or_else(|_| missing())
}

fn missing() -> Response<Body> {
    let mut answer = Response::new(Body::from("There is no such file.\n"));
    *answer.status_mut() = StatusCode::NOT_FOUND;
    let plain_text = header::HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, plain_text);
    answer.headers_mut().insert(
        header::X_CONTENT_TYPE_OPTIONS,
        header::HeaderValue::from_static("nosniff"),
    );
    answer
}

#[cfg(test)]
mod tests;
