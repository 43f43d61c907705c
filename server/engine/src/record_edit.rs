//! What saving and deleting have in common, whatever the record.

use std::fmt::Display;

use futures::future::BoxFuture;
use model::{
    FieldErrors, Invalid, Timestamp,
    activation::DeletePreview,
    application::Application,
    audit::{AuditAction, AuditEntry},
    comparison::Comparison,
    connection::Connection,
    forms::DeleteForm,
    integration::Integration,
    message::Message,
    notification::Channel,
    oauth_client::OauthClient,
    process::Process,
    profile::{OauthProfile, ProtocolProfile},
    variable::Variable,
};
use store::Tx;

use crate::{Actor, Engine, Error, Result, audit, changes::Topic, mask::Mask};

/// A record of which it is known which version was seen when it was changed.
pub(crate) trait Versioned {
    fn id(&self) -> String;
    /// What people call it.
    fn name(&self) -> &str;
    fn stored(&self) -> Stored<'_>;
}

/// One of which it is also known who made it.
pub(crate) trait Made: Versioned {
    fn made(&self) -> (Timestamp, &str);
}

macro_rules! versioned {
    ($($record:ty { $name:ident })+) => {$(
        impl Versioned for $record {
            fn id(&self) -> String {
                self.id.to_string()
            }

            fn name(&self) -> &str {
                &self.$name
            }

            fn stored(&self) -> Stored<'_> {
                Stored { version: self.version, updated: self.updated, updated_by: &self.updated_by }
            }
        }
    )+};
}

macro_rules! made {
    ($($record:ty)+) => {$(
        impl Made for $record {
            fn made(&self) -> (Timestamp, &str) {
                (self.created, &self.created_by)
            }
        }
    )+};
}

versioned! {
    Application { name } Process { name } Integration { name } Connection { name } Message { name } Variable { key }
    Channel { name } ProtocolProfile { name } OauthProfile { name } OauthClient { name }
}
made! { Application Process Integration Connection Message Channel ProtocolProfile OauthProfile OauthClient }

/// Version and authors that a record gets by a save.
pub(crate) struct Stamp {
    /// The one that is replaced; a new record begins with 1.
    pub version: i64,
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
}

impl Stamp {
    pub(crate) fn new(now: Timestamp, who: &str, old: Option<&impl Made>) -> Self {
        let (created, created_by) = old.map_or((now, who), Made::made);
        Self {
            version: old.map_or(1, |old| old.stored().version),
            created,
            created_by: created_by.to_owned(),
            updated: now,
            updated_by: who.to_owned(),
        }
    }
}

/// The fields of a record as people read them: label and text.
pub(crate) type Labelled = Vec<(&'static str, String)>;

/// The fields without the secrets that somebody wrote into one of them.
pub(crate) fn masked(fields: Labelled, mask: &Mask) -> Labelled {
    fields
        .into_iter()
        .map(|(label, text)| (label, mask.text(&text)))
        .collect()
}

/// The audit entry of a save: of a new record, or of a change with what differs.
///
/// # Errors
/// [`Error::Stale`] when `seen` is another version than the stored one.
pub(crate) fn saved<R: Versioned>(
    engine: &Engine,
    by: &Actor,
    record: &'static str,
    (new, old): (&R, Option<&R>),
    seen: i64,
    words: impl Fn(&R) -> Labelled,
) -> Result<AuditEntry> {
    let about = (record, new.id(), new.name());
    let Some(old) = old else {
        return Ok(created(engine, by, about));
    };
    let (yours, stored) = (words(new), words(old));
    let fields: Vec<_> = yours
        .iter()
        .zip(&stored)
        .map(|((label, yours), (_, stored))| (*label, yours.as_str(), stored.as_str()))
        .collect();
    changed(engine, by, about, (seen, &old.stored()), &fields)
}

/// Runs a change of the design and leaves its row in the audit trail, in one transaction.
pub(crate) async fn audited<F>(engine: &Engine, entry: AuditEntry, job: F) -> Result<()>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<()>> + Send + 'static,
{
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                job(&mut *tx).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await
}

/// Deletes a record once that is confirmed; `job` deletes it in the transaction.
pub(crate) async fn delete<F>(
    engine: &Engine,
    by: &Actor,
    (record, id): (&'static str, impl Display),
    (form, preview): (&DeleteForm, &DeletePreview),
    job: F,
) -> Result<()>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<()>> + Send + 'static,
{
    confirmed(form, preview)?;
    let entry = audit::entry(
        engine,
        by,
        AuditAction::Deleted,
        (record, id, &preview.name),
        preview.takes_along.join("\n"),
    );
    audited(engine, entry, job).await
}

/// `on` or `off`.
pub(crate) fn on(is_on: bool) -> String {
    if is_on { "on" } else { "off" }.to_owned()
}

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
