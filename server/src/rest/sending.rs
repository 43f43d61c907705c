//! Sending an outbound message.

use axum::{
    Extension, Json,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::{Actor, sending};
use model::id::IntegrationId;

use super::answer::id;
use crate::{body, gate::Gate, message_id, problem::Refused};

/// Longest media type, in characters.
const TYPE_LENGTH: usize = 200;

/// Stores the message and answers 202; it travels afterwards.
pub async fn send(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path((integration, message)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Refused> {
    let integration: IntegrationId = id(&integration, "integration")?;
    let (parts, content) = request.into_parts();
    let limit = gate.engine.settings().body_limit;
    let message_id = message_id::of(&parts.headers);
    let content_type = content_type(&parts.headers)?;
    let body = body::read(&parts.headers, content, limit).await?;
    let outgoing = sending::Outgoing {
        integration,
        message,
        body: body.into(),
        content_type,
        message_id,
    };
    let accepted = sending::send(&gate.engine, &actor.grant()?, outgoing).await?;
    let location = format!("/api/v1/transactions/{}", accepted.transaction);
    Ok((
        StatusCode::ACCEPTED,
        [(header::LOCATION, location)],
        Json(accepted),
    )
        .into_response())
}

/// Any type may be sent; JSON is what most want.
fn content_type(headers: &HeaderMap) -> Result<String, Refused> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let malformed = || Refused::malformed("Send one Content-Type header, such as application/json.");
    match (values.next(), values.next()) {
        (None, _) => Ok("application/json".into()),
        (Some(value), None) => {
            let text = value.to_str().map_err(|_| malformed())?;
            if text.is_empty() || text.len() > TYPE_LENGTH || !text.contains('/') {
                return Err(malformed());
            }
            Ok(text.to_owned())
        }
        _ => Err(malformed()),
    }
}
