//! Frame, dashboard and search: what is active where, and what failed lately.

use std::collections::HashMap;

use model::{
    connection_status::ConnectionStatus,
    expiry::Place,
    id::IntegrationId,
    overview::{ActiveIntegration, Dashboard, Found, Frame, Health},
};
use store::transaction::Counts;

use crate::{Actor, Engine, Granted, Result, connections, installation, permission::See, recent::Recent};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Failed transactions and refused calls shown on the dashboard.
const SHOWN: i64 = 8;
/// Things a search finds at most.
const FOUND: i64 = 12;

/// The frame around every page.
pub async fn frame(engine: &Engine, actor: &Actor) -> Result<Frame> {
    let counts = store::overview::frame_counts(&engine.db, engine.now().plus(-HOUR_MS)).await?;
    let applications = store::application::list(&engine.db).await?;
    let application_name = match applications.as_slice() {
        [] => String::new(),
        [only] => only.name.clone(),
        many => format!("All {} applications", many.len()),
    };
    Ok(Frame {
        user_name: actor.name.clone(),
        role: actor.role,
        instance_name: engine.instance_name(),
        application_name,
        processes: counts.processes,
        integrations: counts.integrations,
        connections: counts.connections,
        inbound_users: counts.inbound_users,
        oauth_profiles: counts.oauth_profiles,
        protocol_profiles: counts.protocol_profiles,
        new_installation: installation::unaccepted(engine).await?,
        health: Health {
            failing: counts.failing,
            ..connections_and_incidents(engine).await?
        },
    })
}

/// What of the health light is no transaction. A connection that an open incident is about counts as that incident.
async fn connections_and_incidents(engine: &Engine) -> Result<Health> {
    let ask = async {
        let incidents = store::incident::list_open(&engine.db).await?;
        let active: Vec<_> = store::connection::list_all(&engine.db)
            .await?
            .into_iter()
            .filter(|connection| connection.active)
            .collect();
        let unable = connections::statuses(engine, &active)
            .await?
            .into_iter()
            .filter(|(id, status)| {
                let told = incidents
                    .iter()
                    .any(|incident| matches!(incident.place, Place::Connection(_, of) if of == *id));
                !told
                    && matches!(
                        status,
                        ConnectionStatus::NotConfigured | ConnectionStatus::Expired
                    )
            });
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Ok(Health {
            unable: count(unable.count()),
            incidents: count(incidents.len()),
            failing: 0,
        })
    };
    engine.statistics.health.get(&engine.clock, (), ask).await
}

/// Counts over the transactions of a day, which are read one by one: remembered for moments.
#[derive(Default)]
pub(crate) struct Statistics {
    /// Of one integration, or of all.
    day: Recent<Option<IntegrationId>, Counts>,
    /// By the beginning of the first hour.
    hours: Recent<model::Timestamp, Vec<(i64, i64)>>,
    /// Of the frame around every page.
    health: Recent<(), Health>,
}

/// Counts of the last day, of one integration or of all.
pub(crate) async fn last_day(engine: &Engine, integration: Option<IntegrationId>) -> Result<Counts> {
    let since = engine.now().plus(-DAY_MS);
    let ask = async {
        Ok(match integration {
            Some(id) => store::transaction::counts_of_integration_since(&engine.db, id, since).await?,
            None => store::transaction::counts_since(&engine.db, since).await?,
        })
    };
    engine.statistics.day.get(&engine.clock, integration, ask).await
}

/// Total and failed of each of the last 24 hours, full ones, the present one last.
async fn hours(engine: &Engine) -> Result<Vec<(i64, i64)>> {
    let start = model::Timestamp((engine.now().0 / HOUR_MS - 23) * HOUR_MS);
    let ask = async { Ok(store::transaction::hours(&engine.db, start, HOUR_MS, 24).await?) };
    engine.statistics.hours.get(&engine.clock, start, ask).await
}

/// The dashboard.
pub async fn dashboard(engine: &Engine, _: &Granted<See>) -> Result<Dashboard> {
    let now = engine.now();
    let counts = store::overview::frame_counts(&engine.db, now.plus(-HOUR_MS)).await?;
    let day = last_day(engine, None).await?;
    let active: Vec<_> = store::connection::list_all(&engine.db)
        .await?
        .into_iter()
        .filter(|c| c.active)
        .collect();
    let integrations: HashMap<_, _> = store::integration::list_rows(&engine.db, None)
        .await?
        .into_iter()
        .map(|row| (row.integration.id, row))
        .collect();
    let active = connections::rows(engine, active)
        .await?
        .into_iter()
        .filter_map(|row| {
            let integration = integrations.get(&row.connection.integration)?;
            Some(ActiveIntegration {
                integration: row.connection.integration,
                name: row.integration_name,
                system: row.system,
                process_name: integration.process_name.clone(),
                connection: connections::label(&row.connection),
                status: row.status,
                last_hour: row.last_hour,
            })
        });
    Ok(Dashboard {
        processes: counts.processes,
        integrations: counts.integrations,
        connections: counts.connections,
        messages_24h: day.total,
        failed_24h: day.failed,
        queued: store::transaction::count_in_state(&engine.db, model::transaction::TransactionState::Queued)
            .await?,
        hours: hours(engine).await?,
        active: active.collect(),
        failed: store::transaction::recent_failed(&engine.db, SHOWN).await?,
        refused: store::refused_call::recent(&engine.db, None, SHOWN).await?,
        warnings: store::incident::list_open(&engine.db).await?,
        practice: engine.settings.practice,
    })
}

/// Records by part of their name, and transactions by number or message id.
pub async fn search(engine: &Engine, _: &Granted<See>, text: &str) -> Result<Vec<Found>> {
    let text: String = text.trim().chars().take(100).collect();
    if text.is_empty() {
        Ok(Vec::new())
    } else {
        Ok(store::overview::search(&engine.db, &text, FOUND).await?)
    }
}
