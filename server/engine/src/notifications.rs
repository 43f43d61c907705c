//! Notification channels: where warnings go. Their URLs are secrets, and everything leaves through the one door.

mod deliver;
mod mail;
mod webhook;

use model::{
    activation::DeletePreview,
    audit::AuditAction,
    forms::DeleteForm,
    id::ChannelId,
    notification::{
        Channel, ChannelForm, ChannelKind, ChannelRow, CheckedChannel, Notifications, TestNotice,
    },
};

use crate::{
    Engine, Error, Granted, Result, audit,
    departure::Leave,
    permission::Administer,
    record_edit::{self, Labelled, Stamp, audited, form_id, needed_id, on, saved},
    vault,
};

pub(crate) use deliver::deliver;

const RECORD: &str = "notification channel";
/// Name of a webhook's URL in the vault.
const URL: &str = "url";

/// What one notice says.
struct Words {
    /// `incident.opened`, `incident.recovered` or `test`.
    event: &'static str,
    /// Of the notice: the same at every attempt.
    id: String,
    title: String,
    detail: String,
    link: String,
    instance: String,
    at: model::Timestamp,
}

/// Settings → Notifications.
pub async fn page(engine: &Engine, by: &Granted<Administer>) -> Result<Notifications> {
    Ok(Notifications {
        channels: list(engine, by).await?,
        mail: engine.settings.mail.is_some(),
    })
}

/// Every channel with what became of its newest notice.
pub async fn list(engine: &Engine, _: &Granted<Administer>) -> Result<Vec<ChannelRow>> {
    let newest = store::notice::newest(&engine.db).await?;
    let mut channels = Vec::new();
    for channel in store::channel::list(&engine.db).await? {
        let states = store::secret::states(&engine.db, channel.id.0).await?;
        channels.push(ChannelRow {
            url: states.into_iter().next().map(|(_, state)| state),
            last: newest
                .iter()
                .find(|(id, _)| *id == channel.id)
                .map(|(_, state)| state.clone()),
            channel,
        });
    }
    Ok(channels)
}

/// One of them.
pub async fn find(engine: &Engine, by: &Granted<Administer>, id: ChannelId) -> Result<ChannelRow> {
    let all = list(engine, by).await?;
    all.into_iter()
        .find(|row| row.channel.id == id)
        .ok_or(Error::NotFound(RECORD))
}

async fn stored(engine: &Engine, id: ChannelId) -> Result<Channel> {
    store::channel::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

/// Creates or changes a channel.
pub async fn save(engine: &Engine, by: &Granted<Administer>, form: ChannelForm) -> Result<ChannelId> {
    let old = match form_id::<ChannelId>(&form.id, RECORD)? {
        Some(id) => Some(stored(engine, id).await?),
        None => None,
    };
    let checked = form.check()?;
    if checked.kind != ChannelKind::Email
        && checked.url.is_none()
        && old.as_ref().is_none_or(|old| old.kind == ChannelKind::Email)
    {
        return Err(Error::field("url", model::Invalid::Required));
    }
    let channel = built(engine, by.name(), &checked, old.as_ref());
    let both = (&channel, old.as_ref());
    let mut entry = saved(engine, by.actor(), RECORD, both, form.version, words)?;
    if old.is_some() && checked.url.is_some() {
        if !entry.detail.is_empty() {
            entry.detail.push('\n');
        }
        entry.detail.push_str("URL: replaced");
    }
    let sealed = match &checked.url {
        Some(url) => Some(engine.vault.seal(channel.id.0, URL, url)?),
        None => None,
    };
    let state = vault::state(engine.now(), by.name(), &checked.origin);
    let (id, is_new) = (channel.id, old.is_none());
    audited(engine, entry, move |tx| {
        Box::pin(async move {
            if is_new {
                store::channel::insert(tx, &channel).await?;
            } else {
                store::channel::update(tx, &channel).await?;
            }
            if channel.kind == ChannelKind::Email {
                store::secret::delete(tx, id.0, URL).await?;
            }
            if let Some(sealed) = sealed {
                store::secret::put(tx, id.0, URL, &sealed, &state).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(id)
}

fn built(engine: &Engine, who: &str, checked: &CheckedChannel, old: Option<&Channel>) -> Channel {
    let stamp = Stamp::new(engine.now(), who, old);
    Channel {
        id: old.map_or_else(|| engine.clock.id(), |old| old.id),
        kind: checked.kind,
        name: checked.name.as_str().into(),
        recipients: checked.recipients.clone(),
        active: checked.active,
        version: stamp.version,
        created: stamp.created,
        created_by: stamp.created_by,
        updated: stamp.updated,
        updated_by: stamp.updated_by,
    }
}

fn words(channel: &Channel) -> Labelled {
    vec![
        ("Name", channel.name.clone()),
        ("Kind", channel.kind.label().into()),
        ("Recipients", channel.recipients.join(", ")),
        ("Active", on(channel.active)),
    ]
}

/// Sends a notice that says it is a test, now, and says how it went.
pub async fn test(engine: &Engine, by: &Granted<Administer>, id: ChannelId) -> Result<TestNotice> {
    let channel = stored(engine, id).await?;
    let words = Words {
        event: "test",
        id: engine.clock.id::<uuid::Uuid>().to_string(),
        title: "Test notice".into(),
        detail: format!(
            "{} tests the channel {}. Nothing is wrong.",
            by.name(),
            channel.name
        ),
        link: link(engine, &model::expiry::Place::Expiry),
        instance: engine.instance_name(),
        at: engine.now(),
    };
    let error = match Leave::for_notice(engine).await? {
        Ok(leave) => deliver::send(engine, &leave, &channel, &words).await?.err(),
        Err(withheld) => Some(withheld),
    };
    let error = error.unwrap_or_default();
    let outcome = if error.is_empty() { "sent" } else { &error };
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Tested,
        (RECORD, id, &channel.name),
        outcome.to_owned(),
    );
    engine
        .db
        .write::<_, Error, _>(move |tx| Box::pin(async move { Ok(store::audit::insert(tx, &entry).await?) }))
        .await?;
    Ok(TestNotice {
        channel: id,
        name: channel.name,
        error,
    })
}

/// Where something is mended, for people outside.
fn link(engine: &Engine, place: &model::expiry::Place) -> String {
    format!(
        "{}{}",
        engine.settings.public_url,
        (engine.settings.page_of)(place)
    )
}

/// What a deletion would take along.
pub async fn delete_preview(
    engine: &Engine,
    _: &Granted<Administer>,
    id: ChannelId,
) -> Result<DeletePreview> {
    let channel = stored(engine, id).await?;
    Ok(DeletePreview {
        record: RECORD.into(),
        name: channel.name,
        takes_along: vec!["the notices on their way to it".into()],
        refused: Vec::new(),
        version: channel.version,
    })
}

/// Deletes a channel.
pub async fn delete(engine: &Engine, by: &Granted<Administer>, form: DeleteForm) -> Result<()> {
    let id = needed_id::<ChannelId>(&form.id, RECORD)?;
    let preview = delete_preview(engine, by, id).await?;
    let version = form.version;
    record_edit::delete(engine, by.actor(), (RECORD, id), (&form, &preview), move |tx| {
        Box::pin(async move { Ok(store::channel::delete(tx, id, version).await?) })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::Words;

    /// A notice whose every text tries to be more than text.
    pub(super) fn hostile() -> Words {
        let text = "<!channel> @everyone <https://evil.example|log in> [log in](https://evil.example) **x** \
                    <at>all</at> <b>x</b>";
        Words {
            event: "incident.opened",
            id: "0190c6f2-7a2e-7a51-9f26-000000000000".into(),
            title: format!("{text}\r\nBcc: victim@evil.example\r\nContent-Type: text/html\r\n\r\n<b>x</b>"),
            detail: format!("{text}\n{text}"),
            link: "https://switchboard.example/expiry".into(),
            instance: format!("acme\nBcc: victim@evil.example {text}"),
            at: model::Timestamp(0),
        }
    }
}
