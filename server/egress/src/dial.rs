//! The TCP phase: dialling exactly the addresses that were checked.

use std::{
    io::{Error, ErrorKind},
    net::SocketAddr,
};

use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::{failure::Failure, wording::plain};

/// Tries `addresses` in turn until `deadline`; the time left is shared evenly, so that one silent address
/// does not keep the next from being tried. `timed_out` makes the failure for a silent target.
///
/// When all fail, the first failure counts: the resolver's order is by preference.
pub(crate) async fn connect(
    addresses: &[SocketAddr],
    deadline: Instant,
    timed_out: impl Fn() -> Failure,
) -> Result<(TcpStream, SocketAddr), Failure> {
    let mut first = None;
    let mut waiting = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    for &address in addresses {
        let left = deadline.saturating_duration_since(Instant::now());
        let failure = match timeout(left / waiting.max(1), TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // The request leaves in one piece; without this its end could wait for an acknowledgement.
                stream
                    .set_nodelay(true)
                    .map_err(|error| unreachable(address, &error))?;
                return Ok((stream, address));
            }
            Ok(Err(error)) => match error.kind() {
                ErrorKind::ConnectionRefused => Failure::ConnectionRefused { address },
                ErrorKind::TimedOut => timed_out(),
                _ => unreachable(address, &error),
            },
            Err(_) => timed_out(),
        };
        first.get_or_insert(failure);
        waiting = waiting.saturating_sub(1);
    }
    Err(first.unwrap_or_else(timed_out))
}

fn unreachable(address: SocketAddr, error: &Error) -> Failure {
    let detail = match error.kind() {
        ErrorKind::NetworkUnreachable => "there is no route to its network".into(),
        ErrorKind::HostUnreachable => "there is no route to it".into(),
        ErrorKind::AddrNotAvailable => "this machine has no address from which to call it".into(),
        ErrorKind::PermissionDenied => "the operating system forbids it".into(),
        ErrorKind::ConnectionReset => "it reset the connection".into(),
        _ => plain(&error.to_string()),
    };
    Failure::Unreachable { address, detail }
}
