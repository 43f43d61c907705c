//! What saving and deleting have in common, whatever the record.

use std::fmt::Display;

use model::{
    FieldErrors, Invalid, Timestamp,
    audit::{AuditAction, AuditEntry},
    comparison::Comparison,
    forms::DeleteForm,
};

use crate::{Actor, Engine, Error, Result, audit};

/// A record as the edit rules see it.
pub(crate) struct Stored<'a> {
    pub version: i64,
    pub updated: Timestamp,
    pub updated_by: &'a str,
}

/// Refuses a save that is based on an older version, with what differs. `fields` are label, yours, stored.
pub(crate) fn same_version(seen: i64, stored: &Stored<'_>, fields: &[(&str, &str, &str)]) -> Result<()> {
    if seen == stored.version {
        return Ok(());
    }
    Err(Error::Stale(Box::new(Comparison {
        changed_by: stored.updated_by.into(),
        changed_at: stored.updated,
        version: stored.version,
        differences: Comparison::differences(fields),
    })))
}

/// The audit entry of a new record.
pub(crate) fn created(
    engine: &Engine,
    by: &Actor,
    (record, id, name): (&'static str, impl Display, &str),
) -> AuditEntry {
    audit::entry(
        engine,
        by,
        AuditAction::Created,
        (record, id, name),
        String::new(),
    )
}

/// The audit entry of a deletion.
pub(crate) fn deleted(
    engine: &Engine,
    by: &Actor,
    (record, id, name): (&'static str, impl Display, &str),
) -> AuditEntry {
    audit::entry(
        engine,
        by,
        AuditAction::Deleted,
        (record, id, name),
        String::new(),
    )
}

/// The audit entry of a change, with what differs; refused when it is based on another version than the stored one.
pub(crate) fn changed(
    engine: &Engine,
    by: &Actor,
    (record, id, name): (&'static str, impl Display, &str),
    (seen, stored): (i64, &Stored<'_>),
    fields: &[(&str, &str, &str)],
) -> Result<AuditEntry> {
    same_version(seen, stored, fields)?;
    let detail = audit::detail(&Comparison::differences(fields));
    Ok(audit::entry(
        engine,
        by,
        AuditAction::Changed,
        (record, id, name),
        detail,
    ))
}

/// The id of a form: `None` for a new record.
pub(crate) fn form_id<T: std::str::FromStr>(id: &str, record: &'static str) -> Result<Option<T>> {
    if id.is_empty() {
        Ok(None)
    } else {
        id.parse().map(Some).map_err(|_| Error::NotFound(record))
    }
}

/// The id of a form that must name a record.
pub(crate) fn needed_id<T: std::str::FromStr>(id: &str, record: &'static str) -> Result<T> {
    id.parse().map_err(|_| Error::NotFound(record))
}

/// Refuses a deletion whose confirmation is not the record's name, or against which something stands.
pub(crate) fn confirmed(form: &DeleteForm, preview: &model::activation::DeletePreview) -> Result<()> {
    if !preview.refused.is_empty() {
        return Err(Error::Conflict(preview.refused.join(" ")));
    }
    if form.confirm.trim() != preview.name {
        let text = format!("Type the name, {}, to confirm.", preview.name);
        return Err(Error::Invalid(FieldErrors::one(
            "confirm",
            Invalid::Refused(text),
        )));
    }
    Ok(())
}

/// `2 connections: Test, Production`, or nothing for none.
pub(crate) fn counted(names: &[String], one: &str, many: &str) -> Option<String> {
    match names.len() {
        0 => None,
        1 => Some(format!("1 {one}: {}", names[0])),
        n if n <= 5 => Some(format!("{n} {many}: {}", names.join(", "))),
        n => Some(format!(
            "{n} {many}: {} and {} more",
            names[..4].join(", "),
            n - 4
        )),
    }
}
