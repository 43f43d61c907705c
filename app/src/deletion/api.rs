//! Server functions of deletion.

use leptos::{prelude::*, server_fn::codec::GetUrl};
use model::{activation::DeletePreview, choice, forms::DeleteForm};

use crate::{AppError, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, engine, id},
};

choice! {
    /// Records that can be deleted in the interface.
    Deletable {
        Application = "application", "application";
        Process = "process", "process";
        Integration = "integration", "integration";
        Connection = "connection", "connection";
        InboundUser = "inbound_user", "inbound user";
        OauthProfile = "oauth_profile", "OAuth profile";
        ProtocolProfile = "protocol_profile", "protocol profile";
        Message = "message", "message";
        Channel = "channel", "notification channel";
    }
}

/// What a deletion would take along.
#[server(name = FetchDeletePreview, prefix = "/fn", endpoint = "delete_preview", input = GetUrl)]
pub async fn delete_preview(record: String, record_id: String) -> Result<DeletePreview, AppError> {
    let (engine, grant) = (engine()?, actor()?.grant()?);
    let record = Deletable::parse(&record).ok_or_else(|| AppError::NotFound("page".into()))?;
    let word = record.label();
    Ok(match record {
        Deletable::Application => {
            engine::applications::delete_preview(&engine, &grant, id(&record_id, word)?).await
        }
        Deletable::Process => engine::processes::delete_preview(&engine, &grant, id(&record_id, word)?).await,
        Deletable::Integration => {
            engine::integrations::delete_preview(&engine, &grant, id(&record_id, word)?).await
        }
        Deletable::Connection => {
            engine::connections::delete_preview(&engine, &grant, id(&record_id, word)?).await
        }
        Deletable::InboundUser => {
            engine::inbound_users::delete_preview(&engine, &grant, id(&record_id, word)?).await
        }
        Deletable::OauthProfile => {
            engine::oauth_profiles::delete_preview(&engine, &grant, id(&record_id, word)?).await
        }
        Deletable::ProtocolProfile => {
            engine::protocol_profiles::delete_preview(&engine, &grant, id(&record_id, word)?).await
        }
        Deletable::Channel => {
            let grant = actor()?.grant()?;
            engine::notifications::delete_preview(&engine, &grant, id(&record_id, word)?).await
        }
        Deletable::Message => engine::messages::delete_preview(&engine, &grant, id(&record_id, word)?).await,
    }?)
}

/// Deletes a record whose name was typed.
#[server(prefix = "/fn", endpoint = "delete_record")]
pub async fn delete_record(form: Typed<DeleteForm>, record: String) -> Result<(), AppError> {
    let Typed(form) = form;
    let (engine, actor) = (engine()?, actor()?);
    let grant = actor.grant()?;
    let record = Deletable::parse(&record).ok_or_else(|| AppError::NotFound("page".into()))?;
    let list = match record {
        Deletable::Application => {
            engine::applications::delete(&engine, &grant, form).await?;
            routes::APPLICATIONS.to_owned()
        }
        Deletable::Process => {
            engine::processes::delete(&engine, &grant, form).await?;
            routes::PROCESSES.to_owned()
        }
        Deletable::Integration => {
            engine::integrations::delete(&engine, &grant, form).await?;
            routes::INTEGRATIONS.to_owned()
        }
        Deletable::Connection => {
            let detail =
                engine::connections::detail(&engine, &actor.grant()?, id(&form.id, "connection")?).await?;
            engine::connections::delete(&engine, &grant, form).await?;
            routes::integration_connections(detail.connection.integration)
        }
        Deletable::InboundUser => {
            engine::inbound_users::delete(&engine, &grant, form).await?;
            routes::INBOUND_USERS.to_owned()
        }
        Deletable::OauthProfile => {
            engine::oauth_profiles::delete(&engine, &grant, form).await?;
            routes::OAUTH_PROFILES.to_owned()
        }
        Deletable::ProtocolProfile => {
            engine::protocol_profiles::delete(&engine, &grant, form).await?;
            routes::PROTOCOL_PROFILES.to_owned()
        }
        Deletable::Channel => {
            engine::notifications::delete(&engine, &actor.grant()?, form).await?;
            routes::NOTIFICATIONS.to_owned()
        }
        Deletable::Message => {
            let message = engine::messages::find(&engine, &actor.grant()?, id(&form.id, "message")?).await?;
            engine::messages::delete(&engine, &grant, form).await?;
            routes::integration_messages(message.integration)
        }
    };
    leptos_axum::redirect(&routes::after(&list, "deleted"));
    Ok(())
}
