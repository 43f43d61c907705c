//! Other people's servers, run on a free port of this machine with files in a temporary folder.

use std::{
    fs,
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use egress::{CaBundle, Request, Roots};
use rcgen::KeyPair;
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Instant, sleep},
};

use crate::{
    servers::get,
    tls_servers::{Authority, Identity, issued},
};

/// A program that listens; ended when dropped.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    trusted: String,
    /// Removed with the program.
    folder: Option<TempDir>,
}

impl Program {
    /// Starts what `command` makes of a folder and a port. The folder holds `server.pem` and `server.key` for
    /// localhost, issued by `trusted`, and `clients.pem`: the authority whose client certificates are accepted.
    pub async fn start(
        trusted: &Authority,
        clients: &Authority,
        command: impl Fn(&TempDir, u16) -> Command,
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let Identity { chain, key } = issued(trusted, &["localhost"], |_| ());
        let certificate = pem::encode(&pem::Pem::new("CERTIFICATE", chain[0].to_vec()));
        fs::write(folder.path().join("server.pem"), certificate).unwrap();
        fs::write(folder.path().join("server.key"), KeyPair::serialize_pem(&key)).unwrap();
        fs::write(folder.path().join("clients.pem"), clients.pem()).unwrap();
        // Another process may take the port between our asking and the program's listening: then it ends, and
        // the next try gets another port.
        for _ in 0..5 {
            let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = free.local_addr().unwrap();
            drop(free);
            let mut command = command(&folder, address.port());
            let name = command.get_program().to_owned();
            let child = command
                .current_dir(folder.path())
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .spawn()
                .unwrap_or_else(|error| panic!("{}, which these tests need: {error}", name.display()));
            let mut program = Self {
                child,
                address,
                trusted: trusted.pem(),
                folder: None,
            };
            if program.listens().await {
                program.folder = Some(folder);
                return program;
            }
        }
        panic!("the program does not start; its errors stand above");
    }

    /// Waits until it listens; false when it ended.
    async fn listens(&mut self) -> bool {
        let patience = Instant::now() + Duration::from_secs(20);
        while self.child.try_wait().unwrap().is_none() {
            if TcpStream::connect(self.address).await.is_ok() {
                return true;
            }
            assert!(Instant::now() < patience, "nobody listens on {}", self.address);
            sleep(Duration::from_millis(20)).await;
        }
        false
    }

    pub fn request(&self) -> Request {
        self.request_trusting(&self.trusted)
    }

    /// Trusting the authority in `file` of its folder.
    pub fn trusting(&self, file: &str) -> Request {
        let folder = self.folder.as_ref().unwrap().path();
        self.request_trusting(&fs::read_to_string(folder.join(file)).unwrap())
    }

    fn request_trusting(&self, authority: &str) -> Request {
        let mut request = get(&format!("https://localhost:{}/", self.address.port()));
        request.tls.roots = Roots::Extra(CaBundle::from_pem(authority).unwrap());
        request
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
