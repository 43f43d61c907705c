//! The audit trail: every change leaves one row, written in the transaction of the change.

use std::fmt::Display;

use model::{
    audit::{AuditAction, AuditEntry},
    comparison::Difference,
    id::AuditId,
};

use crate::{Actor, Engine, Granted, Result, permission::Administer};

/// Entries a page shows.
const PAGE: i64 = 100;

/// The newest entries, or those before `before`.
pub async fn list(
    engine: &Engine,
    _: &Granted<Administer>,
    before: Option<AuditId>,
) -> Result<Vec<AuditEntry>> {
    Ok(store::audit::list(&engine.db, PAGE, before).await?)
}

/// An entry about a record.
pub(crate) fn entry(
    engine: &Engine,
    actor: &Actor,
    action: AuditAction,
    (record, id, name): (&str, impl Display, &str),
    detail: String,
) -> AuditEntry {
    AuditEntry {
        id: engine.clock.id(),
        at: engine.clock.now(),
        actor: actor.name.clone(),
        address: actor.address.clone(),
        action,
        record: record.into(),
        record_id: id.to_string(),
        name: name.into(),
        detail,
    }
}

/// `field: old → new`, a line each.
pub(crate) fn detail(differences: &[Difference]) -> String {
    differences
        .iter()
        .map(|d| format!("{}: {} → {}", d.field, shortened(&d.stored), shortened(&d.yours)))
        .collect::<Vec<_>>()
        .join("\n")
}

fn shortened(text: &str) -> String {
    match text.chars().count() {
        0 => "(blank)".into(),
        1..=120 => text.to_owned(),
        _ => text.chars().take(119).chain(['…']).collect(),
    }
}
