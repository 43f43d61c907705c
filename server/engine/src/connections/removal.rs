//! Deleting a connection.

use model::{activation::DeletePreview, forms::DeleteForm, id::ConnectionId};

use super::{RECORD, stored};
use crate::{
    Engine, Granted, Result,
    permission::{Design, See},
    record_edit::{self, counted, needed_id},
};

/// What a deletion takes along.
pub async fn delete_preview(engine: &Engine, _: &Granted<See>, id: ConnectionId) -> Result<DeletePreview> {
    let connection = stored(engine, id).await?;
    let keys: Vec<String> = store::variable::list_by_connection(&engine.db, id)
        .await?
        .into_iter()
        .map(|v| v.key)
        .collect();
    let mut takes_along: Vec<String> = counted(&keys, "variable", "variables").into_iter().collect();
    if !store::secret::states(&engine.db, id.0).await?.is_empty() {
        takes_along.push("its stored credentials".into());
    }
    let refused = if connection.active {
        vec!["It is active: disable it first.".into()]
    } else {
        Vec::new()
    };
    Ok(DeletePreview {
        record: RECORD.into(),
        name: connection.name,
        takes_along,
        refused,
        version: connection.version,
    })
}

/// Deletes an inactive connection with its variables and secrets. Transactions stay and keep the names.
pub async fn delete(engine: &Engine, by: &Granted<Design>, form: DeleteForm) -> Result<()> {
    let id = needed_id::<ConnectionId>(&form.id, RECORD)?;
    let preview = delete_preview(engine, &by.actor().grant()?, id).await?;
    let version = form.version;
    record_edit::delete(engine, by.actor(), (RECORD, id), (&form, &preview), move |tx| {
        Box::pin(async move {
            // Enabling changes the version, so an active connection cannot slip through here.
            Ok(store::connection::delete(tx, id, version).await?)
        })
    })
    .await
}
