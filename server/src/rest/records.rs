//! Applications, processes, integrations, messages, inbound users and profiles: read, made, changed and deleted with
//! the forms of `model`.

use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use engine::{
    Actor, applications, inbound_users, integrations, messages, notifications, oauth_profiles, processes,
    protocol_profiles,
};
use model::{
    FieldErrors, Invalid,
    activation::DeletePreview,
    forms::{
        ApplicationForm, DeleteForm, InboundUserForm, IntegrationForm, MessageForm, ProcessForm,
        ProtocolProfileForm,
    },
    id::IntegrationId,
    notification::ChannelForm,
    oauth_profile_form::OauthProfileForm,
};

use super::{
    answer::{created, id, items},
    fields::Fields,
};
use crate::{gate::Gate, problem::Refused};

type Answer = Result<Response, Refused>;

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

/// The confirmation of a deletion. The interface has the name typed; a script that says DELETE has said what it wants,
/// and gets the same refusals.
pub fn confirmation(id: &str, preview: DeletePreview) -> DeleteForm {
    DeleteForm {
        id: id.to_owned(),
        version: preview.version,
        confirm: preview.name,
    }
}

/// Reading, changing and deleting one record of an area of the engine: `find`, `save`, `delete_preview`, `delete`.
macro_rules! one_record {
    ($area:ident, $form:ty, $name:literal) => {
        one_record!($area, $form, $name, find, |_form, _stored| ());
    };
    // `$keep` puts into the form what a change may not move, from what is stored.
    ($area:ident, $form:ty, $name:literal, $find:ident, $keep:expr) => {
        pub async fn find(
            State(gate): State<Gate>,
            Extension(actor): Extension<Actor>,
            Path(text): Path<String>,
        ) -> Answer {
            let found = $area::$find(&gate.engine, &actor.grant()?, id(&text, $name)?).await?;
            Ok(Json(found).into_response())
        }

        pub async fn change(
            State(gate): State<Gate>,
            Extension(actor): Extension<Actor>,
            Path(text): Path<String>,
            Fields(mut form): Fields<$form>,
        ) -> Answer {
            let stored = $area::$find(&gate.engine, &actor.grant()?, id(&text, $name)?).await?;
            settle_id(&mut form.id, &text)?;
            let keep: fn(&mut $form, &_) = $keep;
            keep(&mut form, &stored);
            let id = $area::save(&gate.engine, &actor.grant()?, form).await?;
            Ok(Json($area::$find(&gate.engine, &actor.grant()?, id).await?).into_response())
        }

        pub async fn delete(
            State(gate): State<Gate>,
            Extension(actor): Extension<Actor>,
            Path(text): Path<String>,
        ) -> Answer {
            let preview = $area::delete_preview(&gate.engine, &actor.grant()?, id(&text, $name)?).await?;
            $area::delete(&gate.engine, &actor.grant()?, confirmation(&text, preview)).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
    };
}

/// Listing the records of an area and making one.
macro_rules! all_records {
    ($area:ident, $form:ty, $path:literal, $find:ident $(, $of_all:expr)?) => {
        pub async fn list(State(gate): State<Gate>, Extension(actor): Extension<Actor>) -> Answer {
            Ok(items($area::list(&gate.engine, &actor.grant()? $(, $of_all)?).await?).into_response())
        }

        pub async fn create(
            State(gate): State<Gate>,
            Extension(actor): Extension<Actor>,
            Fields(mut form): Fields<$form>,
        ) -> Answer {
            settle_id(&mut form.id, "")?;
            let id = $area::save(&gate.engine, &actor.grant()?, form).await?;
            let made = $area::$find(&gate.engine, &actor.grant()?, id).await?;
            Ok(created(&format!("/api/v1{}/{id}", $path), made))
        }
    };
}

/// The routes of an area whose records all have the same shape.
macro_rules! plain_area {
    ($routes:ident, $area:ident, $form:ty, $path:literal, $name:literal) => {
        mod $routes {
            use super::*;
            one_record!($area, $form, $name);
            all_records!($area, $form, $path, find);

            pub fn routes() -> Router<Gate> {
                Router::new().route($path, get(list).post(create)).route(
                    concat!($path, "/{id}"),
                    get(find).put(change).delete(delete),
                )
            }
        }
    };
}

plain_area!(
    application,
    applications,
    ApplicationForm,
    "/applications",
    "application"
);
plain_area!(process, processes, ProcessForm, "/processes", "process");
plain_area!(
    inbound_user,
    inbound_users,
    InboundUserForm,
    "/inbound-users",
    "inbound user"
);
plain_area!(
    oauth_profile,
    oauth_profiles,
    OauthProfileForm,
    "/oauth-profiles",
    "OAuth profile"
);
plain_area!(
    protocol_profile,
    protocol_profiles,
    ProtocolProfileForm,
    "/protocol-profiles",
    "protocol profile"
);
plain_area!(
    notification_channel,
    notifications,
    ChannelForm,
    "/notification-channels",
    "notification channel"
);

mod integration {
    use super::{
        Actor, Answer, Extension, Fields, Gate, IntegrationForm, IntoResponse, Json, Path, Router, State,
        StatusCode, confirmation, created, get, id, integrations, items, settle_id,
    };

    one_record!(
        integrations,
        IntegrationForm,
        "integration",
        detail,
        |_form, _stored| ()
    );
    all_records!(integrations, IntegrationForm, "/integrations", detail, None);

    pub fn routes() -> Router<Gate> {
        Router::new()
            .route("/integrations", get(list).post(create))
            .route("/integrations/{id}", get(find).put(change).delete(delete))
    }
}

mod message {
    use super::{
        Actor, Answer, Extension, Fields, Gate, IntegrationId, IntoResponse, Json, MessageForm, Path, Router,
        State, StatusCode, confirmation, created, get, id, integrations, items, messages, settle_id,
    };

    one_record!(
        messages,
        MessageForm,
        "message",
        find,
        |form, stored: &model::message::Message| {
            form.integration = stored.integration.to_string();
        }
    );

    async fn list(
        State(gate): State<Gate>,
        Extension(actor): Extension<Actor>,
        Path(text): Path<String>,
    ) -> Answer {
        let integration: IntegrationId = id(&text, "integration")?;
        integrations::detail(&gate.engine, &actor.grant()?, integration).await?;
        Ok(items(messages::list(&gate.engine, &actor.grant()?, integration).await?).into_response())
    }

    async fn create(
        State(gate): State<Gate>,
        Extension(actor): Extension<Actor>,
        Path(text): Path<String>,
        Fields(mut form): Fields<MessageForm>,
    ) -> Answer {
        integrations::detail(&gate.engine, &actor.grant()?, id(&text, "integration")?).await?;
        settle_id(&mut form.id, "")?;
        form.integration = text;
        let id = messages::save(&gate.engine, &actor.grant()?, form).await?;
        let made = messages::find(&gate.engine, &actor.grant()?, id).await?;
        Ok(created(&format!("/api/v1/messages/{id}"), made))
    }

    pub fn routes() -> Router<Gate> {
        Router::new()
            .route("/integrations/{id}/messages", get(list).post(create))
            .route("/messages/{id}", get(find).put(change).delete(delete))
    }
}

/// The routes, relative to `/api/v1`.
pub fn routes() -> Router<Gate> {
    application::routes()
        .merge(process::routes())
        .merge(integration::routes())
        .merge(message::routes())
        .merge(inbound_user::routes())
        .merge(oauth_profile::routes())
        .merge(protocol_profile::routes())
        .merge(notification_channel::routes())
}
