//! The vault: the only place that decrypts (promise S3).
//!
//! Envelope encryption: a data key encrypts the secrets, the master key wraps the data key. Both use
//! XChaCha20-Poly1305. The associated data names table, row, column and key, so that a ciphertext moved to another row
//! does not decrypt. The master key comes from the environment or a file, never from the database.
//!
//! Data keys are rotated while everything runs: an instance that meets a key it does not know loads it.

mod cipher;
mod master_key;
mod owner;
mod reference;
mod rotation;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
};

use chacha20poly1305::XChaCha20Poly1305;
use model::{Invalid, Timestamp, secret_state::SecretState, secret_text::SecretText};
use secrecy::{ExposeSecret, SecretString};
use store::{Db, data_key::DataKey, secret::StoredSecret};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{Actor, Error, Result, SecretSources, Settings, clock::Clock};
use cipher::{NONCE, cipher, context, unwrap, wrong_master_key};
use master_key::MasterKeySource;
use model::permission::Permission;
pub(crate) use owner::unreadable;

/// Format of a ciphertext: this byte, then key id (16 bytes), nonce (24 bytes), ciphertext with tag.
const FORMAT: u8 = 1;
const HEADER: usize = 1 + 16 + NONCE;

/// How often a secret is read again when its key was replaced between two looks.
const LOOKS: usize = 4;

/// The canary: a secret of nobody's, encrypted like every other. What does not decrypt it is not our key.
pub(crate) const CANARY_OWNER: Uuid = Uuid::nil();
const CANARY_NAME: &str = "proof";
const CANARY: &str = "The canary sings: this key opens this database.";

/// Encrypts and decrypts the secrets of records.
pub(crate) struct Vault {
    keyring: RwLock<Arc<Keyring>>,
    source: MasterKeySource,
    references: SecretSources,
    clock: Clock,
}

/// What was typed into a secret field, encrypted.
pub(crate) struct Sealed {
    pub ciphertext: Vec<u8>,
    /// `env:NAME` or `file:/path`, for people to see; empty for a secret that is stored.
    pub reference: String,
}

impl Sealed {
    /// What is stored beside it.
    pub(crate) fn state(&self, state: &SecretState) -> SecretState {
        SecretState {
            reference: self.reference.clone(),
            ..state.clone()
        }
    }
}

/// The data keys, unwrapped.
struct Keyring {
    keys: HashMap<Uuid, XChaCha20Poly1305>,
    active: Uuid,
}

/// Why a ciphertext did not open.
enum Unopened {
    /// Its key was made after the keys were loaded.
    UnknownKey,
    Broken,
}

impl Vault {
    /// Loads the keys; makes them on the first start. Then the canary must decrypt.
    ///
    /// # Errors
    /// When the master key does not unwrap the stored data keys: a wrong key must never lead to half a start.
    pub(crate) async fn open(settings: &Settings, db: &Db, clock: &Clock) -> Result<Self> {
        let vault = Self {
            keyring: RwLock::new(Arc::new(Keyring {
                keys: HashMap::new(),
                active: Uuid::nil(),
            })),
            source: MasterKeySource::of(settings),
            references: settings.secret_sources.clone(),
            clock: clock.clone(),
        };
        if store::data_key::list(db).await?.is_empty() {
            vault.first_key(db).await?;
        }
        vault.refresh(db).await?;
        vault.check_canary(db).await?;
        Ok(vault)
    }

    /// Makes the first data key. Another instance that starts at the same moment may be first: then its key counts.
    async fn first_key(&self, db: &Db) -> Result<()> {
        self.source.read(&self.clock, true).await?;
        let mut key = self.new_key().await?;
        key.active = true;
        let stored: store::Result<()> = db
            .write(move |tx| Box::pin(async move { store::data_key::insert(tx, &key).await }))
            .await;
        match stored {
            Err(error) if error.constraint() == Some("data_key_one_active") => Ok(()),
            result => Ok(result?),
        }
    }

    async fn check_canary(&self, db: &Db) -> Result<()> {
        match self.read(db, CANARY_OWNER, CANARY_NAME).await {
            Ok(Some((text, _))) if text.expose_secret() == CANARY => Ok(()),
            Ok(Some(_)) => Err(wrong_master_key()),
            Err(error) => {
                tracing::error!(%error, "the canary does not decrypt");
                Err(wrong_master_key())
            }
            Ok(None) => {
                let sealed = self.seal(CANARY_OWNER, CANARY_NAME, CANARY)?;
                let state = state(self.clock.now(), "switchboard", "");
                db.write(move |tx| {
                    Box::pin(async move {
                        Ok(store::secret::put(tx, CANARY_OWNER, CANARY_NAME, &sealed, &state).await?)
                    })
                })
                .await
            }
        }
    }

    fn keyring(&self) -> Arc<Keyring> {
        self.keyring
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Loads keys made since they were last loaded, and learns which one encrypts now.
    pub(crate) async fn refresh(&self, db: &Db) -> Result<()> {
        let stored = store::data_key::list(db).await?;
        let known = self.keyring();
        let active = stored.iter().find(|key| key.active);
        let active = active
            .ok_or_else(|| Error::Internal("no active data key".into()))?
            .id;
        let new: Vec<&DataKey> = stored
            .iter()
            .filter(|key| !known.keys.contains_key(&key.id))
            .collect();
        if new.is_empty() && active == known.active {
            return Ok(());
        }
        let mut keys = known.keys.clone();
        if !new.is_empty() {
            let master = cipher(&self.source.read(&self.clock, false).await?);
            for key in new {
                keys.insert(key.id, cipher(&unwrap(&master, key)?));
            }
        }
        let keyring = Arc::new(Keyring { keys, active });
        *self.keyring.write().unwrap_or_else(PoisonError::into_inner) = keyring;
        Ok(())
    }

    /// Encrypts `secret` for the row of `owner` under `name`, whatever it looks like.
    pub(crate) fn seal(&self, owner: Uuid, name: &str, secret: &str) -> Result<Vec<u8>> {
        self.sealed_bytes(owner, name, reference::encoded(secret).as_bytes())
    }

    /// Encrypts what a person typed into `field`: a secret, or a reference to one, which only administrators may set and
    /// which must lead somewhere now.
    ///
    /// # Errors
    /// [`Error::Invalid`] on `field`, when it is a reference that may not be.
    pub(crate) async fn seal_typed(
        &self,
        by: &Actor,
        (owner, name): (Uuid, &str),
        field: &str,
        text: &str,
    ) -> Result<Sealed> {
        let refused = |text: String| Error::field(field, Invalid::Refused(text));
        match SecretText::parse(text).map_err(|invalid| Error::field(field, invalid))? {
            SecretText::Literal(secret) => Ok(Sealed {
                ciphertext: self.seal(owner, name, &secret)?,
                reference: String::new(),
            }),
            SecretText::Reference(_) if !by.role.may(Permission::Administer) => Err(refused(
                "Only administrators may refer to the environment or to files. Write literal: in front if the secret itself begins so.".into(),
            )),
            SecretText::Reference(to) => {
                reference::resolve(&self.references, &to).await.map_err(refused)?;
                Ok(Sealed {
                    ciphertext: self.sealed_bytes(owner, name, reference::encoded_reference(&to).as_bytes())?,
                    reference: to.to_string(),
                })
            }
        }
    }

    /// Whether `text`, as typed, is what is stored already. Told by decrypting, in constant time: no fingerprint is kept.
    pub(crate) async fn holds(&self, db: &Db, owner: Uuid, name: &str, text: &str) -> Result<bool> {
        let typed = match SecretText::parse(text) {
            Ok(SecretText::Literal(secret)) => reference::encoded(&secret),
            Ok(SecretText::Reference(to)) => reference::encoded_reference(&to),
            Err(_) => return Ok(false),
        };
        let stored = match self.read_text(db, owner, name).await {
            // Entering it again is how it is mended.
            Err(Error::SecretUnreadable(_)) => None,
            read => read?,
        };
        Ok(stored.is_some_and(|(stored, _)| stored.as_bytes().ct_eq(typed.as_bytes()).into()))
    }

    fn sealed_bytes(&self, owner: Uuid, name: &str, clear: &[u8]) -> Result<Vec<u8>> {
        let keyring = self.keyring();
        let key = keyring
            .keys
            .get(&keyring.active)
            .ok_or_else(|| Error::Internal("no active data key".into()))?;
        let place = context(owner, name, keyring.active);
        let mut sealed = vec![FORMAT];
        sealed.extend_from_slice(keyring.active.as_bytes());
        sealed.extend_from_slice(&cipher::seal(key, &self.clock.random(), clear, &place)?);
        Ok(sealed)
    }

    /// Decrypts what [`Vault::seal`] made for the same row and name; any other bytes are an error, never a panic.
    fn opened_bytes(&self, owner: Uuid, name: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.try_open(owner, name, sealed)
            .map_err(|_| broken(owner, name))
    }

    /// Decrypts a ciphertext that was taken out of the database.
    pub(crate) async fn open_sealed(
        &self,
        db: &Db,
        owner: Uuid,
        name: &str,
        sealed: &[u8],
    ) -> Result<SecretString> {
        if matches!(self.try_open(owner, name, sealed), Err(Unopened::UnknownKey)) {
            self.refresh(db).await?;
        }
        let text = self.try_open(owner, name, sealed).ok();
        let text = text.and_then(|clear| String::from_utf8(clear).ok());
        match text.and_then(reference::decoded) {
            Some(SecretText::Literal(secret)) => Ok(SecretString::from(secret)),
            _ => Err(owner::unreadable(db, owner, name).await),
        }
    }

    fn try_open(&self, owner: Uuid, name: &str, sealed: &[u8]) -> Result<Vec<u8>, Unopened> {
        if sealed.len() < HEADER || sealed[0] != FORMAT {
            return Err(Unopened::Broken);
        }
        let id = Uuid::from_slice(&sealed[1..17]).map_err(|_| Unopened::Broken)?;
        let keyring = self.keyring();
        let key = keyring.keys.get(&id).ok_or(Unopened::UnknownKey)?;
        cipher::open(key, &sealed[17..], &context(owner, name, id)).ok_or(Unopened::Broken)
    }

    /// Reads a stored secret, with what it is bound to. Keys may be rotated meanwhile, by this instance or another.
    ///
    /// # Errors
    /// [`Error::SecretNotFound`] when it is kept elsewhere and not to be found there; [`Error::SecretUnreadable`] when its
    /// ciphertext does not decrypt.
    pub(crate) async fn read(
        &self,
        db: &Db,
        owner: Uuid,
        name: &str,
    ) -> Result<Option<(SecretString, SecretState)>> {
        let Some((text, state)) = self.read_text(db, owner, name).await? else {
            return Ok(None);
        };
        let secret = match reference::decoded(text) {
            None => return Err(owner::unreadable(db, owner, name).await),
            Some(SecretText::Literal(secret)) => SecretString::from(secret),
            Some(SecretText::Reference(to)) => reference::resolve(&self.references, &to)
                .await
                .map_err(Error::SecretNotFound)?,
        };
        Ok(Some((secret, state)))
    }

    /// What was encrypted, references not followed.
    async fn read_text(&self, db: &Db, owner: Uuid, name: &str) -> Result<Option<(String, SecretState)>> {
        for _ in 0..LOOKS {
            let Some((sealed, state)) = store::secret::get(db, owner, name).await? else {
                return Ok(None);
            };
            match self.try_open(owner, name, &sealed) {
                Ok(clear) => match String::from_utf8(clear) {
                    Ok(text) => return Ok(Some((text, state))),
                    Err(_) => break,
                },
                Err(Unopened::UnknownKey) => self.refresh(db).await?,
                Err(Unopened::Broken) => break,
            }
        }
        Err(owner::unreadable(db, owner, name).await)
    }

    /// The secrets among `stored` that do not decrypt: for what is shown about records, without reading one by one.
    pub(crate) async fn unreadable(
        &self,
        db: &Db,
        stored: &[StoredSecret],
    ) -> Result<HashSet<(Uuid, String)>> {
        let opens = |secret: &StoredSecret| self.try_open(secret.owner, &secret.name, &secret.ciphertext);
        if stored
            .iter()
            .any(|secret| matches!(opens(secret), Err(Unopened::UnknownKey)))
        {
            self.refresh(db).await?;
        }
        let broken = stored.iter().filter(|secret| opens(secret).is_err());
        Ok(broken.map(|secret| (secret.owner, secret.name.clone())).collect())
    }
}

fn broken(owner: Uuid, name: &str) -> Error {
    Error::Internal(format!("the secret {name} of {owner} does not decrypt"))
}

/// What is stored about a new secret beside its ciphertext.
pub(crate) fn state(set_at: Timestamp, set_by: &str, origin: &str) -> SecretState {
    SecretState {
        set_at,
        set_by: set_by.into(),
        origin: origin.into(),
        reference: String::new(),
    }
}

#[cfg(test)]
mod swap_tests;
#[cfg(test)]
mod tests;
