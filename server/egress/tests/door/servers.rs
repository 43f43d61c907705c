//! Real servers on loopback, and the requests that go to them.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use egress::{Egress, Failure, Limits, Outcome, Phase, PhaseReport, Policy, Request, Response, TlsOptions};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use url::Url;

/// A healthy answer.
pub const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nset-cookie: a=b\r\n\r\nhello";

/// A listener that counts who came, and hands each connection to `serve`.
pub struct Server {
    pub address: SocketAddr,
    callers: Arc<Mutex<Vec<SocketAddr>>>,
}

impl Server {
    pub async fn start<F, R>(serve: F) -> Self
    where
        F: Fn(TcpStream) -> R + Send + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let callers = Arc::new(Mutex::new(Vec::new()));
        let seen = callers.clone();
        tokio::spawn(async move {
            while let Ok((stream, caller)) = listener.accept().await {
                seen.lock().unwrap().push(caller);
                tokio::spawn(serve(stream));
            }
        });
        Self { address, callers }
    }

    /// Answers every request with `answer` and closes; the requests' heads and bodies come out of the channel.
    pub async fn answering(answer: &'static str) -> (Self, mpsc::UnboundedReceiver<String>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let server = Self::start(move |mut stream| {
            let sender = sender.clone();
            async move {
                let request = read_request(&mut stream).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
                let _ = sender.send(request);
            }
        })
        .await;
        (server, receiver)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Connections so far. One of our own goes last: connections are accepted in order, so when it was seen all
    /// before it were.
    pub async fn strangers(&self) -> usize {
        let probe = TcpStream::connect(self.address).await.unwrap();
        let own = probe.local_addr().unwrap();
        loop {
            let callers = self.callers.lock().unwrap().clone();
            if callers.contains(&own) {
                return callers.len() - 1;
            }
            tokio::task::yield_now().await;
        }
    }
}

/// Head, and as much body as Content-Length says.
pub async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.unwrap_or(0);
        text.extend_from_slice(&buffer[..read]);
        let seen = String::from_utf8_lossy(&text).into_owned();
        let whole = seen.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            body.len() >= length.map_or(0, |length| length.parse().unwrap())
        });
        if whole || read == 0 {
            return seen;
        }
    }
}

/// A door that may call this machine.
pub fn loopback() -> Egress {
    Egress::new(Policy::parse("127.0.0.0/8,::1").unwrap())
}

/// A GET with limits no healthy server here exceeds.
pub fn get(url: &str) -> Request {
    Request {
        method: http::Method::GET,
        url: Url::parse(url).unwrap(),
        headers: http::HeaderMap::new(),
        body: Vec::new(),
        limits: Limits {
            total: Duration::from_secs(20),
            ..Limits::default()
        },
        tls: TlsOptions::default(),
    }
}

pub async fn answer(door: &Egress, request: Request) -> Response {
    door.send(request, |_| ()).await.unwrap()
}

pub async fn failure(door: &Egress, request: Request) -> (Failure, Vec<PhaseReport>) {
    door.send(request, |_| ()).await.unwrap_err()
}

/// How `phase` ended.
pub fn outcome(reports: &[PhaseReport], phase: Phase) -> &Outcome {
    &reports
        .iter()
        .find(|report| report.phase == phase)
        .unwrap()
        .outcome
}
