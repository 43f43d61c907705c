use super::encoding::Encoding;
use super::{A_DAY, Asset, FOR_EVER, answer, serve};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

const STYLE: Asset = Asset {
    path: "switchboard.0123.css",
    content_type: "text/css; charset=utf-8",
    hash: "0123",
    plain: b"plain",
    brotli: b"brotli",
    gzip: b"gzip",
};

fn with(name: HeaderName, value: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
}

#[test]
fn the_smallest_accepted_encoding_is_chosen() {
    for (accept, expected) in [
        ("gzip, deflate, br, zstd", Encoding::Brotli),
        ("gzip;q=1.0, br;q=0.1", Encoding::Brotli),
        ("br;q=0, gzip", Encoding::Gzip),
        ("br; q=0.000, gzip ; Q=0", Encoding::Identity),
        ("X-GZIP", Encoding::Gzip),
        ("*", Encoding::Brotli),
        ("br;q=0, *", Encoding::Gzip),
        ("*;q=0, gzip", Encoding::Gzip),
        ("*;q=0", Encoding::Identity),
        ("identity", Encoding::Identity),
        ("brotli", Encoding::Identity),
        ("", Encoding::Identity),
        (",,;q=1,", Encoding::Identity),
        ("br;q=much", Encoding::Brotli),
    ] {
        assert_eq!(
            Encoding::accepted(&with(header::ACCEPT_ENCODING, accept)),
            expected,
            "{accept:?}"
        );
    }
    assert_eq!(Encoding::accepted(&HeaderMap::new()), Encoding::Identity);
}

#[test]
fn several_header_lines_are_one_list() {
    let mut headers = with(header::ACCEPT_ENCODING, "gzip");
    headers.append(header::ACCEPT_ENCODING, HeaderValue::from_static("br"));
    assert_eq!(Encoding::accepted(&headers), Encoding::Brotli);
}

#[tokio::test]
async fn a_file_says_how_it_is_encoded_and_how_long_it_lasts() {
    let given = serve(&STYLE, FOR_EVER, &with(header::ACCEPT_ENCODING, "br"));
    let headers = given.headers();
    assert_eq!(given.status(), StatusCode::OK);
    assert_eq!(headers[header::CONTENT_TYPE], "text/css; charset=utf-8");
    assert_eq!(headers[header::CONTENT_ENCODING], "br");
    assert_eq!(
        headers[header::CACHE_CONTROL],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(headers[header::ETAG], "\"0123-br\"");
    assert_eq!(headers[header::VARY], "Accept-Encoding");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    let body = axum::body::to_bytes(given.into_body(), 100)
        .await
        .expect("a body");
    assert_eq!(&body[..], b"brotli");
}

#[test]
fn the_plain_form_has_no_content_encoding() {
    let given = serve(&STYLE, A_DAY, &HeaderMap::new());
    assert!(given.headers().get(header::CONTENT_ENCODING).is_none());
    assert_eq!(given.headers()[header::ETAG], "\"0123\"");
}

#[test]
fn who_has_the_file_gets_304() {
    for (tag, expected) in [
        ("\"0123\"", StatusCode::NOT_MODIFIED),
        ("W/\"0123\"", StatusCode::NOT_MODIFIED),
        ("\"old\", \"0123\"", StatusCode::NOT_MODIFIED),
        ("*", StatusCode::NOT_MODIFIED),
        ("\"0123-br\"", StatusCode::OK),
        ("0123", StatusCode::OK),
    ] {
        assert_eq!(
            serve(&STYLE, FOR_EVER, &with(header::IF_NONE_MATCH, tag)).status(),
            expected,
            "{tag}"
        );
    }
}

#[test]
fn unknown_names_are_not_found() {
    for name in ["", "nothing.js", "../Cargo.toml", "switchboard.js"] {
        assert_eq!(
            answer(name, FOR_EVER, &HeaderMap::new()).status(),
            StatusCode::NOT_FOUND,
            "{name}"
        );
    }
}
