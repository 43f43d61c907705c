//! The accept loop. It is our own because a server for strangers needs limits on what they may hold open: a time for
//! the header, a size for it, and a number of connections in all and from one address.

mod open_files;
mod places;
mod tls;

use std::{convert::Infallible, io, net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
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
    net::{TcpListener, TcpSocket, TcpStream},
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::{gate::Peer, held_body, problem::Refused};
use places::Place;

pub use open_files::allow_open_files;
pub use places::{Places, Running};
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
    /// Connections at the same time from one address (IPv6: one /64) that is no trusted proxy.
    pub connections_of_one: usize,
    /// Requests that run when the end is announced get this long.
    pub drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_time: Duration::from_secs(15),
            handshake_time: Duration::from_secs(10),
            header_bytes: 32 * 1024,
            connections: 4096,
            connections_of_one: 512,
            drain_time: Duration::from_secs(8),
        }
    }
}

/// Connections that the system holds until they are accepted: as many as may be open, so that a burst of them does not
/// make others wait for their next attempt, a second later.
const BACKLOG: u32 = 4096;

/// Listens at `address`.
///
/// # Errors
/// When the address is taken or not of this machine.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // Connections of a program that has just ended keep the address in use for a minute otherwise.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `end` comes, then lets running requests finish within the drain time.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    (limits, places): (Limits, Arc<Places>),
    end: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    tokio::pin!(end);
    loop {
        // Accepting comes before the place: if it waited for one, nobody would get in once all are taken.
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
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
        let Some(place) = places.enter(peer.ip()) else {
            tracing::debug!(%peer, "a connection is refused: too many are open");
            if tls.is_none() {
                // To tell it is worth an attempt, but not waiting: whoever does not read it finds the connection closed.
                let _ = stream.try_write(TOO_MANY);
            }
            continue;
        };
        let connection = connection(
            stream,
            (peer, Arc::clone(&place)),
            router.clone(),
            tls.clone(),
            limits,
            graceful.watcher(),
        );
        tokio::spawn(async move {
            tokio::select! {
                () = connection => {}
                () = place.ended() => tracing::debug!(%peer, "a connection is closed: its place is needed"),
            }
            place.leave();
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

/// The answer to a connection for which there is no place.
const TOO_MANY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

async fn connection(
    stream: TcpStream,
    (peer, place): (SocketAddr, Arc<Place>),
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
        return requests(stream, (peer, place, None), router, limits, watcher).await;
    };
    match tokio::time::timeout(limits.handshake_time, tls.accept(stream)).await {
        Ok(Ok(stream)) => {
            let certificate = ClientCertificate::of(stream.get_ref().1);
            requests(stream, (peer, place, certificate), router, limits, watcher).await;
        }
        Ok(Err(error)) => tracing::debug!(%error, %peer, "TLS was not agreed on"),
        Err(_) => tracing::debug!(%peer, "TLS took too long"),
    }
}

async fn requests<S>(
    stream: S,
    (peer, place, certificate): (SocketAddr, Arc<Place>, Option<ClientCertificate>),
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
        let running = place.begin();
        if let Some(running) = &running {
            request.extensions_mut().insert(running.clone());
        }
        let router = router.clone();
        async move {
            match running {
                Some(running) => Ok(held_body::holding(answer(router, request).await?, running)),
                None => Ok::<_, Infallible>(StatusCode::SERVICE_UNAVAILABLE.into_response()),
            }
        }
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
