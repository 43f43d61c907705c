//! Memory that strangers can make the program use, seen from outside: its peak stays where it was.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use futures::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{
    PASSWORD, Server,
    crowd::{answered, connect, page},
};

/// The program may use so much under an attack, in MiB (docs/promises.md).
const MOST: usize = 250;

fn server() -> Server {
    // The body limit is that of every installation.
    Server::start_with(&[
        ("SWITCHBOARD_ADMIN_USER", "admin"),
        ("SWITCHBOARD_ADMIN_PASSWORD", PASSWORD),
    ])
}

/// Asserts that the program has grown by at most `growth` MiB since it had `before`.
fn assert_flat(server: &Server, before: usize, growth: usize) {
    let peak = server.peak_memory();
    println!("before {before} MiB, peak {peak} MiB");
    assert!(peak <= MOST, "{peak} MiB");
    assert!(peak - before <= growth, "from {before} to {peak} MiB");
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_in_single_bytes_cost_what_other_bodies_do() {
    const CHUNKS: usize = 60_000;
    let server = server();
    let host = server.authority();
    assert!(page([127, 0, 0, 3], host, host).await.starts_with("HTTP/1.1 200"));
    let before = server.peak_memory();
    let head = format!(
        "POST /inbound/incident/message HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let body = "1\r\nx\r\n".repeat(CHUNKS) + "0\r\n\r\n";
    let send = |_| async {
        let mut stream = connect([127, 0, 0, 2], host, &head).await.unwrap();
        stream.write_all(body.as_bytes()).await.unwrap();
        // 401, or 408 where the machine is too slow for it.
        let mut status = [0; 10];
        stream.read_exact(&mut status).await.unwrap();
        assert_eq!(&status, b"HTTP/1.1 4");
    };
    join_all((0..16).map(send)).await;
    // A permit for each byte takes more than 40 MiB.
    assert_flat(&server, before, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_cost_no_memory() {
    let server = server();
    let host = server.authority();
    server.log_in().await;
    let before = server.peak_memory();
    let guess = |number: u8| async move {
        let credentials = BASE64_STANDARD.encode(format!("name {number}:guess"));
        let text = format!(
            "POST /inbound/incident/message HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {credentials}\r\n\
             Content-Length: 2\r\n\r\n{{}}"
        );
        let mut stream = connect([127, 0, 1, number], host, &text).await.unwrap();
        // Some wait for the answer, and some leave when their password is being checked.
        if number.is_multiple_of(2) {
            let answer = answered(&mut stream).await;
            assert!(answer.starts_with("HTTP/1.1 401"), "{answer:?}");
        }
    };
    for from in (0..200).step_by(20) {
        join_all((from..from + 20).map(guess)).await;
    }
    server.log_in().await;
    // Two places for argon2id, of 19 MiB each, and what connections need.
    assert_flat(&server, before, 60);
}
