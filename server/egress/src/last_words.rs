//! Hearing out a server that refuses us.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use rustls::Error as TlsError;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A TLS connection that, when a write fails, first reads whether the server said why.
///
/// With TLS 1.3 a server judges our certificate while the request is already on its way: it sends an alert and
/// closes, and writing may notice the closing before reading has seen the alert.
pub(crate) struct LastWords<S> {
    inner: S,
}

impl<S> LastWords<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self { inner }
    }
}

impl<S: AsyncRead + Unpin> LastWords<S> {
    /// The alert that waits to be read, or `error`.
    fn explain(&mut self, context: &mut Context<'_>, error: io::Error) -> io::Error {
        let mut space = [0; 1024];
        loop {
            let mut buffer = ReadBuf::new(&mut space);
            match Pin::new(&mut self.inner).poll_read(context, &mut buffer) {
                Poll::Ready(Err(said)) if is_alert(&said) => return said,
                // The beginning of an answer: the write that failed ends the exchange all the same.
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                _ => return error,
            }
        }
    }

    fn explained<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match written {
            Poll::Ready(Err(error)) if !is_alert(&error) => Poll::Ready(Err(self.explain(context, error))),
            other => other,
        }
    }
}

fn is_alert(error: &io::Error) -> bool {
    matches!(
        error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>()),
        Some(TlsError::AlertReceived(_))
    )
}

impl<S: AsyncRead + Unpin> AsyncRead for LastWords<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for LastWords<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.explained(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.explained(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(context);
        self.explained(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use rustls::AlertDescription;
    use tokio::io::AsyncWriteExt;

    use super::*;

    /// Writing fails; reading gives the rest of an answer, then the end or an alert.
    struct Leaving {
        rest: usize,
        alert: bool,
    }

    impl AsyncRead for Leaving {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            if self.rest > 0 {
                self.rest -= 1;
                buffer.put_slice(b"HTTP/1.1");
            } else if self.alert {
                let alert = TlsError::AlertReceived(AlertDescription::CertificateRequired);
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, alert)));
            }
            Poll::Ready(Ok(()))
        }
    }

    impl AsyncWrite for Leaving {
        fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
            Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn an_alert_explains_a_write_that_failed() {
        for (rest, alert) in [(0, true), (2, true), (0, false), (2, false)] {
            let mut stream = LastWords::new(Leaving { rest, alert });
            assert_eq!(is_alert(&stream.write(b"x").await.unwrap_err()), alert);
            let mut stream = LastWords::new(Leaving { rest, alert });
            assert_eq!(is_alert(&stream.flush().await.unwrap_err()), alert);
            let mut stream = LastWords::new(Leaving { rest, alert });
            let slices = [io::IoSlice::new(b"x")];
            assert_eq!(
                is_alert(&stream.write_vectored(&slices).await.unwrap_err()),
                alert
            );
        }
    }
}
