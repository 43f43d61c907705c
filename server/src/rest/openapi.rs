//! The description of the REST API (OpenAPI 3.1). Written by hand in `openapi.json`; a test keeps it true.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// The document, with the version of this program.
pub async fn document() -> Response {
    let text = include_str!("openapi.json").replace("{version}", env!("CARGO_PKG_VERSION"));
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
