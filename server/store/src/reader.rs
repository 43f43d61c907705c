//! Where a read comes from: the pool of readers, or a write in progress that must see its own changes.

use sqlx::SqlSafeStr;

use crate::{db::Db, error::Result, row::StoredRow, tx::Tx, value::Value};

/// The source of a read. Made from `&Db`, or inside a write from `&mut Tx`.
pub struct Reader<'r>(Source<'r>);

enum Source<'r> {
    Db(&'r Db),
    Tx(&'r mut Tx),
}

impl<'r> From<&'r Db> for Reader<'r> {
    fn from(db: &'r Db) -> Self {
        Self(Source::Db(db))
    }
}

impl<'r> From<&'r mut Tx> for Reader<'r> {
    fn from(tx: &'r mut Tx) -> Self {
        Self(Source::Tx(tx))
    }
}

impl Reader<'_> {
    /// Every row of a query.
    pub(crate) async fn rows(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value<'_>>,
    ) -> Result<Vec<StoredRow>> {
        let sql = sql.into_sql_str();
        match &mut self.0 {
            Source::Db(db) => db.rows(sql, &values).await,
            Source::Tx(tx) => tx.rows(sql, values).await,
        }
    }

    /// The first row of a query that has at most one.
    pub(crate) async fn row(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value<'_>>,
    ) -> Result<Option<StoredRow>> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Every row, read as a record.
    pub(crate) async fn list<T>(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value<'_>>,
        read: fn(&StoredRow) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.rows(sql, values).await?.iter().map(read).collect()
    }

    /// The record of a query that has at most one.
    pub(crate) async fn one<T>(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value<'_>>,
        read: fn(&StoredRow) -> Result<T>,
    ) -> Result<Option<T>> {
        self.row(sql, values).await?.as_ref().map(read).transpose()
    }

    /// The column `count` of a query that has exactly one row.
    pub(crate) async fn count(&mut self, sql: impl SqlSafeStr, values: Vec<Value<'_>>) -> Result<i64> {
        self.row(sql, values)
            .await?
            .map_or(Ok(0), |row| row.integer("count"))
    }
}
