//! Duplicating a connection to another environment: everything but secrets and tokens.

use model::{
    FieldErrors,
    audit::AuditAction,
    connection::{Connection, Environment},
    forms::{DuplicateForm, choice_or},
    id::ConnectionId,
    names::Name,
    variable::Variable,
};

use super::{RECORD, stored};
use crate::{
    Engine, Error, Granted, Result, audit, changes::Topic, permission::Design, record_edit::needed_id,
};

/// Makes an inactive copy. Variables are copied; of secret ones only the key, because a secret never moves.
pub async fn duplicate(engine: &Engine, by: &Granted<Design>, form: DuplicateForm) -> Result<ConnectionId> {
    let original = stored(engine, needed_id::<ConnectionId>(&form.id, RECORD)?).await?;
    let mut errors = FieldErrors::default();
    let environment = errors.keep(
        "environment",
        choice_or(&form.environment, original.environment, Environment::parse),
    );
    let typed = if form.name.trim().is_empty() {
        environment.map_or("", Environment::label)
    } else {
        form.name.trim()
    };
    let name = errors.keep("name", Name::parse(typed));
    let (Some(environment), Some(name)) = (environment, name) else {
        return Err(errors.into());
    };
    let (now, who) = (engine.now(), by.name().to_owned());
    let copy = Connection {
        id: engine.clock.id(),
        name: name.as_str().into(),
        environment,
        // An inbound user belongs to one active connection of a process: the copy gets its own.
        inbound_user: None,
        active: false,
        enabled_at: None,
        disabled_at: None,
        disabled_by: String::new(),
        proof_reset_at: now,
        version: 1,
        created: now,
        created_by: who.clone(),
        updated: now,
        updated_by: who.clone(),
        ..original.clone()
    };
    let variables: Vec<Variable> = store::variable::list_by_connection(&engine.db, original.id)
        .await?
        .into_iter()
        .map(|variable| Variable {
            id: engine.clock.id(),
            connection: copy.id,
            version: 1,
            updated: now,
            updated_by: who.clone(),
            ..variable
        })
        .collect();
    let detail = format!("duplicated from {}", original.name);
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Created,
        (RECORD, copy.id, &copy.name),
        detail,
    );
    let id = copy.id;
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                store::connection::insert(tx, &copy).await?;
                for variable in &variables {
                    store::variable::insert(tx, variable).await?;
                }
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(id)
}
