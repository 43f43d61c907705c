//! Credentials of inbound users, secrets of OAuth clients, and what would become of a request. Secrets are in the
//! answer that makes them and nowhere else.

use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use engine::{Actor, inbound, inbound_credentials, oauth_clients, processes};
use model::{
    forms::{ClientSecretForm, InboundCredentialForm, PasteForm},
    id::{InboundCredentialId, InboundUserId, OauthClientId, OauthClientSecretId, ProcessId},
};

use super::{
    answer::{created, id, items},
    fields::Fields,
    records::settle_id,
};
use crate::{gate::Gate, problem::Refused};

type Answer = Result<Response, Refused>;

async fn list(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(user): Path<String>,
) -> Answer {
    let user: InboundUserId = id(&user, "inbound user")?;
    Ok(items(inbound_credentials::list(&gate.engine, &actor.grant()?, user).await?).into_response())
}

async fn create(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(user): Path<String>,
    Fields(mut form): Fields<InboundCredentialForm>,
) -> Answer {
    let _: InboundUserId = id(&user, "inbound user")?;
    settle_id(&mut form.id, "")?;
    form.inbound_user = user;
    let made = inbound_credentials::create(&gate.engine, &actor.grant()?, form).await?;
    Ok(created(
        &format!("/api/v1/inbound-users/{}/credentials", made.inbound_user),
        made,
    ))
}

async fn revoke(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    let credential: InboundCredentialId = id(&text, "credential")?;
    inbound_credentials::revoke(&gate.engine, &actor.grant()?, credential).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn new_secret(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(client): Path<String>,
    Fields(mut form): Fields<ClientSecretForm>,
) -> Answer {
    let _: OauthClientId = id(&client, "OAuth client")?;
    settle_id(&mut form.id, &client)?;
    let made = oauth_clients::new_secret(&gate.engine, &actor.grant()?, form).await?;
    Ok(created(&format!("/api/v1/oauth-clients/{client}"), made))
}

async fn revoke_secret(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    let secret: OauthClientSecretId = id(&text, "secret")?;
    oauth_clients::revoke_secret(&gate.engine, &actor.grant()?, secret).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn explain(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(process): Path<String>,
    Fields(mut form): Fields<PasteForm>,
) -> Answer {
    let named: ProcessId = id(&process, "process")?;
    processes::find(&gate.engine, &actor.grant()?, named).await?;
    settle_id(&mut form.id, &process)?;
    let explanation = inbound::explain(&gate.engine, &actor.grant()?, form).await?;
    Ok(Json(explanation).into_response())
}

/// The routes, relative to `/api/v1`.
pub fn routes() -> Router<Gate> {
    Router::new()
        .route("/inbound-users/{id}/credentials", get(list).post(create))
        .route("/inbound-credentials/{id}", delete(revoke))
        .route("/oauth-clients/{id}/secrets", post(new_secret))
        .route("/oauth-client-secrets/{id}", delete(revoke_secret))
        .route("/processes/{id}/explain", post(explain))
}
