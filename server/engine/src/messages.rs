//! Outbound message definitions.

use model::{
    activation::DeletePreview,
    forms::{DeleteForm, MessageForm, header_lines},
    id::{IntegrationId, MessageId},
    message::Message,
};

use crate::{
    Engine, Error, Granted, Result, integrations,
    permission::{Design, See},
    record_edit::{self, Labelled, Stamp, audited, form_id, masked, needed_id, on, saved},
    variables,
};

const RECORD: &str = "message";

/// The messages of an integration.
pub async fn list(engine: &Engine, _: &Granted<See>, integration: IntegrationId) -> Result<Vec<Message>> {
    Ok(store::message::list_by_integration(&engine.db, integration).await?)
}

/// One message.
pub async fn find(engine: &Engine, _: &Granted<See>, id: MessageId) -> Result<Message> {
    stored(engine, id).await
}

/// Creates or changes a message.
pub async fn save(engine: &Engine, by: &Granted<Design>, form: MessageForm) -> Result<MessageId> {
    let checked = form.check()?;
    let old = match form_id::<MessageId>(&form.id, RECORD)? {
        Some(id) => Some(stored(engine, id).await?),
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
    let stamp = Stamp::new(engine.now(), by.name(), old.as_ref());
    let message = Message {
        id: old.as_ref().map_or_else(|| engine.clock.id(), |old| old.id),
        integration,
        name: checked.name.as_str().into(),
        description: checked.description,
        method: checked.method,
        path: checked.path,
        headers: checked.headers,
        active: checked.active,
        version: stamp.version,
        created: stamp.created,
        created_by: stamp.created_by,
        updated: stamp.updated,
        updated_by: stamp.updated_by,
    };
    let both = (&message, old.as_ref());
    // What is a secret variable now may have been written into a header before.
    let connections = store::connection::list_by_integration(&engine.db, integration).await?;
    let ids: Vec<_> = connections.iter().map(|connection| connection.id).collect();
    let mask = variables::mask(engine, ids).await?;
    let entry = saved(engine, by.actor(), RECORD, both, form.version, |message| {
        masked(words(message), &mask)
    })?;
    let (id, is_new) = (message.id, old.is_none());
    audited(engine, entry, move |tx| {
        Box::pin(async move {
            if is_new {
                store::message::insert(tx, &message).await?;
            } else {
                store::message::update(tx, &message).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(id)
}

async fn stored(engine: &Engine, id: MessageId) -> Result<Message> {
    store::message::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

fn words(message: &Message) -> Labelled {
    vec![
        ("Name", message.name.clone()),
        ("Description", message.description.clone()),
        ("Method", message.method.word().into()),
        ("Path", message.path.clone()),
        ("Headers", header_lines(&message.headers)),
        ("Active", on(message.active)),
    ]
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
    let version = form.version;
    record_edit::delete(engine, by.actor(), (RECORD, id), (&form, &preview), move |tx| {
        Box::pin(async move { Ok(store::message::delete(tx, id, version).await?) })
    })
    .await
}
