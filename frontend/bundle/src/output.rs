//! The folder the server's build script reads.

use crate::compress::{brotli, gzip};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Lines `key=file name`; the compressed forms stand beside each file as `.br` and `.gz`.
pub const MANIFEST: &str = "manifest.txt";

/// One file of the bundle.
pub struct Part {
    /// Its key in the manifest: `js`, `wasm`, `css`, `favicon`.
    pub key: &'static str,
    pub name: String,
    pub content: Vec<u8>,
}

/// The folder being written.
pub struct Output {
    folder: PathBuf,
}

impl Output {
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self {
            folder: folder.to_path_buf(),
        })
    }

    /// Writes the parts and then the manifest, which the server's build watches: it must change last.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, parts: &[Part]) -> Result<()> {
        self.remove_last_build()?;
        let mut manifest = String::new();
        for part in parts {
            let compressed = brotli(&part.content)?;
            println!(
                "{}: {} kB, Brotli {} kB",
                part.name,
                kilobytes(&part.content),
                kilobytes(&compressed)
            );
            self.write_file(&part.name, &part.content)?;
            self.write_file(&format!("{}.br", part.name), &compressed)?;
            self.write_file(&format!("{}.gz", part.name), &gzip(&part.content)?)?;
            manifest.push_str(part.key);
            manifest.push('=');
            manifest.push_str(&part.name);
            manifest.push('\n');
        }
        self.write_file(MANIFEST, manifest.as_bytes())
    }

    /// Only files with our names: a mistyped folder must not lose anything else.
    fn remove_last_build(&self) -> Result<()> {
        for entry in std::fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with("switchboard.") || name.starts_with("favicon.") {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn write_file(&self, name: &str, content: &[u8]) -> Result<()> {
        let path = self.folder.join(name);
        std::fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))
    }
}

fn kilobytes(content: &[u8]) -> usize {
    content.len().div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use super::{MANIFEST, Output, Part};

    #[test]
    fn a_new_build_replaces_the_last_one_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("switchboard-bundle-{}", std::process::id()));
        let output = Output::new(&folder).expect("makes the folder");
        std::fs::write(folder.join("favicon.old.svg"), "old").expect("writes");
        std::fs::write(folder.join("notes.txt"), "mine").expect("writes");
        let part = Part {
            key: "css",
            name: "switchboard.1.css".into(),
            content: b"a{}".to_vec(),
        };
        output.write(&[part]).expect("writes the bundle");
        let mut names: Vec<String> = std::fs::read_dir(&folder)
            .expect("lists")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        let manifest = std::fs::read_to_string(folder.join(MANIFEST)).expect("reads");
        std::fs::remove_dir_all(&folder).expect("removes");
        assert_eq!(manifest, "css=switchboard.1.css\n");
        assert_eq!(
            names,
            [
                "manifest.txt",
                "notes.txt",
                "switchboard.1.css",
                "switchboard.1.css.br",
                "switchboard.1.css.gz"
            ]
        );
    }
}
