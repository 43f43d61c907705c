//! New keys in place of old ones: data keys one by one, the wrapping of all of them when the master key changes.

use secrecy::SecretBox;
use store::{Db, data_key::DataKey};
use uuid::Uuid;

use super::{
    Vault,
    cipher::{cipher, unwrap, wrap},
    master_key,
};
use crate::{Error, Result};

impl Vault {
    /// The key that encrypts, as this instance knows it.
    pub(crate) fn active_key(&self) -> Uuid {
        self.keyring().active
    }

    /// A new data key, not stored yet and not active.
    pub(crate) async fn new_key(&self) -> Result<DataKey> {
        let master = cipher(&self.source.read(&self.clock, false).await?);
        let id: Uuid = self.clock.id();
        let key = SecretBox::new(Box::new(self.clock.random::<32>()));
        Ok(DataKey {
            id,
            wrapped: wrap(&master, &self.clock.random(), id, &key)?,
            created: self.clock.now(),
            active: false,
            retired: None,
        })
    }

    /// The same secret under the active key.
    pub(crate) fn sealed_again(&self, owner: Uuid, name: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.sealed_bytes(owner, name, &self.opened_bytes(owner, name, sealed)?)
    }

    /// Every data key with its wrapping by the master key `new`.
    ///
    /// # Errors
    /// [`Error::Conflict`] when `new` is no key, or the one in use.
    pub(crate) async fn rewrapped(&self, db: &Db, new: &str) -> Result<Vec<(DataKey, Vec<u8>)>> {
        use secrecy::ExposeSecret;
        let new = master_key::parse(new).ok_or_else(|| {
            Error::Conflict("The new master key must be 32 bytes in base64 or hexadecimal.".into())
        })?;
        let old = self.source.read(&self.clock, false).await?;
        if old.expose_secret() == new.expose_secret() {
            return Err(Error::Conflict("The new master key is the one in use.".into()));
        }
        let (old, new) = (cipher(&old), cipher(&new));
        store::data_key::list(db)
            .await?
            .into_iter()
            .map(|key| {
                let wrapped = wrap(&new, &self.clock.random(), key.id, &unwrap(&old, &key)?)?;
                Ok((key, wrapped))
            })
            .collect()
    }
}
