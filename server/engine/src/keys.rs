//! Key rotation, while everything runs (promise S3).
//!
//! A new data key takes over at once; then every secret is encrypted again, in batches. Each is exchanged only if it
//! is still the one that was read, so that a secret replaced meanwhile stays. Whatever ends a rotation, the next one
//! (or a running server, within a minute) goes on where it stopped: what is left to do stands in the database.

use model::{audit::AuditAction, data_key::DataKeyRow};
use uuid::Uuid;

use crate::{Engine, Error, Granted, Result, audit, permission::Administer, vault, vault::CANARY_OWNER};

const RECORD: &str = "data key";
/// Secrets encrypted again in one transaction.
const BATCH: i64 = 200;
/// A retired key stays this long although nothing needs it: an instance that has not heard of its successor yet may
/// be storing a secret.
const KEPT_MS: i64 = 10 * 60 * 1000;

/// What a rotation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rotated {
    /// Whether it went on with a rotation that had not ended.
    pub resumed: bool,
    /// Secrets encrypted again.
    pub moved: u64,
    /// Secrets that do not decrypt and stay as they are; the log names them.
    pub unreadable: u64,
}

/// The data keys, newest first.
pub async fn list(engine: &Engine, _: &Granted<Administer>) -> Result<Vec<DataKeyRow>> {
    // The canary is nobody's secret.
    let counts = store::secret::count_by_key(&engine.db, Some(CANARY_OWNER)).await?;
    let count = |id: Uuid| {
        counts
            .iter()
            .find(|(key, _)| *key == Some(id))
            .map_or(0, |(_, n)| *n)
    };
    let keys = store::data_key::list(&engine.db).await?.into_iter().rev();
    Ok(keys
        .map(|key| DataKeyRow {
            id: key.id,
            created: key.created,
            active: key.active,
            retired: key.retired,
            secrets: count(key.id),
        })
        .collect())
}

/// Encrypts every secret with a new data key, or goes on with a rotation that has not ended. `progress` is told how
/// many are done and how many there are.
///
/// # Errors
/// [`Error::Conflict`] when another rotation began at the same moment.
pub async fn rotate(
    engine: &Engine,
    by: &Granted<Administer>,
    mut progress: impl FnMut(u64, u64) + Send,
) -> Result<Rotated> {
    engine.vault.refresh(&engine.db).await?;
    let resumed = left(engine).await? > 0;
    if !resumed {
        new_key(engine, by).await?;
    }
    let mut moved = encrypt_again(engine, &mut progress).await?;
    if resumed && moved.moved == 0 {
        // What was left cannot be read and never will move: a new key is what was asked for.
        new_key(engine, by).await?;
        moved = encrypt_again(engine, &mut progress).await?;
    }
    tidy(engine).await?;
    Ok(Rotated { resumed, ..moved })
}

/// What a running server does about keys now and then: learns of new ones, ends a rotation that was cut off, and
/// removes retired keys that nothing needs.
pub(crate) async fn upkeep(engine: &Engine) -> Result<()> {
    engine.vault.refresh(&engine.db).await?;
    if left(engine).await? > 0 {
        encrypt_again(engine, |_, _| ()).await?;
    }
    tidy(engine).await
}

/// Wraps every data key with a new master key; answers how many there are. Instances that run go on with the keys they
/// have loaded, and need the new master key for those made later.
///
/// # Errors
/// [`Error::Conflict`] when `new` is no key or the one in use, or the data keys changed meanwhile.
pub async fn rotate_master(engine: &Engine, by: &Granted<Administer>, new: &str) -> Result<usize> {
    let rewrapped = engine.vault.rewrapped(&engine.db, new).await?;
    let count = rewrapped.len();
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Rotated,
        ("master key", "", "master key"),
        format!("{count} data keys are wrapped with it"),
    );
    engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                for (key, wrapped) in &rewrapped {
                    store::data_key::set_wrapped(tx, key, wrapped).await?;
                }
                // A key made since would be lost: it is wrapped with the old master key.
                if store::data_key::list(&mut *tx).await?.len() != rewrapped.len() {
                    return Err(Error::Conflict(
                        "A data key was made meanwhile. Try again.".into(),
                    ));
                }
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(count)
}

/// Makes a data key and lets it take over.
async fn new_key(engine: &Engine, by: &Granted<Administer>) -> Result<()> {
    let key = engine.vault.new_key().await?;
    let old = store::data_key::active(&engine.db)
        .await?
        .ok_or_else(|| Error::Internal("no active data key".into()))?;
    let at = engine.now();
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Rotated,
        (RECORD, key.id, &key.id.to_string()),
        format!("takes the place of {}", old.id),
    );
    engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                store::data_key::insert(tx, &key).await?;
                store::data_key::succeed(tx, key.id, &old, at).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    engine.vault.refresh(&engine.db).await
}

/// Secrets that another key than the active one encrypts.
async fn left(engine: &Engine) -> Result<u64> {
    let active = Some(engine.vault.active_key());
    let counts = store::secret::count_by_key(&engine.db, None).await?;
    let left = counts.iter().filter(|(key, _)| *key != active).map(|(_, n)| *n);
    Ok(u64::try_from(left.sum::<i64>()).unwrap_or_default())
}

/// Goes over the secrets until nothing is left that can be moved: some may be stored under the old key while it runs.
async fn encrypt_again(engine: &Engine, mut progress: impl FnMut(u64, u64) + Send) -> Result<Rotated> {
    let total = left(engine).await?;
    let mut done = Rotated::default();
    loop {
        let pass = pass(engine, &mut |moved| {
            progress(done.moved + moved, total.max(done.moved + moved));
        })
        .await?;
        done.moved += pass.moved;
        done.unreadable = pass.unreadable;
        if pass.moved == 0 {
            return Ok(done);
        }
    }
}

async fn pass(engine: &Engine, progress: &mut (impl FnMut(u64) + Send)) -> Result<Rotated> {
    let active = engine.vault.active_key();
    let mut done = Rotated::default();
    let mut after = (CANARY_OWNER, String::new());
    loop {
        let batch = store::secret::beside_key(&engine.db, active, (after.0, &after.1), BATCH).await?;
        let Some(last) = batch.last() else { return Ok(done) };
        after = (last.owner, last.name.clone());
        let mut exchanges = Vec::with_capacity(batch.len());
        for secret in batch {
            let vault = &engine.vault;
            if let Ok(new) = vault.sealed_again(secret.owner, &secret.name, &secret.ciphertext) {
                exchanges.push((secret, new));
            } else {
                let error = vault::unreadable(&engine.db, secret.owner, &secret.name).await;
                tracing::error!(%error, "a secret cannot be encrypted again and stays as it is");
                done.unreadable += 1;
            }
        }
        done.moved += engine
            .db
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    let mut moved = 0;
                    for (old, new) in &exchanges {
                        let stored =
                            store::secret::exchange(tx, old.owner, &old.name, &old.ciphertext, new).await?;
                        moved += u64::from(stored);
                    }
                    Ok(moved)
                })
            })
            .await?;
        progress(done.moved);
    }
}

/// Removes the keys that were retired long enough ago and encrypt nothing.
async fn tidy(engine: &Engine) -> Result<()> {
    let before = engine.now().plus(-KEPT_MS);
    let removed: store::Result<u64> = engine
        .db
        .write(move |tx| Box::pin(async move { store::data_key::delete_unused(tx, before).await }))
        .await;
    match removed {
        // Somebody stored a secret under it at the same moment: the next round encrypts it again.
        Err(error) if error.constraint() == Some("secret_data_key") => Ok(()),
        result => Ok(result.map(drop)?),
    }
}

#[cfg(test)]
mod tests;
