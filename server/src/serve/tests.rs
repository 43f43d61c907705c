use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, routing::get};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, oneshot},
    task::JoinHandle,
    time::{Instant, timeout},
};

use super::{Limits, Places, serve};

const PATIENCE: Duration = Duration::from_secs(10);

async fn start(limits: Limits) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    start_noting(limits, Arc::new(Semaphore::new(0))).await
}

/// As [`start`]; each request of `/slow` and `/endless` that has begun adds a permit.
async fn start_noting(
    limits: Limits,
    requests: Arc<Semaphore>,
) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/", get(|| async { "here" }))
        .route(
            "/slow",
            get({
                let requests = requests.clone();
                || async move {
                    requests.add_permits(1);
                    tokio::time::sleep(Duration::from_millis(300)).await;
                }
            }),
        )
        .route(
            "/endless",
            get(|| async move {
                requests.add_permits(1);
                std::future::pending::<()>().await;
            }),
        )
        .route("/panic", get(on_purpose));
    let (end, ended) = oneshot::channel::<()>();
    let places = Places::new(limits.connections, limits.connections_of_one, Vec::new());
    let serving = serve(listener, router, None, (limits, places), async move {
        ended.await.unwrap_or_default();
    });
    (address, end, tokio::spawn(serving))
}

async fn on_purpose() -> &'static str {
    panic!("on purpose")
}

fn quick() -> Limits {
    Limits {
        header_time: Duration::from_millis(200),
        drain_time: Duration::from_secs(1),
        ..Limits::default()
    }
}

async fn exchange(address: SocketAddr, text: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .expect("the connection is closed");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn who_is_slow_with_the_header_is_cut() {
    let (address, _end, _serving) = start(quick()).await;
    for beginning in ["", "G", "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "] {
        let answer = exchange(address, beginning).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
            "{beginning:?}: {answer}"
        );
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_request() {
    let (address, _end, _serving) = start(quick()).await;
    let answer = exchange(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("here"),
        "{answer}"
    );
}

#[tokio::test]
async fn a_huge_header_is_refused() {
    let (address, _end, _serving) = start(quick()).await;
    let answer = exchange(
        address,
        &format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(400_000)),
    )
    .await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
}

#[tokio::test]
async fn contradicting_lengths_are_refused() {
    let (address, _end, _serving) = start(quick()).await;
    for (case, header) in [
        ("two lengths", "Content-Length: 3\r\nContent-Length: 4"),
        ("no number", "Content-Length: +3"),
        ("unknown coding", "Transfer-Encoding: gzip"),
        ("chunked not last", "Transfer-Encoding: chunked, gzip"),
        ("blank before colon", "Transfer-Encoding : chunked"),
        ("no colon", "Nonsense"),
        ("control in name", "X\u{1}: a"),
    ] {
        let text = format!("POST / HTTP/1.1\r\nHost: a\r\n{header}\r\n\r\nabc");
        let answer = exchange(address, &text).await;
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{case}: {answer}"
        );
        assert_eq!(
            answer.matches("HTTP/1.1").count(),
            usize::from(!answer.is_empty()),
            "{case}: one answer only"
        );
    }
}

#[tokio::test]
async fn a_panic_costs_only_its_own_request() {
    let (address, _end, _serving) = start(quick()).await;
    let answer = exchange(
        address,
        "GET /panic HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    )
    .await;
    assert!(
        answer.starts_with("HTTP/1.1 500") && answer.ends_with("here"),
        "{answer}"
    );
}

#[tokio::test]
async fn running_requests_finish_and_hanging_ones_are_cut() {
    let requests = Arc::new(Semaphore::new(0));
    let (address, end, serving) = start_noting(quick(), requests.clone()).await;
    let request = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
    let (slow_text, endless_text) = (request("/slow"), request("/endless"));
    let slow = tokio::spawn(async move { exchange(address, &slow_text).await });
    let mut endless = TcpStream::connect(address).await.unwrap();
    endless.write_all(endless_text.as_bytes()).await.unwrap();
    let both = timeout(PATIENCE, requests.acquire_many(2)).await;
    both.expect("both have begun").unwrap().forget();
    let began = Instant::now();
    end.send(()).unwrap();
    serving.await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(3));
    assert!(slow.await.unwrap().starts_with("HTTP/1.1 200"));
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nobody listens any more"
    );
}
