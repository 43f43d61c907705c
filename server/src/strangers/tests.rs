use std::convert::Infallible;

use futures::stream;

use super::*;

const LIMIT: usize = 1024 * 1024;

/// A body of `count` chunks of one byte.
fn single_bytes(count: usize) -> Body {
    Body::from_stream(stream::iter(
        (0..count).map(|_| Ok::<_, Infallible>(Bytes::from_static(b"x"))),
    ))
}

#[tokio::test]
async fn a_body_of_single_bytes_occupies_what_the_same_body_in_one_piece_does() {
    let strangers = Strangers::new(LIMIT);
    let all = strangers.room.available_permits();
    for bytes in [1, 5_000, 100_000] {
        let mut occupied = Vec::new();
        for body in [single_bytes(bytes), Body::from(vec![b'x'; bytes])] {
            let kept = strangers.read("192.0.2.1", &HeaderMap::new(), body, LIMIT).await;
            let kept = kept.unwrap();
            assert_eq!(kept.bytes.len(), bytes);
            let taken = all - strangers.room.available_permits();
            let permits = kept.place.held.iter().flatten();
            assert!(permits.clone().all(|held| held.num_permits() == taken));
            let capacity = Vec::from(kept.bytes).capacity();
            assert!(capacity <= taken, "{capacity} bytes in room for {taken}");
            assert!(taken <= bytes + bytes / 4 + body::BLOCK, "{taken} for {bytes}");
            occupied.push(taken);
        }
        assert!(occupied[0] <= occupied[1] + body::BLOCK, "{occupied:?}");
    }
}

#[tokio::test]
async fn the_room_is_taken_as_long_as_the_body_is_kept() {
    let strangers = Strangers::new(LIMIT);
    let all = strangers.room.available_permits();
    let kept = strangers
        .read("192.0.2.1", &HeaderMap::new(), single_bytes(10), LIMIT)
        .await
        .unwrap();
    assert_eq!(strangers.room.available_permits(), all - body::BLOCK);
    drop(kept);
    assert_eq!(strangers.room.available_permits(), all);
}

#[tokio::test]
async fn one_address_uses_up_only_its_share() {
    let strangers = Strangers::new(LIMIT);
    let mut kept = Vec::new();
    let read = |address: &'static str| {
        let strangers = strangers.clone();
        async move {
            let body = Body::from(vec![0; LIMIT]);
            strangers.read(address, &HeaderMap::new(), body, LIMIT).await
        }
    };
    while let Ok(body) = read("192.0.2.1").await {
        kept.push(body);
    }
    assert_eq!(kept.len(), ROOM / SHARE / LIMIT);
    assert!(read("192.0.2.2").await.is_ok());
}
