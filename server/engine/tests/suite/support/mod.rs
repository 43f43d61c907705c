//! An engine on a fresh SQLite database, with a designer at hand.

pub mod inbound;
pub mod leftovers;
pub mod mail;
pub mod outbound;
pub mod postgres;
pub mod provider;
pub mod strict_provider;

use engine::{
    Actor, Engine, Granted, Settings,
    clock::Clock,
    connections, inbound_users, integrations,
    permission::{Design, Operate, See},
    processes, users,
};
use model::{
    connection_form::ConnectionForm,
    forms::{InboundUserForm, IntegrationForm, ProcessForm, SwitchForm},
    id::{ConnectionId, IntegrationId},
    permission::Role,
};

pub struct Fixture {
    pub engine: Engine,
    pub settings: Settings,
    pub directory: tempfile::TempDir,
}

pub const PASSWORD: &str = "correct horse battery";

impl Fixture {
    pub async fn new() -> Self {
        Self::at(Clock::default()).await
    }

    /// With settings of the test's own.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}/switchboard.db", directory.path().display());
        Self::on(directory, database, Clock::default(), change).await
    }

    /// With a clock of the test's own.
    pub async fn at(clock: Clock) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}/switchboard.db", directory.path().display());
        Self::on(directory, database, clock, |_| ()).await
    }

    /// For several instances: on PostgreSQL where `SWITCHBOARD_TEST_POSTGRES` names a server, else on one file.
    pub async fn shared(clock: Clock) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = match std::env::var("SWITCHBOARD_TEST_POSTGRES") {
            Ok(server) if !server.is_empty() => postgres::fresh(&server).await,
            _ => format!("sqlite://{}/switchboard.db", directory.path().display()),
        };
        Self::on(directory, database, clock, |_| ()).await
    }

    /// On a database, with a clock and settings of the test's own.
    pub async fn on(
        directory: tempfile::TempDir,
        database_url: String,
        clock: Clock,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let mut settings = Settings {
            public_url: "http://127.0.0.1:3000".into(),
            database_url,
            data_dir: directory.path().into(),
            instance_name: Some("acme-test".into()),
            master_key: None,
            master_key_file: None,
            policy: egress::Policy::parse("127.0.0.0/8,::1").unwrap(),
            practice: true,
            body_limit: 1024 * 1024,
            secret_sources: engine::SecretSources::default(),
            mail: None,
            page_of: |place| format!("/{place:?}"),
        };
        change(&mut settings);
        let engine = Engine::open_at(settings.clone(), clock).await.unwrap();
        users::create_first_administrator(&engine, "admin", PASSWORD)
            .await
            .unwrap();
        Self {
            engine,
            settings,
            directory,
        }
    }

    #[expect(clippy::unused_self, reason = "one day there are several")]
    pub fn actor(&self) -> Actor {
        Actor {
            user: None,
            name: "admin".into(),
            role: Role::Administrator,
            address: "127.0.0.1".into(),
        }
    }

    pub fn see(&self) -> Granted<See> {
        self.actor().grant().unwrap()
    }

    pub fn design(&self) -> Granted<Design> {
        self.actor().grant().unwrap()
    }

    pub fn operate(&self) -> Granted<Operate> {
        self.actor().grant().unwrap()
    }

    /// A process of this api name with one integration.
    pub async fn integration(&self, api_name: &str) -> IntegrationId {
        let application = engine::applications::list(&self.engine, &self.see())
            .await
            .unwrap()[0]
            .id
            .to_string();
        let process = ProcessForm {
            name: api_name.into(),
            api_name: api_name.into(),
            application,
            ..Default::default()
        };
        let process = processes::save(&self.engine, &self.design(), process)
            .await
            .unwrap();
        let form = IntegrationForm {
            name: format!("{api_name} to Jira"),
            process: process.to_string(),
            system: "Jira".into(),
            ..Default::default()
        };
        integrations::save(&self.engine, &self.design(), form)
            .await
            .unwrap()
    }

    /// An inbound user with [`PASSWORD`].
    pub async fn inbound_user(&self, user_id: &str) -> String {
        let form = InboundUserForm {
            name: user_id.into(),
            user_id: user_id.into(),
            password: PASSWORD.into(),
            active: "on".into(),
            ..Default::default()
        };
        inbound_users::save(&self.engine, &self.design(), form)
            .await
            .unwrap()
            .to_string()
    }

    /// The inbound user `user_id` with an active connection of an integration of the process `api_name`.
    pub async fn receiving(&self, api_name: &str, user_id: &str) -> (String, ConnectionId) {
        let integration = self.integration(api_name).await;
        let user = self.inbound_user(user_id).await;
        let connection = ConnectionForm {
            inbound_user: user.clone(),
            ..form(integration, "Test", "http://127.0.0.1:1")
        };
        let connection = self.save(connection).await.unwrap();
        self.enable(connection).await.unwrap();
        (user, connection)
    }

    pub async fn save(&self, form: ConnectionForm) -> engine::Result<ConnectionId> {
        connections::save(&self.engine, &self.design(), form).await
    }

    pub async fn enable(&self, id: ConnectionId) -> engine::Result<()> {
        connections::enable(
            &self.engine,
            &self.operate(),
            SwitchForm {
                id: id.to_string(),
                ..Default::default()
            },
        )
        .await
    }
}

/// A form of a connection with these fields, for an integration.
pub fn form(integration: IntegrationId, name: &str, endpoint_url: &str) -> ConnectionForm {
    ConnectionForm {
        integration: integration.to_string(),
        name: name.into(),
        environment: "test".into(),
        endpoint_url: endpoint_url.into(),
        ..Default::default()
    }
}

/// An HTTP server that answers every request with `answer(request text)`, and remembers what it received.
pub struct Target {
    pub url: String,
    pub received: std::sync::Arc<std::sync::Mutex<Vec<String>>>,
}

impl Target {
    pub async fn start(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self::start_slow(move |request| (answer(request), 0)).await
    }

    /// With an answer that is decided at once and sent after so many milliseconds.
    pub async fn start_slow(answer: impl Fn(&str) -> (String, u64) + Send + Sync + 'static) -> Self {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let (log, answer) = (received.clone(), std::sync::Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let (log, answer) = (log.clone(), answer.clone());
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    let mut buffer = [0; 4096];
                    while let Ok(n @ 1..) = socket.read(&mut buffer).await {
                        request.extend_from_slice(&buffer[..n]);
                        if complete(&request) {
                            break;
                        }
                    }
                    let text = String::from_utf8_lossy(&request).into_owned();
                    let (response, delay_ms) = answer(&text);
                    log.lock().unwrap().push(text);
                    tokio::time::sleep(std::time::Duration::from_millis(delay_ms)).await;
                    let _ = socket.write_all(response.as_bytes()).await;
                    let _ = socket.shutdown().await;
                });
            }
        });
        Self { url, received }
    }

    pub fn requests(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

fn complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length:")
                .map(|n| n.trim().parse::<usize>().unwrap())
        })
        .unwrap_or(0);
    body.len() >= length
}

/// A plain answer.
pub fn answer(status: u16, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
}
