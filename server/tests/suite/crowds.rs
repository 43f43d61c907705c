//! Thousands of connections: from one address, from one address behind a proxy, and from many behind a proxy.

use std::time::Duration;

use futures::{StreamExt, future::join_all, stream::FuturesUnordered};
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use crate::support::{
    Server,
    crowd::{answered, connect, crowd, is_open, page},
    nginx::Nginx,
};

const MANY: usize = 4096;
const SHARE: usize = 512;
const ATTACKER: [u8; 4] = [127, 0, 0, 2];
const GOOD: [u8; 4] = [127, 0, 0, 3];

fn behind_nginx() -> Server {
    Server::start_with(&[
        ("SWITCHBOARD_ADMIN_USER", "admin"),
        ("SWITCHBOARD_ADMIN_PASSWORD", crate::support::PASSWORD),
        ("SWITCHBOARD_PRACTICE", "on"),
        ("SWITCHBOARD_TRUSTED_PROXIES", "127.0.0.1/32"),
    ])
}

/// A request whose body does not come to its end.
fn unfinished(host: &str) -> String {
    format!(
        "POST /inbound/incident/message HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_4096_connections_shuts_nobody_out() {
    let _alone = crowd().await;
    let server = Server::start();
    let host = server.authority();
    let kinds = [
        String::new(),
        format!("GET /login HTTP/1.1\r\nHost: {host}\r\nX-Slow: "),
        format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        unfinished(host),
    ];
    let mut held = Vec::new();
    for number in 0..MANY {
        let text = &kinds[number % kinds.len()];
        // Who is refused may find the connection closed while it sends.
        held.extend(connect(ATTACKER, host, text).await.ok());
    }
    let answer = page(GOOD, host, host).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer:?}");
    let open = held
        .into_iter()
        .filter_map(|stream| is_open(stream).then_some(()))
        .count();
    assert!(open <= SHARE, "{open} are open");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_only_asks_for_health_gets_in_with_something_else() {
    let _alone = crowd().await;
    let server = Server::start();
    let host = server.authority();
    let health = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let mut held = Vec::new();
    for _ in 0..2 * SHARE {
        let mut stream = connect(ATTACKER, host, &health).await.unwrap();
        assert!(answered(&mut stream).await.starts_with("HTTP/1.1 200"));
        held.push(stream);
    }
    let answer = page(ATTACKER, host, host).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer:?}");
    let oldest = held.swap_remove(0);
    assert!(!is_open(oldest), "it has ended for another");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_an_address_has_a_share_of_requests() {
    let _alone = crowd().await;
    let server = behind_nginx();
    let (nginx, host) = (Nginx::start(server.authority()).await, server.authority());
    let mut clients = clients(&nginx, |_| ATTACKER, &unfinished(host)).await;
    // All but the share are answered; those keep their requests open.
    let mut answers: FuturesUnordered<_> = clients.iter_mut().map(answered).collect();
    let all_but_the_share = answers.by_ref().take(MANY - SHARE).collect::<Vec<_>>();
    let refused = timeout(Duration::from_secs(25), all_but_the_share).await.unwrap();
    let good = page(GOOD, &nginx.authority, host).await;
    for answer in refused {
        assert!(answer.starts_with("HTTP/1.1 429"), "{answer:?}");
        assert!(
            answer.to_lowercase().contains("\r\nretry-after: 1\r\n"),
            "{answer:?}"
        );
    }
    assert!(good.starts_with("HTTP/1.1 200"), "{good:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_with_4096_clients_of_their_own_addresses_serves_them_all() {
    let _alone = crowd().await;
    let server = behind_nginx();
    let (nginx, host) = (Nginx::start(server.authority()).await, server.authority());
    let own = |number: usize| {
        let [high, low] = u16::try_from(number).unwrap().to_be_bytes();
        [127, 1, high, low]
    };
    let beginning = format!("POST /practice/echo HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\n\r\n1");
    let mut clients = clients(&nginx, own, &beginning).await;
    let patience = Instant::now() + Duration::from_secs(25);
    while server.open_files() < MANY {
        assert!(
            Instant::now() < patience,
            "{} files are open",
            server.open_files()
        );
        sleep(Duration::from_millis(50)).await;
    }
    let finish = clients.iter_mut().map(|client| async {
        client.write_all(b"2").await.unwrap();
        answered(client).await
    });
    for answer in join_all(finish).await {
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer:?}");
    }
}

/// [`MANY`] connections to nginx that have sent `text`, each from the address that its number has.
async fn clients(nginx: &Nginx, source: impl Fn(usize) -> [u8; 4], text: &str) -> Vec<TcpStream> {
    let mut clients = Vec::new();
    for number in 0..MANY {
        clients.push(connect(source(number), &nginx.authority, text).await.unwrap());
    }
    clients
}
