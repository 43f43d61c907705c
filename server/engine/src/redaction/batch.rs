//! One batch: what of it holds the value, and with what it is replaced.

use std::sync::Arc;

use model::{redaction::Redaction, transaction::RequestState};
use store::{
    Tx,
    http_request::StoredRequest,
    recorded_text::{self, About, COLUMNS, Column},
    redaction::RecordedMessage,
};
use uuid::Uuid;

use crate::{Engine, Error, Result, expiry, mask::Mask};

/// What was looked at.
#[derive(Default)]
pub(super) struct Batch {
    pub checked: i64,
    pub changes: Vec<Change>,
}

impl Batch {
    pub(super) fn changed(&self) -> i64 {
        i64::try_from(self.changes.len()).unwrap_or(i64::MAX)
    }
}

/// A record that held the value, without it.
pub(super) enum Change {
    Message {
        message: Box<RecordedMessage>,
        /// Whether its body is not what was sent any more.
        redacted: bool,
    },
    Request(Box<StoredRequest>),
    Text {
        column: &'static Column,
        id: Uuid,
        old: String,
        new: String,
    },
}

impl Change {
    pub(super) async fn store(&self, tx: &mut Tx) -> store::Result<()> {
        match self {
            Self::Message { message, redacted } => {
                store::redaction::put_message(tx, message, *redacted).await
            }
            Self::Request(request) => store::redaction::put_request(tx, request).await,
            Self::Text { column, id, old, new } => recorded_text::replace(tx, column, *id, old, new).await,
        }
    }
}

/// Transactions and their attempts. Those under way are left: they are looked at when they have ended.
pub(super) async fn of_messages(
    engine: &Engine,
    messages: Vec<RecordedMessage>,
    mask: &Arc<Mask>,
) -> Result<Batch> {
    let mut requests = Vec::new();
    for message in &messages {
        let attempts = store::http_request::of_transaction(&engine.db, message.id).await?;
        requests.extend(attempts.into_iter().filter(|attempt| has_ended(attempt.state)));
    }
    let mask = Arc::clone(mask);
    // Bodies of a mebibyte each: not among the tasks that answer people.
    tokio::task::spawn_blocking(move || {
        let mut batch = Batch::default();
        for message in messages.into_iter().filter(|message| message.ended) {
            batch.checked += 1;
            batch.changes.extend(of_message(message, &mask));
        }
        for request in requests {
            batch.checked += 1;
            batch.changes.extend(of_request(request, &mask));
        }
        batch
    })
    .await
    .map_err(|error| Error::Internal(error.to_string()))
}

fn has_ended(state: RequestState) -> bool {
    !matches!(
        state,
        RequestState::Pending | RequestState::Ready | RequestState::Sending
    )
}

fn of_message(old: RecordedMessage, mask: &Mask) -> Option<Change> {
    let new = RecordedMessage {
        error: mask.text(&old.error),
        content_type: mask.text(&old.content_type),
        headers: mask.headers(&old.headers),
        body: mask.bytes(&old.body),
        ..old.clone()
    };
    (new != old).then(|| Change::Message {
        redacted: new.body != old.body,
        message: Box::new(new),
    })
}

fn of_request(old: StoredRequest, mask: &Mask) -> Option<Change> {
    let new = StoredRequest {
        url: mask.text(&old.url),
        error: mask.text(&old.error),
        request_type: mask.text(&old.request_type),
        response_type: mask.text(&old.response_type),
        request_headers: mask.headers(&old.request_headers),
        response_headers: mask.headers(&old.response_headers),
        request_body: mask.bytes(&old.request_body),
        response_body: mask.bytes(&old.response_body),
        ..old.clone()
    };
    (new != old).then(|| Change::Request(Box::new(new)))
}

/// The text recorded outside of transactions.
pub(super) async fn of_texts(engine: &Engine, redaction: &Redaction, mask: &Mask) -> Result<Batch> {
    let about = about(engine, redaction).await?;
    let mut batch = Batch::default();
    for column in COLUMNS {
        for (id, old) in recorded_text::list(&engine.db, column, &about).await? {
            batch.checked += 1;
            let new = if column.json {
                json(&old, mask)
            } else {
                mask.text(&old)
            };
            if new != old {
                batch.changes.push(Change::Text { column, id, old, new });
            }
        }
    }
    Ok(batch)
}

/// What may repeat the value: entries about the variable, its connection, and the messages that may use it.
async fn about(engine: &Engine, redaction: &Redaction) -> Result<About> {
    let connection = redaction.connection;
    let messages = store::message::list_by_integration(&engine.db, redaction.integration).await?;
    let mut records = vec![
        redaction.variable.to_string(),
        connection.to_string(),
        redaction.integration.to_string(),
    ];
    records.extend(messages.iter().map(|message| message.id.to_string()));
    Ok(About {
        connection,
        records,
        subjects: vec![
            format!("connection:{connection}"),
            expiry::of_token_of(connection),
        ],
    })
}

/// JSON with the value removed from each of its strings: never from its syntax.
fn json(text: &str, mask: &Mask) -> String {
    let Ok(mut value) = serde_json::from_str(text) else {
        return mask.text(text);
    };
    if hide(&mut value, mask) {
        value.to_string()
    } else {
        text.to_owned()
    }
}

/// Whether anything was hidden.
fn hide(value: &mut serde_json::Value, mask: &Mask) -> bool {
    match value {
        serde_json::Value::String(text) => {
            let new = mask.text(text);
            let changed = new != *text;
            *text = new;
            changed
        }
        // No short cut: each of them has to be looked at.
        serde_json::Value::Array(values) => values
            .iter_mut()
            .fold(false, |any, value| hide(value, mask) | any),
        serde_json::Value::Object(fields) => fields
            .values_mut()
            .fold(false, |any, value| hide(value, mask) | any),
        _ => false,
    }
}
