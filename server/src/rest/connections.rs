//! Connections: read, made, changed, tested, enabled and disabled.

use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use engine::{Actor, connection_tests, connections, tokens};
use model::{
    connection_form::ConnectionForm,
    forms::SwitchForm,
    id::{ConnectionId, IntegrationId},
    overview::ConnectionDetail,
};

use super::{
    answer::{created, id, items},
    fields::Fields,
    records::{confirmation, settle_id},
};
use crate::{gate::Gate, problem::Refused};

/// What became of a token that was given back.
#[derive(serde::Serialize)]
struct Revoked {
    /// In a sentence.
    outcome: String,
}

type Answer = Result<Response, Refused>;

/// The routes, relative to `/api/v1`.
pub fn routes() -> Router<Gate> {
    Router::new()
        .route("/integrations/{id}/connections", get(list).post(create))
        .route("/connections/{id}", get(find).put(change).delete(remove))
        .route("/connections/{id}/test", post(test))
        .route(
            "/connections/{id}/token",
            get(token).post(obtain_token).delete(revoke_token),
        )
        .route("/connections/{id}/enable", post(enable))
        .route("/connections/{id}/disable", post(disable))
}

async fn list(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    let id: IntegrationId = id(&text, "integration")?;
    Ok(items(connections::page(&gate.engine, &actor.grant()?, id).await?.rows).into_response())
}

async fn detail(gate: &Gate, actor: &Actor, id: ConnectionId) -> Result<ConnectionDetail, Refused> {
    Ok(connections::detail(&gate.engine, &actor.grant()?, id).await?)
}

async fn find(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    Ok(Json(detail(&gate, &actor, id(&text, "connection")?).await?).into_response())
}

async fn create(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
    Fields(mut form): Fields<ConnectionForm>,
) -> Answer {
    let integration: IntegrationId = id(&text, "integration")?;
    engine::integrations::detail(&gate.engine, &actor.grant()?, integration).await?;
    settle_id(&mut form.id, "")?;
    form.integration = text;
    let id = connections::save(&gate.engine, &actor.grant()?, form).await?;
    Ok(created(
        &format!("/api/v1/connections/{id}"),
        detail(&gate, &actor, id).await?,
    ))
}

async fn change(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
    Fields(mut form): Fields<ConnectionForm>,
) -> Answer {
    let stored = detail(&gate, &actor, id(&text, "connection")?).await?;
    settle_id(&mut form.id, &text)?;
    form.integration = stored.connection.integration.to_string();
    let id = connections::save(&gate.engine, &actor.grant()?, form).await?;
    Ok(Json(detail(&gate, &actor, id).await?).into_response())
}

/// Runs the Connection Test and answers with its result: up to 30 s.
async fn test(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    // Nobody listens to the single steps here; they are in the result.
    let (events, _) = tokio::sync::mpsc::unbounded_channel();
    let result =
        connection_tests::run(&gate.engine, &actor.grant()?, id(&text, "connection")?, events).await?;
    Ok(Json(result).into_response())
}

/// The state of its OAuth token, never the token.
async fn token(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    let stored = detail(&gate, &actor, id(&text, "connection")?).await?;
    let view = tokens::view(&gate.engine, &actor.grant()?, stored.connection.id).await?;
    view.map(|view| Json(view).into_response()).ok_or_else(|| {
        Refused::new(
            StatusCode::NOT_FOUND,
            "This connection has no OAuth token: its Authentication is not OAuth 2.0, or it has no OAuth profile.",
        )
    })
}

/// Gets a new token where no person is needed.
async fn obtain_token(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    tokens::obtain(&gate.engine, &actor.grant()?, id(&text, "connection")?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Gives the token back, and says what the provider made of it.
async fn revoke_token(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    let outcome = tokens::revoke(&gate.engine, &actor.grant()?, id(&text, "connection")?).await?;
    Ok(Json(Revoked { outcome }).into_response())
}

async fn remove(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    let preview =
        connections::delete_preview(&gate.engine, &actor.grant()?, id(&text, "connection")?).await?;
    connections::delete(&gate.engine, &actor.grant()?, confirmation(&text, preview)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn enable(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
    Fields(mut form): Fields<SwitchForm>,
) -> Answer {
    let id: ConnectionId = id(&text, "connection")?;
    settle_id(&mut form.id, &text)?;
    // A script that does not care which version it switches leaves it out.
    if form.version == 0 {
        form.version = connections::enable_preview(&gate.engine, &actor.grant()?, id)
            .await?
            .version;
    }
    connections::enable(&gate.engine, &actor.grant()?, form).await?;
    Ok(Json(detail(&gate, &actor, id).await?).into_response())
}

async fn disable(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
    Fields(mut form): Fields<SwitchForm>,
) -> Answer {
    let id: ConnectionId = id(&text, "connection")?;
    settle_id(&mut form.id, &text)?;
    if form.version == 0 {
        form.version = connections::disable_preview(&gate.engine, &actor.grant()?, id)
            .await?
            .version;
    }
    connections::disable(&gate.engine, &actor.grant()?, form).await?;
    Ok(Json(detail(&gate, &actor, id).await?).into_response())
}
