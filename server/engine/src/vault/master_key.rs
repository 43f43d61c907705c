//! Where the master key comes from: the environment or a file, never the database. It is read when data keys are
//! loaded and not kept, so that a file that was replaced counts without a restart.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::SecretBox;

use crate::{
    Error, Result, Settings,
    clock::Clock,
    regular_file::{self, Link},
};

/// Largest key file, in bytes; a key takes 45 or 65.
const LARGEST: u64 = 4096;

/// Where the master key is.
pub(super) struct MasterKeySource {
    text: Option<String>,
    path: PathBuf,
}

impl MasterKeySource {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            text: settings.master_key.clone(),
            path: settings
                .master_key_file
                .clone()
                .unwrap_or_else(|| settings.data_dir.join("master.key")),
        }
    }

    /// Reads the key. `fresh`: the database has no data key yet, so a missing file is made.
    pub(super) async fn read(&self, clock: &Clock, fresh: bool) -> Result<SecretBox<[u8; 32]>> {
        if let Some(text) = &self.text {
            return parse(text).ok_or_else(|| {
                Error::Conflict("SWITCHBOARD_MASTER_KEY must be 32 bytes in base64 or hexadecimal.".into())
            });
        }
        let path = &self.path;
        match regular_file::read_text_aside(path, Link::Follow, LARGEST).await {
            Ok(text) => parse(&text).ok_or_else(|| {
                Error::Conflict(format!(
                    "{} must hold 32 bytes in base64 or hexadecimal.",
                    path.display()
                ))
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && fresh => make(path, clock).await,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::Conflict(format!(
                "{} is missing, and the database holds secrets made with it. Put the file back or give SWITCHBOARD_MASTER_KEY.",
                path.display()
            ))),
            Err(error) => Err(Error::Conflict(regular_file::sentence(path, &error))),
        }
    }
}

async fn make(path: &Path, clock: &Clock) -> Result<SecretBox<[u8; 32]>> {
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
    let text = STANDARD.encode(key);
    file.write_all(format!("{text}\n").as_bytes())
        .await
        .map_err(failed)?;
    file.sync_all().await.map_err(failed)?;
    Ok(SecretBox::new(Box::new(key)))
}

/// 32 bytes in base64 or hexadecimal.
pub(super) fn parse(text: &str) -> Option<SecretBox<[u8; 32]>> {
    let text = text.trim();
    let bytes = if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        (0..32)
            .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok())
            .collect::<Option<Vec<_>>>()?
    } else {
        STANDARD.decode(text).ok()?
    };
    Some(SecretBox::new(Box::new(bytes.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn keys_are_read_in_both_spellings() {
        assert!(parse(&"ab".repeat(32)).is_some());
        assert!(parse("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").is_some());
        assert!(parse("short").is_none());
    }
}
