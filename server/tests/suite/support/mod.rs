//! A private Switchboard for a test: the real program on a free port, with its data in a temporary folder.

pub mod bad;
pub mod crowd;
pub mod nginx;
pub mod tokens;

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header};
use serde_json::{Value, json};

pub const PASSWORD: &str = "correct horse battery";
pub const CALLER: &str = "jira";
pub const CALLER_PASSWORD: &str = "caller-secret-1";

/// A running server; dropped, it ends.
pub struct Server {
    pub url: String,
    /// The set-up address, when nobody was made in advance.
    pub setup: Option<String>,
    pub client: Client,
    environment: Vec<(String, String)>,
    child: Child,
    data: tempfile::TempDir,
}

impl Server {
    /// With an administrator, the practice target and a small body limit.
    pub fn start() -> Self {
        Self::start_with(&[
            ("SWITCHBOARD_ADMIN_USER", "admin"),
            ("SWITCHBOARD_ADMIN_PASSWORD", PASSWORD),
            ("SWITCHBOARD_INSTANCE_NAME", "acme-test"),
            ("SWITCHBOARD_PRACTICE", "on"),
            ("SWITCHBOARD_ALLOWED_TARGETS", "127.0.0.0/8,::1"),
            ("SWITCHBOARD_BODY_LIMIT", "64KiB"),
        ])
    }

    pub fn start_with(environment: &[(&str, &str)]) -> Self {
        Self::start_logging_to(environment, Stdio::inherit())
    }

    /// With its standard error somewhere else.
    pub fn start_logging_to(environment: &[(&str, &str)], log: Stdio) -> Self {
        let data = tempfile::tempdir().unwrap();
        let environment: Vec<_> = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let (child, url, setup) = started(&data, &environment, log);
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self {
            url,
            setup,
            client,
            environment,
            child,
            data,
        }
    }

    /// Asks it to end, waits until it has, and starts it again on the same data, at another address.
    pub fn restart(&mut self) {
        self.ask_to_end();
        assert!(self.child.wait().unwrap().success());
        let (child, url, setup) = started(&self.data, &self.environment, Stdio::inherit());
        (self.child, self.url, self.setup) = (child, url, setup);
    }

    /// The folder with its database.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Its process id.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// The same with other values of environment variables.
    pub fn restart_with(&mut self, changed: &[(&str, &str)]) {
        for (name, value) in changed {
            self.environment.retain(|(known, _)| known != name);
            self.environment.push(((*name).to_owned(), (*value).to_owned()));
        }
        self.restart();
    }

    /// SIGTERM.
    pub fn ask_to_end(&self) {
        let status = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(status.unwrap().success());
    }

    /// The most memory it has used since it began, in MiB.
    pub fn peak_memory(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .unwrap();
        let kib: usize = peak.trim().trim_end_matches(" kB").parse().unwrap();
        kib / 1024
    }

    /// Files and connections it has open.
    pub fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id()))
            .unwrap()
            .count()
    }

    /// Host and port, for raw sockets.
    pub fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// A form as a page without JavaScript sends it.
    pub fn form(&self, path: &str, page: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        self.request(Method::POST, path)
            .header(header::ORIGIN, &self.url)
            .header(header::REFERER, format!("{}{page}", self.url))
            .header(header::ACCEPT, "text/html,application/xhtml+xml")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(encoded(fields))
    }

    /// Logs the administrator in and gives the cookie as the browser would send it.
    pub async fn log_in(&self) -> String {
        let fields = [
            ("form[user_name]", "admin"),
            ("form[password]", PASSWORD),
            ("form[next]", "/processes"),
        ];
        let response = self.form("/fn/login", "/login", &fields).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// A command line of the same program on the same data.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut command = program(&self.data);
        command.args(arguments);
        command
    }

    /// Makes an API token with the command line.
    pub fn token(&self) -> String {
        let mut child = program(&self.data)
            .args(["token", "create", "tests", "--user", "admin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(PASSWORD.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// The API with a token.
    pub fn api(&self) -> Api<'_> {
        Api {
            server: self,
            token: self.token(),
        }
    }
}

/// The program, its address, and where it is set up when nobody was made in advance.
fn started(
    data: &tempfile::TempDir,
    environment: &[(String, String)],
    log: Stdio,
) -> (Child, String, Option<String>) {
    let mut child = program(data)
        .stderr(log)
        .env("SWITCHBOARD_LISTEN", "127.0.0.1:0")
        .env("SWITCHBOARD_LOG", "warn")
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let url = lines
        .find_map(|line| line.strip_prefix("Switchboard is ready: ").map(str::to_owned))
        .expect("it starts");
    let named = environment
        .iter()
        .any(|(name, _)| name == "SWITCHBOARD_ADMIN_USER");
    let setup = if named {
        None
    } else {
        lines
            .next()
            .and_then(|line| Some(line.split_once(": ")?.1.to_owned()))
    };
    (child, url, setup)
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(data: &tempfile::TempDir) -> Command {
    // A write beyond RLIMIT_FSIZE then fails as on a full disk, instead of ending the program.
    let mut command = Command::new("env");
    command.args(["--ignore-signal=XFSZ", env!("CARGO_BIN_EXE_switchboard")]);
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SWITCHBOARD_"))
    {
        command.env_remove(name);
    }
    command.env(
        "SWITCHBOARD_DATABASE_URL",
        format!("sqlite://{}", data.path().join("switchboard.db").display()),
    );
    command
}

/// The REST API with a token.
pub struct Api<'s> {
    server: &'s Server,
    pub token: String,
}

impl Api<'_> {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.server
            .request(method, &format!("/api/v1{path}"))
            .bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Value {
        let response = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "GET {path}");
        response.json().await.unwrap()
    }

    /// POST that must work.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        let response = self.request(Method::POST, path).json(&body).send().await.unwrap();
        let (status, text) = (response.status(), response.text().await.unwrap());
        assert!(status.is_success(), "POST {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// One process with one integration, whose active connection sends to the practice target and receives as `jira`.
    pub async fn design(&self) -> Design {
        let application = id(&self.get("/applications").await["items"][0]);
        let process = self
            .post(
                "/processes",
                json!({ "name": "Incident", "api_name": "incident", "application": application }),
            )
            .await;
        let integration = self
            .post(
                "/integrations",
                json!({ "name": "Jira", "process": id(&process), "system": "Jira" }),
            )
            .await;
        let integration = id(&integration["integration"]);
        let user = json!({ "name": "Jira", "user_id": CALLER, "password": CALLER_PASSWORD, "active": true });
        let user = id(&self.post("/inbound-users", user).await);
        let connection = json!({
            "name": "Test", "environment": "test", "endpoint_url": format!("{}/practice", self.server.url),
            "authentication": "none", "inbound_user": user, "instance_name": "",
            "test_path": "echo",
        });
        let connection = self
            .post(&format!("/integrations/{integration}/connections"), connection)
            .await;
        let connection = id(&connection["connection"]);
        self.post(&format!("/connections/{connection}/enable"), json!({}))
            .await;
        let message = json!({ "name": "create", "method": "POST", "path": "echo", "active": true });
        self.post(&format!("/integrations/{integration}/messages"), message)
            .await;
        Design {
            integration,
            connection,
            user,
        }
    }
}

/// What [`Api::design`] made.
pub struct Design {
    pub integration: String,
    pub connection: String,
    pub user: String,
}

pub fn id(record: &Value) -> String {
    record["id"].as_str().expect("a record").to_owned()
}

pub fn encoded(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).unwrap()
}

/// Asserts a complete RFC 9457 problem and gives it.
pub async fn problem(case: &str, response: Response, status: u16) -> Value {
    assert_eq!(response.status().as_u16(), status, "{case}");
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    assert_eq!(kind, "application/problem+json", "{case}");
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["status"], status, "{case}");
    assert!(
        problem["type"]
            .as_str()
            .is_some_and(|kind| kind.starts_with("/docs/api#")),
        "{case}: {problem}"
    );
    for field in ["title", "detail", "instance"] {
        assert!(
            problem[field].as_str().is_some_and(|text| !text.is_empty()),
            "{case}: {field} in {problem}"
        );
    }
    problem
}
