//! Refusals as `application/problem+json` (RFC 9457), for the REST API, the inbound endpoints and everything that is
//! no page. Handlers say what is wrong; one layer writes the body, because only it knows the path that was asked.

mod kinds;

use axum::{
    body::Body,
    extract::{OriginalUri, Request},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{FieldErrors, problem::Problem};

pub use kinds::kinds;

/// A refusal, before the path is known.
#[derive(Debug, Clone)]
pub struct Refused {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: String,
    errors: FieldErrors,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refused {
    /// A refusal with the kind that belongs to its status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let known = kinds().iter().find(|kind| kind.status == status.as_u16());
        let (kind, title) = known.map_or(("internal", "Internal error"), |kind| (&*kind.name, &*kind.title));
        Self {
            status,
            kind,
            title,
            detail: detail.into(),
            errors: FieldErrors::default(),
            headers: Vec::new(),
        }
    }

    /// 400.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 413 over `limit` bytes.
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The body may have at most {limit} bytes."),
        )
    }

    /// 404 of a record of this kind.
    pub fn no_such(record: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("There is no such {record}."))
    }

    /// 422 with what is wrong with which field.
    pub fn invalid(errors: FieldErrors) -> Self {
        let texts: Vec<String> = errors
            .0
            .iter()
            .map(|(field, invalid)| format!("{field}: {}", invalid.text()))
            .collect();
        Self {
            errors,
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, texts.join(" "))
        }
    }

    /// 500. The reason goes to the log, never to the client.
    pub fn internal(reason: &str) -> Self {
        tracing::error!(reason, "a request could not be answered");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side. The log says what.",
        )
    }

    /// With another kind and title than the status suggests.
    #[must_use]
    pub fn named(self, kind: &'static str, title: &'static str) -> Self {
        Self { kind, title, ..self }
    }

    /// With a header. A value that no header can hold is left out.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    fn written(&self, path: &str) -> Response {
        let problem = Problem {
            kind: format!("/docs/api#{}", self.kind),
            title: self.title.into(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            instance: without_token(path),
            errors: self.errors.clone(),
        };
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in &self.headers {
            headers.append(name.clone(), value.clone());
        }
        response
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<engine::Error> for Refused {
    fn from(error: engine::Error) -> Self {
        use engine::Error;
        match error {
            Error::Unauthenticated => Self::new(StatusCode::UNAUTHORIZED, "Name and password do not match."),
            Error::Forbidden(permission) => {
                Self::new(StatusCode::FORBIDDEN, format!("Your role does not include the permission to {permission}."))
            }
            Error::NotFound(record) => Self::no_such(record),
            Error::Invalid(errors) => Self::invalid(errors),
            Error::Stale(comparison) => Self::new(
                StatusCode::CONFLICT,
                format!(
                    "{} changed this record meanwhile; it has version {} now. Read it again and repeat your change.",
                    comparison.changed_by, comparison.version
                ),
            )
            .named("stale", "Changed by somebody else"),
            Error::Conflict(sentence) | Error::SecretNotFound(sentence) | Error::SecretUnreadable(sentence) => {
                Self::new(StatusCode::CONFLICT, sentence)
            }
            Error::MessageIdReused(sentence) => Self::new(StatusCode::CONFLICT, sentence)
                .named("message-id-reused", "Message id used for another message"),
            Error::TooManyTries { retry_after_seconds } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many wrong tries. Wait before the next.")
                    .with(header::RETRY_AFTER, &retry_after_seconds.to_string())
            }
            Error::Unavailable(sentence) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, sentence).with(header::RETRY_AFTER, "5")
            }
            Error::Internal(reason) => Self::internal(&reason),
        }
    }
}

/// Writes the body of refusals; everything else passes.
pub async fn write(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    match response.extensions().get::<Refused>() {
        Some(refused) => refused.written(&path),
        None => response,
    }
}

/// For groups that speak JSON only: bare refusals of the framework (405, a bad path) become problems too.
pub async fn complete(request: Request, next: Next) -> Response {
    let path = request
        .extensions()
        .get::<OriginalUri>()
        .map_or(request.uri().path(), |uri| uri.0.path())
        .to_owned();
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status();
    // The framework's own refusals are empty or plain text; what handlers refuse is JSON.
    let is_json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/"));
    let told = is_json || response.extensions().get::<Refused>().is_some();
    if told || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let allow = response
        .headers()
        .get(header::ALLOW)
        .and_then(|allow| allow.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let detail = match status {
        StatusCode::METHOD_NOT_ALLOWED => format!("{method} is not possible here. Possible: {allow}."),
        StatusCode::NOT_FOUND => format!("There is nothing at {}.", without_token(&path)),
        StatusCode::BAD_REQUEST => "The path or the query is not well-formed.".into(),
        _ => format!("The request was refused with {status}."),
    };
    let refused = Refused::new(status, detail);
    if allow.is_empty() {
        refused
    } else {
        refused.with(header::ALLOW, &allow)
    }
    .into_response()
}

/// A path without the token that may stand behind `message`: whoever logs our answers learns no secret.
fn without_token(path: &str) -> String {
    match path.split_once("/message/") {
        Some((before, _)) => format!("{before}/message/••••••"),
        None => path.to_owned(),
    }
}

/// The fallback of groups that speak JSON only.
pub async fn nothing_here(request: Request) -> Refused {
    Refused::new(
        StatusCode::NOT_FOUND,
        format!("There is nothing at {}.", without_token(request.uri().path())),
    )
}

#[cfg(test)]
mod tests {
    use super::without_token;

    #[test]
    fn a_token_of_a_path_is_never_told_back() {
        assert_eq!(
            without_token("/inbound/incident/message/sbp_secret"),
            "/inbound/incident/message/••••••"
        );
        assert_eq!(
            without_token("/incident/message/%73bp/more"),
            "/incident/message/••••••"
        );
        assert_eq!(
            without_token("/inbound/incident/message"),
            "/inbound/incident/message"
        );
    }
}
