//! `GET /oauth/callback/{connection}`: where the provider sends the person back, with a code or with a refusal.
//!
//! It changes something although it is a GET, because OAuth 2.0 wants it so (RFC 6749, 4.1.2). What protects it is the
//! state of the flow: bound to the session that began it, used once, ten minutes old at most. The query holds the code,
//! so it is never logged, and never put into another address.

use app::{leading_away::AUTHORISATION, refused::Refused as RefusedForm, routes::after};
use axum::{
    Extension, Router,
    extract::{Path, RawQuery, Request, State},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use engine::{Actor, connections, tokens};
use model::id::ConnectionId;

use crate::{
    forms::page_again,
    gate::{Gate, attach_session, session_token},
    problem::Refused,
};

#[derive(Clone)]
struct Callback {
    gate: Gate,
    pages: Router,
}

/// The redirect URIs of all connections, behind the session.
pub fn routes(gate: &Gate, pages: &Router<Gate>) -> Router<Gate> {
    let callback = Callback {
        gate: gate.clone(),
        pages: pages.clone().with_state(gate.clone()),
    };
    Router::new()
        .route("/oauth/callback/{connection}", get(finish))
        .with_state(callback)
        .layer(from_fn(require_session))
        .layer(from_fn_with_state(gate.clone(), attach_session))
}

/// Without a session to `/login`, and from there to the connections: the flow belonged to a session that has ended, and
/// its code must not stand in the address of the login.
async fn require_session(request: Request, next: Next) -> Response {
    if request.extensions().get::<Actor>().is_some() {
        return next.run(request).await;
    }
    Redirect::to("/login?next=/connections").into_response()
}

/// Ends the flow and leads back to the connection's page, which says what came of it.
async fn finish(
    State(callback): State<Callback>,
    Extension(actor): Extension<Actor>,
    Path(connection): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, Refused> {
    let engine = &callback.gate.engine;
    let elsewhere = || Ok(Redirect::to(app::routes::CONNECTIONS).into_response());
    let Ok(id) = connection.parse::<ConnectionId>() else {
        return elsewhere();
    };
    let detail = match connections::detail(engine, &actor.grant()?, id).await {
        Ok(detail) => detail,
        Err(engine::Error::NotFound(_)) => return elsewhere(),
        Err(error) => return Err(error.into()),
    };
    let page = app::routes::connection(detail.connection.integration, id);
    let (parts, _) = request.into_parts();
    let session = session_token(&callback.gate, &parts.headers).unwrap_or_default();
    let query = query.unwrap_or_default();
    let Err(error) = tokens::finish(engine, &actor.grant()?, id, &session, &query).await else {
        return Ok(Redirect::to(&after(&page, "authorised")).into_response());
    };
    let refused = RefusedForm {
        path: AUTHORISATION.to_owned(),
        fields: vec![("form[id]".to_owned(), id.to_string())],
        error: error.into(),
    };
    page_again(&callback.pages, &parts, &page, refused).await
}
