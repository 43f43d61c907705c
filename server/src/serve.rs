//! The accept loop. It is our own because a server for strangers needs limits on what they may hold open: a time for
//! the header, a size for it, and a number of connections.

mod tls;

use std::{convert::Infallible, net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::Request,
    response::{IntoResponse, Response},
};
use engine::tasks::panic_text;
use futures::FutureExt;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::{gate::Peer, problem::Refused};

pub use tls::{ClientCertificate, acceptor};

/// What a client may hold open.
#[derive(Clone, Copy)]
pub struct Limits {
    /// Until the whole header is here, also on a connection kept open between requests.
    pub header_time: Duration,
    /// Until TLS stands.
    pub handshake_time: Duration,
    /// Largest header, in bytes.
    pub header_bytes: usize,
    /// Connections at the same time.
    pub connections: usize,
    /// Requests that run when the end is announced get this long.
    pub drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_time: Duration::from_secs(15),
            handshake_time: Duration::from_secs(10),
            header_bytes: 64 * 1024,
            connections: 4096,
            drain_time: Duration::from_secs(8),
        }
    }
}

/// Serves until `end` comes, then lets running requests finish within the drain time.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    end: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    tokio::pin!(end);
    loop {
        // The place is taken first: who does not fit waits in the system's queue, at no cost to us.
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            () = &mut end => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Mostly "too many open files": waiting lets some of them close.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let connection = connection(
            stream,
            peer,
            router.clone(),
            tls.clone(),
            limits,
            graceful.watcher(),
        );
        tokio::spawn(async move {
            connection.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain_time, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish in time and are cut");
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    watcher: Watcher,
) {
    // Without it a page sent in pieces waits 40 ms for each.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let Some(tls) = tls else {
        return requests(stream, (peer, None), router, limits, watcher).await;
    };
    match tokio::time::timeout(limits.handshake_time, tls.accept(stream)).await {
        Ok(Ok(stream)) => {
            let certificate = ClientCertificate::of(stream.get_ref().1);
            requests(stream, (peer, certificate), router, limits, watcher).await;
        }
        Ok(Err(error)) => tracing::debug!(%error, %peer, "TLS was not agreed on"),
        Err(_) => tracing::debug!(%peer, "TLS took too long"),
    }
}

async fn requests<S>(
    stream: S,
    (peer, certificate): (SocketAddr, Option<ClientCertificate>),
    router: Router,
    limits: Limits,
    watcher: Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        if let Some(certificate) = &certificate {
            request.extensions_mut().insert(certificate.clone());
        }
        answer(router.clone(), request)
    });
    // HTTP/1 alone: detecting HTTP/2 by its first bytes would wait for them without a time limit.
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_buf_size(limits.header_bytes)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, %peer, "a connection ended early");
    }
}

/// A panic costs its own request, not the connection: it is noted and answered.
async fn answer(router: Router, request: Request<Incoming>) -> Result<Response, Infallible> {
    let answering = AssertUnwindSafe(router.oneshot(request.map(Body::new))).catch_unwind();
    match answering.await {
        Ok(response) => response,
        Err(panic) => Ok(Refused::internal(&format!("panic: {}", panic_text(&*panic))).into_response()),
    }
}

#[cfg(test)]
mod tests;
