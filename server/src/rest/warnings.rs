//! What expires, what is wrong, the keys, the test of a notification channel, and the installation.

use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use engine::{Actor, expiry, installation, keys, notifications, warnings};
use model::installation::AcceptForm;

use super::{
    answer::{id, items},
    fields::Fields,
};
use crate::{gate::Gate, problem::Refused};

type Answer = Result<Response, Refused>;

/// The routes, relative to `/api/v1`.
pub fn routes() -> Router<Gate> {
    Router::new()
        .route("/expiry", get(expiring))
        .route("/incidents", get(incidents))
        .route("/keys", get(data_keys))
        .route("/notification-channels/{id}/test", post(test))
        .route("/installation/accept", post(accept))
}

async fn expiring(State(gate): State<Gate>, Extension(actor): Extension<Actor>) -> Answer {
    Ok(items(expiry::list(&gate.engine, &actor.grant()?).await?).into_response())
}

async fn incidents(State(gate): State<Gate>, Extension(actor): Extension<Actor>) -> Answer {
    Ok(items(warnings::open(&gate.engine, &actor.grant()?).await?).into_response())
}

async fn data_keys(State(gate): State<Gate>, Extension(actor): Extension<Actor>) -> Answer {
    Ok(items(keys::list(&gate.engine, &actor.grant()?).await?).into_response())
}

async fn test(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    let channel = id(&text, "notification channel")?;
    Ok(Json(notifications::test(&gate.engine, &actor.grant()?, channel).await?).into_response())
}

async fn accept(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Fields(form): Fields<AcceptForm>,
) -> Answer {
    Ok(Json(installation::accept(&gate.engine, &actor.grant()?, form).await?).into_response())
}
