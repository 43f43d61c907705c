//! The Request phase: one HTTP/1.1 exchange over a connection that is closed afterwards.

use std::{error::Error as StdError, io::ErrorKind};

use http::StatusCode;
use http_body_util::Full;
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::Error as TlsError;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    client_certificate::ClientCertificate,
    failure::Failure,
    response::{Answer, Body},
    tls_problem::TlsProblem,
    wording::plain,
};

/// The most that status line and headers of an answer may take, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;

/// Sends `request` and reads the answer, `keep` bytes of its body. Dropping the future closes the connection.
///
/// `certificate` is what the server was told about us, and may yet refuse.
pub(crate) async fn exchange<S>(
    stream: S,
    request: http::Request<Full<Bytes>>,
    keep: usize,
    certificate: &ClientCertificate,
) -> Result<Answer, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(LONGEST_HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| explain(&error, None, certificate))?;
    let exchange = async move {
        let response = sender
            .send_request(request)
            .await
            .map_err(|error| explain(&error, None, certificate))?;
        let (head, incoming) = response.into_parts();
        let body = Body::read(incoming, keep)
            .await
            .map_err(|error| explain(&error, Some(head.status), certificate))?;
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
        ended = connection => {
            let answer = exchange.await;
            // A refusal that comes before the request is taken up is told to the connection alone.
            match ended.err().and_then(|error| refused(&error, certificate)) {
                Some(problem) if answer.is_err() => Err(Failure::TlsProtocol(problem)),
                _ => answer,
            }
        }
    }
}

/// The failure behind hyper's error. `status` is known when the body was being read.
fn explain(error: &hyper::Error, status: Option<StatusCode>, certificate: &ClientCertificate) -> Failure {
    if error.is_parse_too_large() {
        return Failure::ResponseTooLarge;
    }
    if let Some(problem) = refused(error, certificate) {
        return Failure::TlsProtocol(problem);
    }
    if error.is_parse() {
        return Failure::BadResponse(plain(&error.to_string()));
    }
    let ended = error.is_incomplete_message() || error.is_canceled() || error.is_closed();
    if ended || source::<std::io::Error>(error).is_some_and(|error| closed(error.kind())) {
        return match status {
            None if certificate.asked() => Failure::ClosedAfterCertificate(Box::new(certificate.clone())),
            _ => Failure::ClosedEarly { status },
        };
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

/// The server's refusal of our certificate, when that is what ended the exchange.
fn refused(error: &hyper::Error, certificate: &ClientCertificate) -> Option<TlsProblem> {
    let cause = source::<std::io::Error>(error)?
        .get_ref()?
        .downcast_ref::<TlsError>()?;
    match cause {
        TlsError::AlertReceived(alert) => TlsProblem::about_certificate(*alert, certificate),
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

#[cfg(test)]
mod tests {
    use std::{
        io,
        pin::Pin,
        task::{Context, Poll},
    };

    use rustls::AlertDescription;
    use tokio::io::ReadBuf;

    use super::*;

    /// Takes everything, and has an alert waiting from the start.
    struct Refusing;

    impl AsyncRead for Refusing {
        fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            let alert = TlsError::AlertReceived(AlertDescription::CertificateRequired);
            Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, alert)))
        }
    }

    impl AsyncWrite for Refusing {
        fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            Poll::Ready(Ok(bytes.len()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    /// Which of the two is driven first is left to chance, so all the ways are tried.
    #[tokio::test]
    async fn a_refusal_before_the_request_is_taken_up_is_heard() {
        let missing = ClientCertificate::Missing { accepted: vec![] };
        for _ in 0..100 {
            let failure = exchange(Refusing, http::Request::default(), 0, &missing)
                .await
                .err();
            assert!(
                matches!(
                    failure,
                    Some(Failure::TlsProtocol(TlsProblem::ClientCertificate { .. }))
                ),
                "{failure:?}"
            );
        }
    }
}
