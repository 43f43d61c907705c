//! Connection variables: save, delete, compare. The values of secret ones are in the vault under [`SECRET`], owned by
//! the variable, and bound to the connection's destination.

use model::{
    Invalid,
    audit::AuditAction,
    forms::{DeleteForm, VariableForm},
    id::{ConnectionId, IntegrationId, VariableId},
    variable::{Variable, VariableCell, VariableComparison, VariableRow},
};

use crate::{
    Engine, Error, Granted, Result, audit,
    changes::Topic,
    connections, destination,
    permission::{Design, See},
    record_edit::{form_id, needed_id},
    vault,
};

const RECORD: &str = "variable";
/// Name of a variable's value in the vault.
pub(crate) const SECRET: &str = "value";

/// Creates or changes a variable. A blank value of a secret one keeps what is set.
pub async fn save(engine: &Engine, by: &Granted<Design>, form: VariableForm) -> Result<VariableId> {
    let checked = form.check()?;
    let (now, who) = (engine.now(), by.name().to_owned());
    let old = match form_id::<VariableId>(&form.id, RECORD)? {
        Some(id) => Some(
            store::variable::find(&engine.db, id)
                .await?
                .ok_or(Error::NotFound(RECORD))?,
        ),
        None => None,
    };
    let connection = match &old {
        Some(old) => old.connection,
        None => needed_id::<ConnectionId>(&form.connection, "connection")?,
    };
    let connection = connections::stored(engine, connection).await?;
    if old.as_ref().is_some_and(|old| old.secret && !checked.secret) && checked.value.is_empty() {
        let text = "A secret cannot be read back: type the value that should be readable.";
        return Err(Error::field("value", Invalid::Refused(text.into())));
    }
    let variable = Variable {
        id: old.as_ref().map_or_else(|| engine.clock.id(), |old| old.id),
        connection: connection.id,
        key: checked.key.as_str().into(),
        value: if checked.secret {
            String::new()
        } else {
            checked.value.clone()
        },
        description: checked.description,
        secret: checked.secret,
        updated: now,
        updated_by: who.clone(),
    };
    let becomes_secret = old.as_ref().is_some_and(|old| !old.secret);
    let typed = match checked.value {
        value if checked.secret && value.is_empty() && becomes_secret => {
            old.as_ref().map(|old| old.value.clone())
        }
        value if checked.secret && !value.is_empty() => Some(value),
        _ => None,
    };
    let sealed = match typed {
        Some(text) => {
            let place = (variable.id.0, SECRET);
            Some(engine.vault.seal_typed(by.actor(), place, "value", &text).await?)
        }
        None => None,
    };
    let destination = destination::of_connection(engine, &connection).await?;
    let state = vault::state(now, &who, &destination);
    let action = if old.is_some() {
        AuditAction::Changed
    } else {
        AuditAction::Created
    };
    let detail = format!(
        "{} of {}",
        if sealed.is_some() {
            "secret value set"
        } else {
            "value"
        },
        connection.name
    );
    let entry = audit::entry(
        engine,
        by.actor(),
        action,
        (RECORD, variable.id, &variable.key),
        detail,
    );
    let id = variable.id;
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                if action == AuditAction::Created {
                    store::variable::insert(tx, &variable).await?;
                } else {
                    store::variable::update(tx, &variable).await?;
                }
                match sealed {
                    Some(sealed) => {
                        store::secret::put(tx, id.0, SECRET, &sealed.ciphertext, &sealed.state(&state))
                            .await?;
                    }
                    None if !variable.secret => {
                        store::secret::delete(tx, id.0, SECRET).await?;
                    }
                    None => {}
                }
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(id)
}

/// Deletes a variable.
pub async fn delete(engine: &Engine, by: &Granted<Design>, form: DeleteForm) -> Result<()> {
    let id = needed_id::<VariableId>(&form.id, RECORD)?;
    let variable = store::variable::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))?;
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Deleted,
        (RECORD, id, &variable.key),
        String::new(),
    );
    engine
        .change(Topic::Design, move |tx| {
            Box::pin(async move {
                store::variable::delete(tx, id).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await
}

/// The variables of all connections of an integration, side by side.
pub async fn compare(
    engine: &Engine,
    _: &Granted<See>,
    integration: IntegrationId,
) -> Result<VariableComparison> {
    let connections = store::connection::list_by_integration(&engine.db, integration).await?;
    let variables = store::variable::list_by_integration(&engine.db, integration).await?;
    let mut keys: Vec<&str> = variables.iter().map(|variable| variable.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let cell = |key: &str, connection: ConnectionId| match variables
        .iter()
        .find(|variable| variable.key == key && variable.connection == connection)
    {
        None => VariableCell::Missing,
        Some(variable) if variable.secret => VariableCell::Secret,
        Some(variable) => VariableCell::Value(variable.value.clone()),
    };
    let rows = keys
        .iter()
        .map(|key| VariableRow {
            key: (*key).to_owned(),
            cells: connections.iter().map(|c| cell(key, c.id)).collect(),
        })
        .collect();
    Ok(VariableComparison {
        connections: connections.iter().map(connections::label).collect(),
        rows,
    })
}
