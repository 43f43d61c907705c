//! Connections: lists, the connection page, save, duplicate, enable, disable, delete.

mod activation;
mod credentials;
mod duplicate;
mod removal;
mod save;
mod status;
mod view;
mod words;

pub use activation::{disable, disable_preview, enable, enable_preview};
pub use duplicate::duplicate;
pub use removal::{delete, delete_preview};
pub use save::save;
pub(crate) use status::{Gathered, missing_of};
pub use view::{all, choices, detail, page};
pub(crate) use view::{rows, statuses};

use model::{connection::Connection, id::ConnectionId, overview::ConnectionLabel};

use crate::{Engine, Error, Result};

pub(crate) const RECORD: &str = "connection";

/// Enough to name and link a connection.
pub(crate) fn label(connection: &Connection) -> ConnectionLabel {
    ConnectionLabel {
        id: connection.id,
        integration: connection.integration,
        name: connection.name.clone(),
        environment: connection.environment,
    }
}

pub(crate) async fn stored(engine: &Engine, id: ConnectionId) -> Result<Connection> {
    store::connection::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}
