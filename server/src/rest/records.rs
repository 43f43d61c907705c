//! Applications, processes, integrations, messages and inbound users: read, made and changed with the forms of `model`.

use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::{get, put},
};
use engine::{Actor, applications, inbound_users, integrations, messages, processes};
use model::{
    FieldErrors, Invalid,
    forms::{ApplicationForm, InboundUserForm, IntegrationForm, MessageForm, ProcessForm},
    id::{ApplicationId, InboundUserId, IntegrationId, MessageId, ProcessId},
};

use super::{
    answer::{created, id, items},
    fields::Fields,
};
use crate::{gate::Gate, problem::Refused};

type Answer = Result<Response, Refused>;

/// The routes, relative to `/api/v1`.
pub fn routes() -> Router<Gate> {
    Router::new()
        .route("/applications", get(list_applications).post(create_application))
        .route(
            "/applications/{id}",
            get(find_application).put(change_application),
        )
        .route("/processes", get(list_processes).post(create_process))
        .route("/processes/{id}", get(find_process).put(change_process))
        .route("/integrations", get(list_integrations).post(create_integration))
        .route(
            "/integrations/{id}",
            get(find_integration).put(change_integration),
        )
        .route(
            "/integrations/{id}/messages",
            get(list_messages).post(create_message),
        )
        .route("/messages/{id}", put(change_message).get(find_message))
        .route(
            "/inbound-users",
            get(list_inbound_users).post(create_inbound_user),
        )
        .route(
            "/inbound-users/{id}",
            get(find_inbound_user).put(change_inbound_user),
        )
}

/// The id of a change is that of the path; a body may repeat it but not contradict it. A new record has none.
pub fn settle_id(in_form: &mut String, in_path: &str) -> Result<(), Refused> {
    if !in_form.is_empty() && in_form != in_path {
        let text = if in_path.is_empty() {
            "A new record gets its id from Switchboard. Leave it out."
        } else {
            "This is not the id of the path. Leave it out."
        };
        return Err(Refused::invalid(FieldErrors::one(
            "id",
            Invalid::Refused(text.into()),
        )));
    }
    in_path.clone_into(in_form);
    Ok(())
}

async fn list_applications(State(gate): State<Gate>, Extension(actor): Extension<Actor>) -> Answer {
    Ok(items(applications::list(&gate.engine, &actor.grant()?).await?).into_response())
}

async fn find_application(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    Ok(Json(application(&gate, &actor, id(&text, "application")?).await?).into_response())
}

async fn application(
    gate: &Gate,
    actor: &Actor,
    id: ApplicationId,
) -> Result<model::application::Application, Refused> {
    Ok(applications::find(&gate.engine, &actor.grant()?, id).await?)
}

async fn create_application(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Fields(mut form): Fields<ApplicationForm>,
) -> Answer {
    settle_id(&mut form.id, "")?;
    let id = applications::save(&gate.engine, &actor.grant()?, form).await?;
    Ok(created(
        &format!("/api/v1/applications/{id}"),
        application(&gate, &actor, id).await?,
    ))
}

async fn change_application(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
    Fields(mut form): Fields<ApplicationForm>,
) -> Answer {
    application(&gate, &actor, id(&text, "application")?).await?;
    settle_id(&mut form.id, &text)?;
    let id = applications::save(&gate.engine, &actor.grant()?, form).await?;
    Ok(Json(application(&gate, &actor, id).await?).into_response())
}

async fn list_processes(State(gate): State<Gate>, Extension(actor): Extension<Actor>) -> Answer {
    Ok(items(processes::list(&gate.engine, &actor.grant()?).await?).into_response())
}

async fn find_process(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    Ok(Json(process(&gate, &actor, id(&text, "process")?).await?).into_response())
}

async fn process(gate: &Gate, actor: &Actor, id: ProcessId) -> Result<model::process::Process, Refused> {
    Ok(processes::find(&gate.engine, &actor.grant()?, id).await?)
}

async fn create_process(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Fields(mut form): Fields<ProcessForm>,
) -> Answer {
    settle_id(&mut form.id, "")?;
    let id = processes::save(&gate.engine, &actor.grant()?, form).await?;
    Ok(created(
        &format!("/api/v1/processes/{id}"),
        process(&gate, &actor, id).await?,
    ))
}

async fn change_process(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
    Fields(mut form): Fields<ProcessForm>,
) -> Answer {
    process(&gate, &actor, id(&text, "process")?).await?;
    settle_id(&mut form.id, &text)?;
    let id = processes::save(&gate.engine, &actor.grant()?, form).await?;
    Ok(Json(process(&gate, &actor, id).await?).into_response())
}

async fn list_integrations(State(gate): State<Gate>, Extension(actor): Extension<Actor>) -> Answer {
    Ok(items(integrations::list(&gate.engine, &actor.grant()?, None).await?).into_response())
}

async fn find_integration(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    Ok(Json(integration(&gate, &actor, id(&text, "integration")?).await?).into_response())
}

async fn integration(
    gate: &Gate,
    actor: &Actor,
    id: IntegrationId,
) -> Result<model::overview::IntegrationDetail, Refused> {
    Ok(integrations::detail(&gate.engine, &actor.grant()?, id).await?)
}

async fn create_integration(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Fields(mut form): Fields<IntegrationForm>,
) -> Answer {
    settle_id(&mut form.id, "")?;
    let id = integrations::save(&gate.engine, &actor.grant()?, form).await?;
    Ok(created(
        &format!("/api/v1/integrations/{id}"),
        integration(&gate, &actor, id).await?,
    ))
}

async fn change_integration(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
    Fields(mut form): Fields<IntegrationForm>,
) -> Answer {
    integration(&gate, &actor, id(&text, "integration")?).await?;
    settle_id(&mut form.id, &text)?;
    let id = integrations::save(&gate.engine, &actor.grant()?, form).await?;
    Ok(Json(integration(&gate, &actor, id).await?).into_response())
}

async fn list_messages(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    let id = id(&text, "integration")?;
    integration(&gate, &actor, id).await?;
    Ok(items(messages::list(&gate.engine, &actor.grant()?, id).await?).into_response())
}

async fn find_message(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    Ok(Json(message(&gate, &actor, id(&text, "message")?).await?).into_response())
}

async fn message(gate: &Gate, actor: &Actor, id: MessageId) -> Result<model::message::Message, Refused> {
    Ok(messages::find(&gate.engine, &actor.grant()?, id).await?)
}

async fn create_message(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
    Fields(mut form): Fields<MessageForm>,
) -> Answer {
    integration(&gate, &actor, id(&text, "integration")?).await?;
    settle_id(&mut form.id, "")?;
    form.integration = text;
    let id = messages::save(&gate.engine, &actor.grant()?, form).await?;
    Ok(created(
        &format!("/api/v1/messages/{id}"),
        message(&gate, &actor, id).await?,
    ))
}

async fn change_message(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
    Fields(mut form): Fields<MessageForm>,
) -> Answer {
    let stored = message(&gate, &actor, id(&text, "message")?).await?;
    settle_id(&mut form.id, &text)?;
    form.integration = stored.integration.to_string();
    let id = messages::save(&gate.engine, &actor.grant()?, form).await?;
    Ok(Json(message(&gate, &actor, id).await?).into_response())
}

async fn list_inbound_users(State(gate): State<Gate>, Extension(actor): Extension<Actor>) -> Answer {
    Ok(items(inbound_users::list(&gate.engine, &actor.grant()?).await?).into_response())
}

async fn find_inbound_user(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
) -> Answer {
    Ok(Json(inbound_user(&gate, &actor, id(&text, "inbound user")?).await?).into_response())
}

async fn inbound_user(
    gate: &Gate,
    actor: &Actor,
    id: InboundUserId,
) -> Result<model::inbound_user::InboundUser, Refused> {
    Ok(inbound_users::find(&gate.engine, &actor.grant()?, id).await?)
}

async fn create_inbound_user(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Fields(mut form): Fields<InboundUserForm>,
) -> Answer {
    settle_id(&mut form.id, "")?;
    let id = inbound_users::save(&gate.engine, &actor.grant()?, form).await?;
    Ok(created(
        &format!("/api/v1/inbound-users/{id}"),
        inbound_user(&gate, &actor, id).await?,
    ))
}

async fn change_inbound_user(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(text): Path<String>,
    Fields(mut form): Fields<InboundUserForm>,
) -> Answer {
    inbound_user(&gate, &actor, id(&text, "inbound user")?).await?;
    settle_id(&mut form.id, &text)?;
    let id = inbound_users::save(&gate.engine, &actor.grant()?, form).await?;
    Ok(Json(inbound_user(&gate, &actor, id).await?).into_response())
}
