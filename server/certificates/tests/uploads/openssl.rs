//! The openssl program, working in a folder of its own.

use std::{fs, process::Command};

use tempfile::TempDir;

pub struct Openssl {
    folder: TempDir,
}

impl Openssl {
    pub fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join(name), content).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(name)).unwrap()
    }

    /// Runs `openssl` with blank-separated `arguments`; it has to succeed.
    pub fn run(&self, arguments: &str) {
        let ended = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        assert!(
            ended.status.success(),
            "openssl {arguments}: {}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }

    /// `key.pem` and a self-signed `client.pem` with it, fit for a client.
    pub fn self_signed(&self, key: &str) {
        self.run(key);
        self.run(
            "req -new -x509 -key key.pem -subj /O=Example/CN=switchboard -days 90 -out client.pem \
             -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=clientAuth",
        );
    }
}
