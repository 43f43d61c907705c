//! nginx of the system's package in front of a Switchboard.

use std::{
    fs,
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio::{net::TcpStream, time::sleep};

/// A running nginx; dropped, it ends.
pub struct Nginx {
    /// Host and port.
    pub authority: String,
    child: Child,
    _folder: TempDir,
}

impl Nginx {
    /// Forwards everything to `server` as it comes, with the client's address in `X-Forwarded-For`.
    pub async fn start(server: &str) -> Self {
        let folder = TempDir::new().unwrap();
        // Another process may take the port before nginx does: then nginx ends, and the next try gets another one.
        for _ in 0..5 {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            let authority = free.local_addr().unwrap().to_string();
            drop(free);
            fs::write(
                folder.path().join("nginx.conf"),
                configuration(&authority, server),
            )
            .unwrap();
            let mut child = Command::new("/usr/sbin/nginx")
                .arg("-p")
                .arg(folder.path())
                .args(["-c", "nginx.conf", "-e", "stderr"])
                .stdin(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("nginx is installed (scripts/install-test-tools.sh)");
            if listens(&mut child, &authority).await {
                return Self {
                    authority,
                    child,
                    _folder: folder,
                };
            }
        }
        panic!("nginx does not start");
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn configuration(authority: &str, server: &str) -> String {
    format!(
        "daemon off; master_process off; pid nginx.pid; error_log stderr crit;
         events {{ worker_connections 9000; }}
         http {{
           access_log off;
           client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
           uwsgi_temp_path uwsgi; scgi_temp_path scgi;
           server {{
             listen {authority} backlog=4096;
             location / {{
               proxy_pass http://{server};
               proxy_http_version 1.1;
               proxy_request_buffering off;
               proxy_set_header Host $http_host;
               proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
             }}
           }}
         }}"
    )
}

/// Waits until it listens; false when it ended.
async fn listens(child: &mut Child, authority: &str) -> bool {
    let patience = Instant::now() + Duration::from_secs(20);
    while child.try_wait().unwrap().is_none() {
        if TcpStream::connect(authority).await.is_ok() {
            return true;
        }
        assert!(Instant::now() < patience, "nobody listens on {authority}");
        sleep(Duration::from_millis(20)).await;
    }
    false
}
