//! Whether the files of a SQLite database are still those that were opened.
//!
//! A file that was removed or replaced while it is open goes on taking writes, and all of them are gone with the last
//! connection. The same holds for its WAL, which has every commit since the last checkpoint.

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use crate::error::{Error, Result};

/// Device and inode: the same for as long as the file is.
type Identity = (u64, u64);

/// The database file and its WAL, as they were when they were opened.
pub(crate) struct DatabaseFiles {
    database: Opened,
    wal: Opened,
}

struct Opened {
    path: PathBuf,
    /// `None` until the file is there: SQLite makes the WAL with the first write.
    identity: Option<Identity>,
}

impl DatabaseFiles {
    /// Notes which file is behind `path` now.
    ///
    /// # Errors
    /// [`Error::Io`] when the file cannot be looked at.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        let mut wal = path.as_os_str().to_owned();
        wal.push("-wal");
        Ok(Self {
            database: Opened {
                path: path.to_owned(),
                identity: identity(path)?,
            },
            wal: Opened {
                path: wal.into(),
                identity: None,
            },
        })
    }

    /// # Errors
    /// [`Error::FileReplaced`] when a file was removed or is another one than was opened.
    pub(crate) fn check(&mut self) -> Result<()> {
        self.database.check()?;
        self.wal.check()
    }

    /// Allows a new WAL, which SQLite makes when every connection was closed in between.
    ///
    /// # Errors
    /// [`Error::FileReplaced`] when the database file is another one.
    pub(crate) fn reopened(&mut self) -> Result<()> {
        self.wal.identity = None;
        self.database.check()
    }
}

impl Opened {
    fn check(&mut self) -> Result<()> {
        let now = identity(&self.path)?;
        match self.identity {
            Some(_) if self.identity == now => Ok(()),
            Some(_) => Err(Error::FileReplaced(self.path.display().to_string())),
            None => {
                self.identity = now;
                Ok(())
            }
        }
    }
}

/// `None` when there is no such file.
fn identity(path: &Path) -> Result<Option<Identity>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some((metadata.dev(), metadata.ino()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
