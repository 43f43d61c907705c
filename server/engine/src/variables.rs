//! Connection variables: save, delete, compare. The values of secret ones are in the vault under [`SECRET`], owned by
//! the variable, and bound to the connection's destination.

use model::{
    Invalid,
    connection::Connection,
    forms::{CheckedVariable, DeleteForm, VariableForm},
    id::{ConnectionId, IntegrationId, VariableId},
    secret_text::SecretText,
    variable::{Variable, VariableCell, VariableComparison, VariableRow},
};

use crate::{
    Engine, Error, Granted, Result, connections, destination,
    mask::Mask,
    permission::{Design, See},
    record_edit::{Labelled, audited, deleted, form_id, needed_id, on, saved},
    redaction::{self, Begun},
    vault,
};

const RECORD: &str = "variable";
/// Name of a variable's value in the vault.
pub(crate) const SECRET: &str = "value";

/// Creates or changes a variable. A blank value of a secret one keeps what is set.
pub async fn save(engine: &Engine, by: &Granted<Design>, form: VariableForm) -> Result<VariableId> {
    let checked = form.check()?;
    let old = match form_id::<VariableId>(&form.id, RECORD)? {
        Some(id) => Some(stored(engine, id).await?),
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
    let variable = built(engine, by.name(), (&checked, connection.id), old.as_ref());
    let both = (&variable, old.as_ref());
    let mut entry = saved(engine, by.actor(), RECORD, both, form.version, words)?;
    let sealed = match typed(&checked, old.as_ref()) {
        Some(text) => {
            let place = (variable.id.0, SECRET);
            Some(engine.vault.seal_typed(by.actor(), place, "value", &text).await?)
        }
        None => None,
    };
    let exposed = exposed(
        engine,
        by.name(),
        (&connection, &variable),
        &checked,
        old.as_ref(),
    )
    .await?;
    // Values stay out of the audit trail.
    entry.detail = detail(sealed.is_some(), &connection.name, exposed.is_some());
    let destination = destination::of_connection(engine, &connection).await?;
    let state = vault::state(engine.now(), by.name(), &destination);
    let (id, is_new) = (variable.id, old.is_none());
    audited(engine, entry, move |tx| {
        Box::pin(async move {
            if is_new {
                store::variable::insert(tx, &variable).await?;
            } else {
                store::variable::update(tx, &variable).await?;
            }
            if let Some(sealed) = sealed {
                store::secret::put(tx, id.0, SECRET, &sealed.ciphertext, &sealed.state(&state)).await?;
            } else if !variable.secret {
                store::secret::delete(tx, id.0, SECRET).await?;
            }
            if let Some(exposed) = exposed {
                exposed.store(tx).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(id)
}

async fn stored(engine: &Engine, id: VariableId) -> Result<Variable> {
    store::variable::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

fn built(
    engine: &Engine,
    who: &str,
    (checked, connection): (&CheckedVariable, ConnectionId),
    old: Option<&Variable>,
) -> Variable {
    Variable {
        id: old.map_or_else(|| engine.clock.id(), |old| old.id),
        connection,
        key: checked.key.as_str().into(),
        value: if checked.secret {
            String::new()
        } else {
            checked.value.clone()
        },
        description: checked.description.clone(),
        secret: checked.secret,
        version: old.map_or(1, |old| old.version),
        updated: engine.now(),
        updated_by: who.to_owned(),
    }
}

/// The secret to be stored: the one that was typed, or the value of a variable that becomes secret.
fn typed(checked: &CheckedVariable, old: Option<&Variable>) -> Option<String> {
    if !checked.secret {
        None
    } else if checked.value.is_empty() {
        old.filter(|old| !old.secret).map(|old| old.value.clone())
    } else {
        Some(checked.value.clone())
    }
}

/// The removal of a value that people could read until now: of the variable itself when it becomes secret, or of one
/// that was written into a header or a path before.
async fn exposed(
    engine: &Engine,
    by: &str,
    about: (&Connection, &Variable),
    checked: &CheckedVariable,
    old: Option<&Variable>,
) -> Result<Option<Begun>> {
    if !checked.secret {
        return Ok(None);
    }
    if let Some(open) = old.filter(|old| !old.secret && !old.value.is_empty()) {
        return redaction::begin(engine, by, about, &open.value).await.map(Some);
    }
    match SecretText::parse(&checked.value) {
        Ok(SecretText::Literal(typed)) if !typed.is_empty() => {
            redaction::begin_if_recorded(engine, by, about, &typed).await
        }
        _ => Ok(None),
    }
}

/// Hides the secret variables of these connections. Those that cannot be read are in nothing that is written now.
pub(crate) async fn mask(
    engine: &Engine,
    connections: impl IntoIterator<Item = ConnectionId>,
) -> Result<Mask> {
    let mut mask = Mask::default();
    for connection in connections {
        for variable in store::variable::list_by_connection(&engine.db, connection).await? {
            if !variable.secret {
                continue;
            }
            if let Ok(Some((value, _))) = engine.vault.read(&engine.db, variable.id.0, SECRET).await {
                mask.hide(&value);
            }
        }
    }
    Ok(mask)
}

/// What two people who edit the same variable are shown; secrets are not among it.
fn words(variable: &Variable) -> Labelled {
    vec![
        ("Key", variable.key.clone()),
        ("Value", variable.value.clone()),
        ("Note", variable.description.clone()),
        ("Secret", on(variable.secret)),
    ]
}

fn detail(is_sealed: bool, connection: &str, is_exposed: bool) -> String {
    let what = if is_sealed { "secret value set" } else { "value" };
    let also = if is_exposed {
        "; the value that could be read before is being removed from what was recorded"
    } else {
        ""
    };
    format!("{what} of {connection}{also}")
}

/// Deletes a variable.
pub async fn delete(engine: &Engine, by: &Granted<Design>, form: DeleteForm) -> Result<()> {
    let id = needed_id::<VariableId>(&form.id, RECORD)?;
    let variable = stored(engine, id).await?;
    let entry = deleted(engine, by.actor(), (RECORD, id, &variable.key));
    audited(engine, entry, move |tx| {
        Box::pin(async move { Ok(store::variable::delete(tx, id).await?) })
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
