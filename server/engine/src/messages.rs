//! Outbound message definitions.

use model::{
    activation::DeletePreview,
    forms::{DeleteForm, MessageForm, header_lines},
    id::{IntegrationId, MessageId},
    message::Message,
};

use crate::{
    Engine, Error, Granted, Result,
    changes::Topic,
    integrations,
    permission::{Design, See},
    record_edit::{Stored, changed, confirmed, created, deleted, form_id, needed_id},
};

const RECORD: &str = "message";

/// The messages of an integration.
pub async fn list(engine: &Engine, _: &Granted<See>, integration: IntegrationId) -> Result<Vec<Message>> {
    Ok(store::message::list_by_integration(&engine.db, integration).await?)
}

/// One message.
pub async fn find(engine: &Engine, _: &Granted<See>, id: MessageId) -> Result<Message> {
    store::message::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

/// Creates or changes a message.
pub async fn save(engine: &Engine, by: &Granted<Design>, form: MessageForm) -> Result<MessageId> {
    let checked = form.check()?;
    let (now, who) = (engine.now(), by.name().to_owned());
    let old = match form_id::<MessageId>(&form.id, RECORD)? {
        Some(id) => Some(
            store::message::find(&engine.db, id)
                .await?
                .ok_or(Error::NotFound(RECORD))?,
        ),
        None => None,
    };
    let integration = match &old {
        Some(old) => old.integration,
        None => {
            integrations::stored(engine, needed_id(&form.integration, "integration")?)
                .await?
                .id
        }
    };
    let message = Message {
        id: old.as_ref().map_or_else(|| engine.clock.id(), |old| old.id),
        integration,
        name: checked.name.as_str().into(),
        description: checked.description,
        method: checked.method,
        path: checked.path,
        headers: checked.headers,
        active: checked.active,
        version: old.as_ref().map_or(1, |old| old.version),
        created: old.as_ref().map_or(now, |old| old.created),
        created_by: old
            .as_ref()
            .map_or_else(|| who.clone(), |old| old.created_by.clone()),
        updated: now,
        updated_by: who,
    };
    let record = (RECORD, message.id, message.name.as_str());
    let entry = match &old {
        Some(old) => {
            let on = |active: bool| if active { "on" } else { "off" };
            let fields = [
                ("Name", message.name.as_str(), old.name.as_str()),
                ("Description", &message.description, &old.description),
                ("Method", message.method.word(), old.method.word()),
                ("Path", &message.path, &old.path),
                (
                    "Headers",
                    &header_lines(&message.headers),
                    &header_lines(&old.headers),
                ),
                ("Active", on(message.active), on(old.active)),
            ];
            let stored = Stored {
                version: old.version,
                updated: old.updated,
                updated_by: &old.updated_by,
            };
            changed(engine, by.actor(), record, (form.version, &stored), &fields)?
        }
        None => created(engine, by.actor(), record),
    };
    let (id, is_new) = (message.id, old.is_none());
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                if is_new {
                    store::message::insert(tx, &message).await?;
                } else {
                    store::message::update(tx, &message).await?;
                }
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(id)
}

/// A message goes alone; its transactions stay.
pub async fn delete_preview(engine: &Engine, by: &Granted<See>, id: MessageId) -> Result<DeletePreview> {
    let message = find(engine, by, id).await?;
    Ok(DeletePreview {
        record: RECORD.into(),
        name: message.name,
        takes_along: Vec::new(),
        refused: Vec::new(),
        version: message.version,
    })
}

/// Deletes a message definition.
pub async fn delete(engine: &Engine, by: &Granted<Design>, form: DeleteForm) -> Result<()> {
    let id = needed_id::<MessageId>(&form.id, RECORD)?;
    let preview = delete_preview(engine, &by.actor().grant()?, id).await?;
    confirmed(&form, &preview)?;
    let entry = deleted(engine, by.actor(), (RECORD, id, &preview.name));
    engine
        .change(Topic::Design, move |tx| {
            Box::pin(async move {
                store::message::delete(tx, id, form.version).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await
}
