//! Messages that nothing works on any more, one warning per connection and state.

use std::collections::BTreeMap;

use model::{
    Timestamp, expiry::Place, id::ConnectionId, incident::IncidentKind, transaction::TransactionState,
};

use super::conditions::{CLOCKS_DIFFER_MS, Condition, Level};
use crate::{
    Engine, Result,
    outbound::{self, Limits},
};

/// The stuck messages of one connection in one state.
struct Group {
    name: String,
    count: usize,
    oldest: Timestamp,
}

/// What is stuck now.
pub(super) async fn all(engine: &Engine) -> Result<Vec<Condition>> {
    let limits = Limits::of_warnings(engine);
    // What an instance whose clock is ahead has told is not taken back because ours is behind.
    let slack = if limits.are_shared() { CLOCKS_DIFFER_MS } else { 0 };
    let mut found = Vec::new();
    for state in [TransactionState::Queued, TransactionState::Sending] {
        let limit = limits.of(state);
        let before = engine.now().plus(slack - limit);
        let mut groups: BTreeMap<Option<ConnectionId>, Group> = BTreeMap::new();
        for one in outbound::since(engine, limits, state, before).await? {
            let group = groups.entry(one.connection).or_insert(Group {
                name: one.connection_name,
                count: 0,
                oldest: one.since,
            });
            group.count += 1;
            group.oldest = group.oldest.min(one.since);
        }
        let now = engine.now();
        found.extend(groups.into_iter().map(|(connection, group)| {
            let told = now.since(group.oldest) > limit;
            condition(connection, state, &group, told)
        }));
    }
    Ok(found)
}

fn condition(
    connection: Option<ConnectionId>,
    state: TransactionState,
    group: &Group,
    told: bool,
) -> Condition {
    let messages = if group.count == 1 {
        "1 message".to_owned()
    } else {
        format!("{} messages", group.count)
    };
    let (verb, them) = if group.count == 1 {
        ("is", "it")
    } else {
        ("are", "them")
    };
    let why = match state {
        TransactionState::Queued => "No instance seems to work on",
        _ => "The target may have received",
    };
    let id = connection.map_or_else(String::new, |id| id.to_string());
    Condition {
        kind: IncidentKind::Stuck,
        subject: format!("stuck:{}:{id}", state.word()),
        level: if told { Level::WRONG } else { Level::LASTING },
        title: format!(
            "{messages} of connection {} {verb} stuck in {}",
            group.name,
            state.label()
        ),
        detail: format!(
            "Since {}. {why} {them}. Check the log of Switchboard and the target, then replay {them}.",
            group.oldest.exact()
        ),
        place: Place::Transactions(connection, state),
    }
}
