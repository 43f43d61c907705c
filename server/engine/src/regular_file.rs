//! Reads small files that the configuration or a reference names. Only regular files are read: opening a FIFO waits for a
//! writer, and a device may never end.

use std::{fs::File, io::Read, path::Path};

use rustix::fs::{Mode, OFlags};

/// What is done with a symbolic link at the end of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    Follow,
    /// The path was resolved before: a link that has taken its place since is refused.
    Refuse,
}

/// Reads a UTF-8 text of at most `limit` bytes. It blocks as long as the disk does, never on the other end of a pipe.
///
/// # Errors
/// Of kind `NotFound` when there is no such file; otherwise a text that completes “The file … ”, such as “is not a
/// regular file”, or the system's.
pub fn read_text(path: &Path, link: Link, limit: u64) -> std::io::Result<String> {
    let mut flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    if link == Link::Refuse {
        flags |= OFlags::NOFOLLOW;
    }
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    // Asked of the open file: what is at the path may be something else by now.
    if !file.metadata()?.is_file() {
        return Err(refused("is not a regular file"));
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(refused(&format!("is larger than {} KiB", limit / 1024)));
    }
    String::from_utf8(bytes).map_err(|_| refused("is not UTF-8 text"))
}

/// As [`read_text`], on a thread that may block.
///
/// # Errors
/// As [`read_text`].
pub async fn read_text_aside(path: &Path, link: Link, limit: u64) -> std::io::Result<String> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || read_text(&path, link, limit))
        .await
        .map_err(|_| std::io::Error::other("could not be read: the read was interrupted"))?
}

fn refused(text: &str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, text.to_owned())
}

/// What is wrong with a file that could not be read, as a sentence that names it.
pub fn sentence(path: &Path, error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::InvalidData {
        format!("The file {} {error}.", path.display())
    } else {
        format!("The file {} cannot be read: {error}.", path.display())
    }
}

#[cfg(test)]
mod tests {
    use rustix::fs::{FileType, mknodat};

    use super::*;

    #[test]
    fn only_regular_files_are_read_and_nothing_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        mknodat(rustix::fs::CWD, &fifo, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for path in [
            fifo.as_path(),
            Path::new("/dev/zero"),
            Path::new("/dev/tty"),
            folder.path(),
            &socket,
        ] {
            let error = read_text(path, Link::Follow, 1024).unwrap_err();
            let sentence = sentence(path, &error);
            assert!(sentence.contains(&path.display().to_string()), "{sentence}");
        }
        let error = read_text(&fifo, Link::Follow, 1024).unwrap_err();
        assert_eq!(error.to_string(), "is not a regular file");
    }

    #[test]
    fn a_file_is_text_of_limited_size() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, "x".repeat(1024)).unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert_eq!(read_text(&link, Link::Follow, 1024).unwrap().len(), 1024);
        assert!(read_text(&link, Link::Refuse, 1024).is_err());
        assert!(
            read_text(&file, Link::Refuse, 1023)
                .unwrap_err()
                .to_string()
                .contains("larger")
        );
        std::fs::write(&file, b"\xff").unwrap();
        assert!(
            read_text(&file, Link::Refuse, 1024)
                .unwrap_err()
                .to_string()
                .contains("UTF-8")
        );
        let missing = read_text(&folder.path().join("none"), Link::Follow, 1024).unwrap_err();
        assert_eq!(missing.kind(), std::io::ErrorKind::NotFound);
    }
}
