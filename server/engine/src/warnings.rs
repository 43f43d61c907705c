//! Warnings: what is wrong or soon will be is noticed every minute, told once per incident and warning level, and told
//! again when it is over.
//!
//! Of several instances that notice the same, one opens the incident: the database decides. Its notices are stored in
//! the same transaction, so that none is forgotten and none is sent twice.

mod conditions;
mod stuck;

use std::collections::HashMap;

use model::{
    Timestamp,
    incident::{Incident, IncidentKind},
    notification::Channel,
};
use store::{Tx, notice::Notice};

use crate::{Engine, Granted, Result, changes::Topic, clock::Clock, permission::See};
use conditions::Condition;

/// Incidents that are over are remembered this long.
const REMEMBERED_MS: i64 = 90 * 24 * 60 * 60 * 1000;

/// The open incidents, the newest first.
pub async fn open(engine: &Engine, _: &Granted<See>) -> Result<Vec<Incident>> {
    Ok(store::incident::list_open(&engine.db).await?)
}

/// Compares what is with what people were told, and stores the notices that follow.
pub(crate) async fn look(engine: &Engine) -> Result<()> {
    // First what was told, then what is: an incident that another instance opens in between is not over.
    let mut known: HashMap<(IncidentKind, String), Incident> = store::incident::list_open(&engine.db)
        .await?
        .into_iter()
        .map(|incident| ((incident.kind, incident.subject.clone()), incident))
        .collect();
    let noticed = conditions::all(engine).await?;
    for condition in noticed.conditions {
        match known.remove(&(condition.kind, condition.subject.clone())) {
            None => {
                if let Some(level) = condition.level.begins() {
                    begin(engine, condition, level).await?;
                }
            }
            Some(incident) => {
                if let Some(level) = condition.level.moves(incident.level) {
                    change_level(engine, incident, condition, level).await?;
                } else if condition.kind == IncidentKind::Stuck && condition.title != incident.title {
                    // Their number is kept up to date without telling people again.
                    let level = incident.level;
                    change_level(engine, incident, condition, level).await?;
                }
            }
        }
    }
    for incident in known.into_values() {
        let told = !noticed.worse.contains(&incident.subject);
        end(engine, incident, told).await?;
    }
    forget(engine).await
}

async fn begin(engine: &Engine, condition: Condition, level: i64) -> Result<()> {
    let incident = Incident {
        id: engine.clock.id(),
        kind: condition.kind,
        subject: condition.subject,
        title: condition.title,
        detail: condition.detail,
        place: condition.place,
        opened: engine.now(),
        level,
        recovered: None,
    };
    let notices = Notices::of(engine);
    changed(engine, move |tx| {
        Box::pin(async move {
            let opened = store::incident::open(tx, &incident).await?;
            if opened {
                notices.store(tx, &incident, false).await?;
            }
            Ok(opened)
        })
    })
    .await
}

/// People are told when the end comes nearer, not when it moves away.
async fn change_level(engine: &Engine, incident: Incident, condition: Condition, level: i64) -> Result<()> {
    let notices = Notices::of(engine);
    let now = Incident {
        title: condition.title,
        detail: condition.detail,
        level,
        ..incident.clone()
    };
    changed(engine, move |tx| {
        Box::pin(async move {
            let moved = store::incident::set_level(tx, &incident, now.level, &now.title, &now.detail).await?;
            if moved && now.level < incident.level {
                notices.store(tx, &now, false).await?;
            }
            Ok(moved)
        })
    })
    .await
}

async fn end(engine: &Engine, incident: Incident, told: bool) -> Result<()> {
    let notices = Notices::of(engine);
    let at = engine.now();
    changed(engine, move |tx| {
        Box::pin(async move {
            let ended = store::incident::recover(tx, incident.id, at).await?;
            if ended && told {
                let over = Incident {
                    title: format!("Over: {}", incident.title),
                    detail: format!("It began on {}.", incident.opened.exact()),
                    ..incident
                };
                notices.store(tx, &over, true).await?;
            }
            Ok(ended)
        })
    })
    .await
}

/// Runs a guarded change; pages look again only if it was made here.
async fn changed<F>(engine: &Engine, job: F) -> Result<()>
where
    F: for<'t> FnOnce(&'t mut Tx) -> store::BoxFuture<'t, Result<bool>> + Send + 'static,
{
    if engine.db.write(job).await? {
        engine.changes.note(Topic::Transactions);
    }
    Ok(())
}

async fn forget(engine: &Engine) -> Result<()> {
    let before = engine.now().plus(-REMEMBERED_MS);
    engine
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::incident::delete_recovered(tx, before).await?;
                Ok(())
            })
        })
        .await
}

/// Makes the notices about an incident, one per active channel, inside the transaction that changes it.
struct Notices {
    clock: Clock,
    at: Timestamp,
}

impl Notices {
    fn of(engine: &Engine) -> Self {
        Self {
            clock: engine.clock.clone(),
            at: engine.now(),
        }
    }

    async fn store(&self, tx: &mut Tx, incident: &Incident, recovery: bool) -> Result<()> {
        let channels: Vec<Channel> = store::channel::list(&mut *tx).await?;
        for channel in channels.into_iter().filter(|channel| channel.active) {
            let notice = Notice {
                id: self.clock.id(),
                incident: incident.id,
                channel: channel.id,
                recovery,
                title: incident.title.clone(),
                detail: incident.detail.clone(),
                place: incident.place,
                created: self.at,
                attempts: 0,
            };
            store::notice::insert(tx, &notice).await?;
        }
        Ok(())
    }
}
