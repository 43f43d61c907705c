//! Many clients, each from an address of this machine's choice: all of 127.0.0.0/8 are ours.

use std::{net::SocketAddr, time::Duration};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::{Mutex, MutexGuard},
    time::timeout,
};

/// Shorter than the 15 s after which the server closes a connection that sends nothing: what is answered within it did
/// not have to wait for that.
const PATIENCE: Duration = Duration::from_secs(12);
/// Sockets of the largest test: 4,096 clients, and as many of nginx on each of its sides.
const FILES: u64 = 10_000;

static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// Allows this process the sockets it needs. Crowds come one after the other, so that they find enough of them.
pub async fn crowd() -> MutexGuard<'static, ()> {
    let guard = ONE_AT_A_TIME.lock().await;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < FILES) {
        assert!(
            maximum.is_none_or(|maximum| maximum >= FILES),
            "these tests need {FILES} open files; raise the hard limit (ulimit -Hn), which is {maximum:?}"
        );
        let current = Some(FILES);
        setrlimit(Resource::Nofile, Rlimit { current, maximum }).unwrap();
    }
    guard
}

/// A connection from `source`, an address of this machine, that has sent `text`.
pub async fn connect(source: [u8; 4], server: &str, text: &str) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((source, 0)))?;
    let mut stream = socket.connect(server.parse().unwrap()).await?;
    stream.write_all(text.as_bytes()).await?;
    Ok(stream)
}

/// The beginning of the next answer with its whole head, as text.
pub async fn answered(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let reading = async {
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            match stream.read_buf(&mut head).await {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
        }
    };
    let _ = timeout(PATIENCE, reading).await;
    String::from_utf8_lossy(&head).into_owned()
}

/// Asks for a page from `source` and gives the head of the answer.
pub async fn page(source: [u8; 4], server: &str, host: &str) -> String {
    let text = format!("GET /login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let connecting = timeout(PATIENCE, connect(source, server, &text)).await;
    match connecting {
        Ok(Ok(mut stream)) => answered(&mut stream).await,
        Ok(Err(error)) => format!("not connected: {error}"),
        Err(_) => "not connected in time".into(),
    }
}

/// Whether the server has left the connection open, without waiting.
pub fn is_open(stream: TcpStream) -> bool {
    use std::io::{ErrorKind, Read};
    let mut stream = stream.into_std().unwrap();
    let mut buffer = [0; 1024];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) => return error.kind() == ErrorKind::WouldBlock,
        }
    }
}
