//! Where a request comes from.

use std::net::SocketAddr;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use super::Gate;

/// The other end of the socket, noted by the accept loop.
#[derive(Clone, Copy)]
pub struct Peer(pub SocketAddr);

pub use app::routes::ClientAddress;

/// Notes the caller's address for everything behind: sessions, audit, the list of refused calls.
pub async fn note_address(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let address = request.extensions().get::<Peer>().map(|Peer(peer)| {
        let lines: Vec<&str> = request
            .headers()
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|line| line.to_str().ok())
            .collect();
        gate.site.client_address(peer.ip(), &lines).to_string()
    });
    request
        .extensions_mut()
        .insert(ClientAddress(address.unwrap_or_default()));
    next.run(request).await
}
