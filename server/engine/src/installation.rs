//! Which installation the database belongs to: the instance name it was last run under.
//!
//! A database that was copied, with the key, to an installation of another name holds production's channels. Its notices
//! wait until an administrator says that this is a new installation. Several instances of the same name are one
//! installation. A copy that keeps the name cannot be told from the original.

use model::{
    Invalid,
    audit::AuditAction,
    installation::{AcceptForm, Accepted, Installed, NewInstallation},
};

use crate::{
    Engine, Error, Granted, Result, audit,
    changes::Topic,
    permission::{Administer, See},
    users,
};

const RECORD: &str = "installation";

/// Records the name this database is run under, unless it has one of another installation. A blank name, as before
/// `/setup`, does not count; before there is a user any name replaces the recorded one.
pub(crate) async fn note(engine: &Engine) -> Result<()> {
    let name = engine.instance_name();
    if name.is_empty() {
        return Ok(());
    }
    let recorded = store::installation::find(&engine.db).await?;
    let replaces = match recorded {
        Some(recorded) if recorded.instance_name == name => return Ok(()),
        Some(recorded) if users::setup_needed(engine).await? => Some(Installed {
            previous_name: recorded.instance_name,
            instance_name: name.clone(),
            since: engine.now(),
            accepted_by: String::new(),
        }),
        Some(recorded) => {
            tracing::warn!(
                ours = name,
                last = recorded.instance_name,
                "the database was last run under another instance name: notices are withheld until an administrator \
                 accepts this installation"
            );
            return Ok(());
        }
        None => None,
    };
    let now = engine.now();
    engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                match replaces {
                    Some(installed) => store::installation::replace(tx, &installed).await.map(drop)?,
                    None => store::installation::record_first(tx, &name, now).await?,
                }
                Ok(())
            })
        })
        .await
}

/// What the database records; `None` before the first start with a name.
pub async fn recorded(engine: &Engine, _: &Granted<See>) -> Result<Option<Installed>> {
    Ok(store::installation::find(&engine.db).await?)
}

/// The new installation that nobody has accepted, if this is one.
pub(crate) async fn unaccepted(engine: &Engine) -> Result<Option<NewInstallation>> {
    let ours = engine.instance_name();
    let recorded = store::installation::find(&engine.db).await?;
    let Some(recorded) = recorded.filter(|recorded| recorded.instance_name != ours) else {
        return Ok(None);
    };
    Ok(Some(NewInstallation {
        last_name: recorded.instance_name,
        instance_name: ours,
        waiting: store::notice::count_waiting(&engine.db).await?,
    }))
}

/// Accepts this installation's name for the database: its notices leave again.
///
/// # Errors
/// [`Error::Conflict`] when there is nothing to accept; [`Error::Invalid`] when the form names another name than this
/// installation has.
pub async fn accept(engine: &Engine, by: &Granted<Administer>, form: AcceptForm) -> Result<Accepted> {
    let Some(new) = unaccepted(engine).await? else {
        return Err(Error::Conflict(format!(
            "The database was last run under {} already: there is nothing to accept.",
            engine.instance_name()
        )));
    };
    if new.instance_name.is_empty() {
        return Err(Error::Conflict(new.withheld()));
    }
    if form.instance_name.trim() != new.instance_name {
        let text = format!("This installation is {}. Load the page again.", new.instance_name);
        return Err(Error::field("instance_name", Invalid::Refused(text)));
    }
    let accepted = Accepted {
        notices: new.waiting,
        withheld_connections: elsewhere(engine, &new.instance_name).await?,
        instance_name: new.instance_name,
        previous_name: new.last_name,
    };
    let installed = Installed {
        instance_name: accepted.instance_name.clone(),
        previous_name: accepted.previous_name.clone(),
        since: engine.now(),
        accepted_by: by.name().to_owned(),
    };
    let detail = format!(
        "Instance name: {} → {}\n{}",
        accepted.previous_name,
        accepted.instance_name,
        accepted.in_words()
    );
    let name = &accepted.instance_name;
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Changed,
        (RECORD, "1", name),
        detail,
    );
    let replaced = engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                let replaced = store::installation::replace(tx, &installed).await?;
                if replaced {
                    store::audit::insert(tx, &entry).await?;
                }
                Ok(replaced)
            })
        })
        .await?;
    if replaced {
        Ok(accepted)
    } else {
        Err(Error::Conflict(
            "Somebody else has just accepted a name. Load the page again.".into(),
        ))
    }
}

/// How many connections name another installation than `ours`.
async fn elsewhere(engine: &Engine, ours: &str) -> Result<i64> {
    let connections = store::connection::list_all(&engine.db).await?;
    let named = connections
        .iter()
        .filter(|connection| !connection.instance_name.is_empty() && connection.instance_name != ours);
    Ok(i64::try_from(named.count()).unwrap_or(i64::MAX))
}
