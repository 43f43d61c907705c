//! The Connection Test: a ladder walked with the very connector the messages take, at most two attempts, a verdict by
//! ServiceNow's list of statuses, plain words, and a stored result that feeds the status.

mod cause;
mod ladder;
mod run;

pub use run::run;

use model::{
    connection_test::ConnectionTest,
    id::{ConnectionId, ConnectionTestId},
};

use crate::{Engine, Error, Granted, Result, permission::See};

/// Stored results a connection keeps.
const KEPT: i64 = 10;

/// The last ten results of a connection, newest first.
pub async fn list(
    engine: &Engine,
    _: &Granted<See>,
    connection: ConnectionId,
) -> Result<Vec<ConnectionTest>> {
    Ok(store::connection_test::list(&engine.db, connection, KEPT).await?)
}

/// One stored result.
pub async fn find(engine: &Engine, _: &Granted<See>, id: ConnectionTestId) -> Result<ConnectionTest> {
    store::connection_test::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound("connection test"))
}
