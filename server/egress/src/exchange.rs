//! The Request phase: one HTTP/1.1 exchange over a connection that is closed afterwards.

use std::{error::Error as StdError, io::ErrorKind};

use http::StatusCode;
use http_body_util::Full;
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::Error as TlsError;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    failure::Failure,
    response::{Answer, Body},
    tls_problem::TlsProblem,
    wording::plain,
};

/// The most that status line and headers of an answer may take, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;

/// Sends `request` and reads the answer, `keep` bytes of its body. Dropping the future closes the connection.
pub(crate) async fn exchange<S>(
    stream: S,
    request: http::Request<Full<Bytes>>,
    keep: usize,
) -> Result<Answer, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(LONGEST_HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| explain(&error, None))?;
    let exchange = async move {
        let response = sender
            .send_request(request)
            .await
            .map_err(|error| explain(&error, None))?;
        let (head, incoming) = response.into_parts();
        let body = Body::read(incoming, keep)
            .await
            .map_err(|error| explain(&error, Some(head.status)))?;
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body,
        })
    };
    tokio::pin!(exchange);
    // Driven here, not in a task of its own: nothing outlives a caller that gives up.
    tokio::select! {
        answer = &mut exchange => answer,
        // How the connection ended is told to the exchange, too.
        _ = connection => exchange.await,
    }
}

/// The failure behind hyper's error. `status` is known when the body was being read.
fn explain(error: &hyper::Error, status: Option<StatusCode>) -> Failure {
    if error.is_parse_too_large() {
        return Failure::ResponseTooLarge;
    }
    if let Some(problem) = certificate_wanted(error) {
        return Failure::TlsProtocol(problem);
    }
    if error.is_parse() {
        return Failure::BadResponse(plain(&error.to_string()));
    }
    let ended = error.is_incomplete_message() || error.is_canceled() || error.is_closed();
    if ended || source::<std::io::Error>(error).is_some_and(|error| closed(error.kind())) {
        return Failure::ClosedEarly { status };
    }
    match source::<std::io::Error>(error) {
        Some(cause) => Failure::BadResponse(plain(&cause.to_string())),
        None => Failure::BadResponse(plain(&error.to_string())),
    }
}

fn closed(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::NotConnected
    )
}

fn certificate_wanted(error: &hyper::Error) -> Option<TlsProblem> {
    let cause = source::<std::io::Error>(error)?
        .get_ref()?
        .downcast_ref::<TlsError>()?;
    match cause {
        TlsError::AlertReceived(alert) => TlsProblem::wants_certificate(*alert),
        _ => None,
    }
}

/// The first cause of type `T` behind `error`.
fn source<T: StdError + 'static>(error: &hyper::Error) -> Option<&T> {
    let mut cause = error.source();
    while let Some(found) = cause {
        if let Some(wanted) = found.downcast_ref() {
            return Some(wanted);
        }
        cause = found.source();
    }
    None
}
