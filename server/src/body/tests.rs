use super::*;

/// Notes what is taken.
#[derive(Default)]
struct Noted(Vec<usize>);

impl Room for Noted {
    async fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        self.0.push(bytes);
        Ok(())
    }
}

async fn taken(declared: Option<usize>, length: usize, limit: usize) -> Vec<usize> {
    let mut headers = HeaderMap::new();
    if let Some(declared) = declared {
        headers.insert(header::CONTENT_LENGTH, declared.into());
    }
    let read = read_within(&headers, Body::from(vec![0; length]), limit, Noted::default()).await;
    read.unwrap().1.0
}

#[tokio::test]
async fn a_body_takes_no_more_room_than_it_can_fill() {
    assert_eq!(taken(Some(10), 10, 1000).await, [10], "its declared length");
    assert_eq!(taken(None, 10, 1000).await, [1000], "the limit");
    assert_eq!(taken(None, 10, 1_000_000).await, [BLOCK], "a block");
    assert!(taken(Some(0), 0, 1000).await.is_empty());
}
