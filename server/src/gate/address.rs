//! Where a request comes from.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::sync::OwnedSemaphorePermit;

use super::Gate;
use crate::{held_body, problem::Refused};

/// Requests at the same time of one address behind a trusted proxy: as many as an address that connects itself may have.
pub const FORWARDED_AT_ONCE: usize = 512;

/// The other end of the socket, noted by the accept loop.
#[derive(Clone, Copy)]
pub struct Peer(pub SocketAddr);

pub use app::routes::ClientAddress;

/// The place of a request that a trusted proxy forwarded, among those of the same address. Found in the request's
/// extensions.
#[derive(Clone)]
pub struct ForwardedPlace(
    #[expect(dead_code, reason = "it is kept only to be dropped")] Arc<OwnedSemaphorePermit>,
);

/// Notes the caller's address for everything behind: sessions, audit, the list of refused calls. Whoever calls through a
/// trusted proxy has a share of requests, because a share of connections would be the proxy's.
pub async fn note_address(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let Some(Peer(peer)) = request.extensions().get::<Peer>().copied() else {
        request.extensions_mut().insert(ClientAddress(String::new()));
        return next.run(request).await;
    };
    let lines: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|line| line.to_str().ok())
        .collect();
    let client = gate.site.client_address(peer.ip(), &lines);
    let address = client.to_string();
    let forwarded = client != peer.ip().to_canonical();
    request.extensions_mut().insert(ClientAddress(address.clone()));
    if !forwarded || gate.site.is_trusted_proxy(client) {
        return next.run(request).await;
    }
    let Ok(place) = gate.forwarded.of(&address).try_acquire_owned() else {
        return Refused::new(
            StatusCode::TOO_MANY_REQUESTS,
            format!("This address has {FORWARDED_AT_ONCE} requests open. Send this one again when others are answered."),
        )
        .with(header::RETRY_AFTER, "1")
        .into_response();
    };
    let place = ForwardedPlace(Arc::new(place));
    request.extensions_mut().insert(place.clone());
    held_body::holding(next.run(request).await, place)
}
