//! The vault: the only place that decrypts (architecture.md 2, 4; promises.md S3).
//!
//! Envelope encryption: a data key encrypts the secrets, the master key wraps the data key. Both use
//! XChaCha20-Poly1305. The associated data names table, row, column and key, so that a ciphertext moved to another row
//! does not decrypt. The master key comes from the environment or a file, never from the database.

use std::{collections::HashMap, path::PathBuf};

use base64::Engine as _;
use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use model::{Timestamp, secret_state::SecretState};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use store::{Db, data_key::DataKey};
use uuid::Uuid;

use crate::{Error, Result, Settings, clock::Clock};

/// Format of a ciphertext: this byte, then key id (16 bytes), nonce (24 bytes), ciphertext with tag.
const FORMAT: u8 = 1;
const HEADER: usize = 1 + 16 + 24;

/// Encrypts and decrypts the secrets of records.
pub(crate) struct Vault {
    keys: HashMap<Uuid, XChaCha20Poly1305>,
    active: Uuid,
    clock: Clock,
}

impl Vault {
    /// Loads the keys; makes them on the first start.
    ///
    /// # Errors
    /// When the master key does not unwrap the stored data keys: a wrong key must never lead to half a start.
    pub(crate) async fn open(settings: &Settings, db: &Db, clock: &Clock) -> Result<Self> {
        let stored = store::data_key::list(db).await?;
        let master = cipher(&master_key(settings, clock, stored.is_empty()).await?);
        let mut vault = Self {
            keys: HashMap::new(),
            active: Uuid::nil(),
            clock: clock.clone(),
        };
        for key in &stored {
            vault.keys.insert(key.id, cipher(&unwrap(&master, key)?));
        }
        vault.active = match stored.iter().find(|key| key.active) {
            Some(key) => key.id,
            None => vault.first_key(&master, db).await?,
        };
        Ok(vault)
    }

    async fn first_key(&mut self, master: &XChaCha20Poly1305, db: &Db) -> Result<Uuid> {
        let id: Uuid = self.clock.id();
        let key = SecretBox::new(Box::new(self.clock.random::<32>()));
        let nonce = self.clock.random::<24>();
        let wrapped = seal_with(master, &nonce, key.expose_secret(), &wrap_context(id))?;
        let record = DataKey {
            id,
            wrapped,
            created: self.clock.now(),
            active: true,
        };
        db.write::<_, Error, _>(move |tx| {
            Box::pin(async move { Ok(store::data_key::insert(tx, &record).await?) })
        })
        .await?;
        self.keys.insert(id, cipher(&key));
        Ok(id)
    }

    /// Encrypts `secret` for the row of `owner` under `name`.
    pub(crate) fn seal(&self, owner: Uuid, name: &str, secret: &str) -> Result<Vec<u8>> {
        let key = self
            .keys
            .get(&self.active)
            .ok_or_else(|| Error::Internal("no active data key".into()))?;
        let nonce = self.clock.random::<24>();
        let mut sealed = vec![FORMAT];
        sealed.extend_from_slice(self.active.as_bytes());
        sealed.extend_from_slice(&seal_with(
            key,
            &nonce,
            secret.as_bytes(),
            &context(owner, name, self.active),
        )?);
        Ok(sealed)
    }

    /// Decrypts what [`Vault::seal`] made for the same row and name; any other bytes are an error, never a panic.
    pub(crate) fn open_sealed(&self, owner: Uuid, name: &str, sealed: &[u8]) -> Result<SecretString> {
        let broken = || Error::Internal(format!("the secret {name} of {owner} does not decrypt"));
        if sealed.len() < HEADER || sealed[0] != FORMAT {
            return Err(broken());
        }
        let id = Uuid::from_slice(&sealed[1..17]).map_err(|_| broken())?;
        let key = self.keys.get(&id).ok_or_else(broken)?;
        let clear = open_with(key, &sealed[17..], &context(owner, name, id)).ok_or_else(broken)?;
        String::from_utf8(clear)
            .map(SecretString::from)
            .map_err(|_| broken())
    }

    /// Reads a stored secret, with what it is bound to.
    pub(crate) async fn read(
        &self,
        db: &Db,
        owner: Uuid,
        name: &str,
    ) -> Result<Option<(SecretString, SecretState)>> {
        match store::secret::get(db, owner, name).await? {
            Some((sealed, state)) => Ok(Some((self.open_sealed(owner, name, &sealed)?, state))),
            None => Ok(None),
        }
    }
}

/// What is stored about a new secret beside its ciphertext.
pub(crate) fn state(set_at: Timestamp, set_by: &str, origin: &str) -> SecretState {
    SecretState {
        set_at,
        set_by: set_by.into(),
        origin: origin.into(),
    }
}

fn cipher(key: &SecretBox<[u8; 32]>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(Key::from_slice(key.expose_secret()))
}

fn context(owner: Uuid, name: &str, key: Uuid) -> String {
    format!("switchboard 1|secret|ciphertext|{owner}|{name}|{key}")
}

fn wrap_context(key: Uuid) -> String {
    format!("switchboard 1|data_key|wrapped|{key}")
}

fn seal_with(key: &XChaCha20Poly1305, nonce: &[u8; 24], clear: &[u8], context: &str) -> Result<Vec<u8>> {
    let payload = Payload {
        msg: clear,
        aad: context.as_bytes(),
    };
    let sealed = key
        .encrypt(XNonce::from_slice(nonce), payload)
        .map_err(|_| Error::Internal("encryption failed".into()))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open_with(key: &XChaCha20Poly1305, sealed: &[u8], context: &str) -> Option<Vec<u8>> {
    let (nonce, text) = sealed.split_at_checked(24)?;
    key.decrypt(
        XNonce::from_slice(nonce),
        Payload {
            msg: text,
            aad: context.as_bytes(),
        },
    )
    .ok()
}

fn unwrap(master: &XChaCha20Poly1305, key: &DataKey) -> Result<SecretBox<[u8; 32]>> {
    let clear = open_with(master, &key.wrapped, &wrap_context(key.id)).ok_or_else(|| {
        Error::Conflict("The master key does not fit this database. Give the key it was made with (SWITCHBOARD_MASTER_KEY or data/master.key).".into())
    })?;
    let bytes: [u8; 32] = clear
        .try_into()
        .map_err(|_| Error::Internal("a data key has a wrong length".into()))?;
    Ok(SecretBox::new(Box::new(bytes)))
}

async fn master_key(settings: &Settings, clock: &Clock, fresh: bool) -> Result<SecretBox<[u8; 32]>> {
    if let Some(text) = &settings.master_key {
        return parse_key(text).ok_or_else(|| {
            Error::Conflict("SWITCHBOARD_MASTER_KEY must be 32 bytes in base64 or hexadecimal.".into())
        });
    }
    let path = settings
        .master_key_file
        .clone()
        .unwrap_or_else(|| settings.data_dir.join("master.key"));
    match tokio::fs::read_to_string(&path).await {
        Ok(text) => parse_key(&text).ok_or_else(|| {
            Error::Conflict(format!(
                "{} must hold 32 bytes in base64 or hexadecimal.",
                path.display()
            ))
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && fresh => make_key(&path, clock).await,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::Conflict(format!(
            "{} is missing, and the database holds secrets made with it. Put the file back or give SWITCHBOARD_MASTER_KEY.",
            path.display()
        ))),
        Err(error) => Err(Error::Internal(format!("{}: {error}", path.display()))),
    }
}

async fn make_key(path: &PathBuf, clock: &Clock) -> Result<SecretBox<[u8; 32]>> {
    use tokio::io::AsyncWriteExt;
    let key = clock.random::<32>();
    let failed = |error: std::io::Error| Error::Internal(format!("{}: {error}", path.display()));
    if let Some(parent) = path.parent() {
        tokio::fs::create_dir_all(parent).await.map_err(failed)?;
    }
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(path).await.map_err(failed)?;
    let text = base64::engine::general_purpose::STANDARD.encode(key);
    file.write_all(format!("{text}\n").as_bytes())
        .await
        .map_err(failed)?;
    file.sync_all().await.map_err(failed)?;
    Ok(SecretBox::new(Box::new(key)))
}

fn parse_key(text: &str) -> Option<SecretBox<[u8; 32]>> {
    let text = text.trim();
    let bytes = if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        (0..32)
            .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok())
            .collect::<Option<Vec<_>>>()?
    } else {
        base64::engine::general_purpose::STANDARD.decode(text).ok()?
    };
    Some(SecretBox::new(Box::new(bytes.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        let clock = Clock::default();
        let id: Uuid = clock.id();
        let key = SecretBox::new(Box::new(clock.random::<32>()));
        Vault {
            keys: HashMap::from([(id, cipher(&key))]),
            active: id,
            clock,
        }
    }

    #[test]
    fn a_secret_comes_back_for_its_own_row_only() {
        let vault = vault();
        let (one, two) = (vault.clock.id::<Uuid>(), vault.clock.id::<Uuid>());
        let sealed = vault.seal(one, "password", "hunter2").unwrap();
        assert_eq!(
            vault
                .open_sealed(one, "password", &sealed)
                .unwrap()
                .expose_secret(),
            "hunter2"
        );
        assert!(
            vault.open_sealed(two, "password", &sealed).is_err(),
            "another row"
        );
        assert!(
            vault.open_sealed(one, "token", &sealed).is_err(),
            "another column"
        );
    }

    #[test]
    fn any_flipped_bit_and_any_short_text_is_an_error() {
        let vault = vault();
        let owner = vault.clock.id::<Uuid>();
        let sealed = vault.seal(owner, "token", "x").unwrap();
        for byte in 0..sealed.len() {
            for bit in 0..8 {
                let mut flipped = sealed.clone();
                flipped[byte] ^= 1 << bit;
                assert!(vault.open_sealed(owner, "token", &flipped).is_err());
            }
            assert!(vault.open_sealed(owner, "token", &sealed[..byte]).is_err());
        }
    }

    #[test]
    fn keys_are_read_in_both_spellings() {
        assert!(parse_key(&"ab".repeat(32)).is_some());
        assert!(parse_key("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").is_some());
        assert!(parse_key("short").is_none());
    }
}
