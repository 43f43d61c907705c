//! References: secrets that are kept in the environment or in a file, and read at each use (promise S13).
//!
//! What stands encrypted begins with a mark that nobody can type, so that a secret which looks like a reference is none.

use std::path::Path;

use model::secret_text::{Reference, SecretText};
use secrecy::SecretString;

use crate::{
    SecretSources,
    regular_file::{self, Link},
};

/// Begins what is no plain secret: a reference, or a secret that begins with the mark itself.
const MARK: char = '\u{1}';
/// Largest file, in bytes.
const LARGEST: u64 = 64 * 1024;

/// How a secret is written before it is encrypted.
pub(super) fn encoded(literal: &str) -> String {
    if literal.starts_with(MARK) {
        format!("{MARK}{literal}")
    } else {
        literal.to_owned()
    }
}

/// How a reference is written before it is encrypted.
pub(super) fn encoded_reference(reference: &Reference) -> String {
    format!("{MARK}{reference}")
}

/// What was encrypted; `None` when it is neither.
pub(super) fn decoded(text: String) -> Option<SecretText> {
    let Some(marked) = text.strip_prefix(MARK) else {
        return Some(SecretText::Literal(text));
    };
    if marked.starts_with(MARK) {
        return Some(SecretText::Literal(marked.to_owned()));
    }
    Reference::parse(marked)?.ok().map(SecretText::Reference)
}

/// The secret a reference leads to.
///
/// # Errors
/// A sentence that names the variable or file and what to do.
pub(super) async fn resolve(sources: &SecretSources, reference: &Reference) -> Result<SecretString, String> {
    match reference {
        Reference::Environment(name) => sources.environment.get(name).cloned().ok_or_else(|| {
            format!("The environment variable {name} is not set. Set it and start Switchboard again.")
        }),
        Reference::File(path) => from_file(sources, path).await,
    }
}

/// Read anew each time: a file that was replaced counts at once.
async fn from_file(sources: &SecretSources, path: &str) -> Result<SecretString, String> {
    let unread = |error: std::io::Error| format!("The file {path} cannot be read: {error}.");
    let real = tokio::fs::canonicalize(path).await.map_err(unread)?;
    if !below_a_root(sources, &real).await {
        return Err(format!(
            "The file {path} is not below a folder of SWITCHBOARD_SECRET_ROOTS. Move it there, or add its folder."
        ));
    }
    let text = regular_file::read_text_aside(&real, Link::Refuse, LARGEST)
        .await
        .map_err(|error| regular_file::sentence(Path::new(path), &error))?;
    let text = text.trim_end_matches(['\n', '\r']);
    if text.is_empty() {
        return Err(format!("The file {path} is empty."));
    }
    Ok(SecretString::from(text))
}

/// Whether a path, links resolved, lies below a root, links resolved as well.
async fn below_a_root(sources: &SecretSources, real: &Path) -> bool {
    for root in &sources.roots {
        if let Ok(root) = tokio::fs::canonicalize(root).await
            && real.starts_with(&root)
            && real != root
        {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_secret_that_looks_like_a_reference_is_none() {
        for text in [
            "env:SWITCHBOARD_SECRET_A",
            "file:/etc/passwd",
            "\u{1}env:SWITCHBOARD_SECRET_A",
            "\u{1}",
            "",
        ] {
            let read = decoded(encoded(text));
            assert!(read == Some(SecretText::Literal(text.into())), "{text:?}");
        }
        let reference = Reference::Environment("SWITCHBOARD_SECRET_A".into());
        assert!(decoded(encoded_reference(&reference)) == Some(SecretText::Reference(reference)));
        assert!(decoded("\u{1}anything".into()).is_none());
    }

    #[tokio::test]
    async fn a_file_is_read_anew_and_only_below_a_root() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let sources = SecretSources {
            environment: BTreeMap::new(),
            roots: vec![inside.path().into(), "/no/such/folder".into()],
        };
        let read = async |path: &Path| {
            let reference = Reference::File(path.display().to_string());
            resolve(&sources, &reference)
                .await
                .map(|secret| secret.expose_secret().to_owned())
        };
        let (file, stranger) = (inside.path().join("jira"), outside.path().join("passwd"));
        std::fs::write(&file, "one\n").unwrap();
        std::fs::write(&stranger, "root").unwrap();
        assert_eq!(read(&file).await.unwrap(), "one");
        std::fs::write(&file, "two\r\n").unwrap();
        assert_eq!(read(&file).await.unwrap(), "two");
        // Links, `..` and a folder with the root's name in front lead outside.
        let link = inside.path().join("link");
        std::os::unix::fs::symlink(&stranger, &link).unwrap();
        let linked_folder = inside.path().join("folder");
        std::os::unix::fs::symlink(outside.path(), &linked_folder).unwrap();
        let beside = format!("{}-beside", inside.path().display());
        std::fs::create_dir(&beside).unwrap();
        std::fs::write(Path::new(&beside).join("x"), "x").unwrap();
        let dots = inside
            .path()
            .join("..")
            .join(outside.path().file_name().unwrap())
            .join("passwd");
        for path in [
            &stranger,
            &link,
            &linked_folder.join("passwd"),
            &dots,
            &Path::new(&beside).join("x"),
        ] {
            let refused = read(path).await.unwrap_err();
            assert!(
                refused.contains("SWITCHBOARD_SECRET_ROOTS"),
                "{}: {refused}",
                path.display()
            );
        }
        std::fs::remove_dir_all(&beside).unwrap();
        std::fs::write(&file, "").unwrap();
        assert!(read(&file).await.unwrap_err().contains("empty"));
        assert!(read(inside.path()).await.is_err(), "the root itself");
        // Without a writer, opening a FIFO for reading waits; the test would never end.
        let fifo = inside.path().join("fifo");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &fifo,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        let refused = read(&fifo).await.unwrap_err();
        assert!(refused.contains("fifo is not a regular file"), "{refused}");
        assert!(
            read(&inside.path().join("none"))
                .await
                .unwrap_err()
                .contains("cannot be read")
        );
    }
}
