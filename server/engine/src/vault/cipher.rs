//! XChaCha20-Poly1305 with the places a ciphertext is bound to.

use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use secrecy::{ExposeSecret, SecretBox};
use store::data_key::DataKey;
use uuid::Uuid;

use crate::{Error, Result};

pub(super) const NONCE: usize = 24;

/// What is said when the master key is not the one the database was made with.
const WRONG_MASTER_KEY: &str = "The master key does not fit this database. Give the key it was made with \
                                (SWITCHBOARD_MASTER_KEY or data/master.key).";

/// The refusal of a wrong master key.
pub(super) fn wrong_master_key() -> Error {
    Error::Conflict(WRONG_MASTER_KEY.into())
}

pub(super) fn cipher(key: &SecretBox<[u8; 32]>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(Key::from_slice(key.expose_secret()))
}

/// Where a secret's ciphertext belongs: table, column, row, name and key.
pub(super) fn context(owner: Uuid, name: &str, key: Uuid) -> String {
    format!("switchboard 1|secret|ciphertext|{owner}|{name}|{key}")
}

fn wrap_context(key: Uuid) -> String {
    format!("switchboard 1|data_key|wrapped|{key}")
}

/// Nonce and ciphertext.
pub(super) fn seal(
    key: &XChaCha20Poly1305,
    nonce: &[u8; NONCE],
    clear: &[u8],
    context: &str,
) -> Result<Vec<u8>> {
    let payload = Payload {
        msg: clear,
        aad: context.as_bytes(),
    };
    let sealed = key
        .encrypt(XNonce::from_slice(nonce), payload)
        .map_err(|_| Error::Internal("encryption failed".into()))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

pub(super) fn open(key: &XChaCha20Poly1305, sealed: &[u8], context: &str) -> Option<Vec<u8>> {
    let (nonce, text) = sealed.split_at_checked(NONCE)?;
    key.decrypt(
        XNonce::from_slice(nonce),
        Payload {
            msg: text,
            aad: context.as_bytes(),
        },
    )
    .ok()
}

/// A data key as stored.
pub(super) fn wrap(
    master: &XChaCha20Poly1305,
    nonce: &[u8; NONCE],
    id: Uuid,
    key: &SecretBox<[u8; 32]>,
) -> Result<Vec<u8>> {
    seal(master, nonce, key.expose_secret(), &wrap_context(id))
}

/// The reverse of [`wrap`].
///
/// # Errors
/// [`Error::Conflict`] with a sentence for people when the master key is another one.
pub(super) fn unwrap(master: &XChaCha20Poly1305, key: &DataKey) -> Result<SecretBox<[u8; 32]>> {
    let clear = open(master, &key.wrapped, &wrap_context(key.id)).ok_or_else(wrong_master_key)?;
    let bytes: [u8; 32] = clear
        .try_into()
        .map_err(|_| Error::Internal("a data key has a wrong length".into()))?;
    Ok(SecretBox::new(Box::new(bytes)))
}
