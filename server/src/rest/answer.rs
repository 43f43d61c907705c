//! The shapes of answers.

use std::str::FromStr;

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::problem::Refused;

/// A list; an object, so that something can be added to it one day.
#[derive(Serialize)]
pub struct Items<T> {
    pub items: Vec<T>,
}

/// Answers with a list.
pub fn items<T>(items: Vec<T>) -> Json<Items<T>> {
    Json(Items { items })
}

/// 201 with the new record and where it is.
pub fn created(location: &str, record: impl Serialize) -> Response {
    (
        StatusCode::CREATED,
        [(header::LOCATION, location.to_owned())],
        Json(record),
    )
        .into_response()
}

/// Reads an id of the path. What is no id is the id of nothing.
pub fn id<T: FromStr>(text: &str, record: &str) -> Result<T, Refused> {
    text.parse().map_err(|_| Refused::no_such(record))
}
