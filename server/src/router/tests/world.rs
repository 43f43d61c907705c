//! An installation with everything a request may need.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use axum::{
    Json, Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
    response::Response,
    routing::post,
};
use engine::{Actor, Engine, SecretSources, Settings, api_tokens, users};
use model::{forms::ApiTokenForm, user::LoginForm, variable::Variable};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;

use super::PATIENCE;
use crate::{
    events::Events,
    gate::{Gate, Peer},
    rest::Started,
    serve::{Limits, Places, serve},
    site::Site,
};

pub const PASSWORD: &str = "correct horse battery";

/// One running installation.
pub struct World {
    pub engine: Engine,
    pub router: Router,
    pub url: String,
    pub cookie: String,
    pub database: PathBuf,
    /// The address of an OAuth provider that gives a token to everybody.
    pub provider: String,
    gate: Gate,
    token: String,
    next: AtomicU64,
    _folder: tempfile::TempDir,
    _listening: crate::events::Listening,
}

impl World {
    /// With an administrator who is logged in and has an API token.
    pub async fn start() -> Self {
        Self::not_set_up().await.set_up().await
    }

    /// The same, whose database was last run under another instance name.
    pub async fn copied() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let before = Engine::open(settings("http://127.0.0.1", &folder, "acme-production"))
            .await
            .unwrap();
        users::create_first_administrator(&before, "admin", PASSWORD)
            .await
            .unwrap();
        before.close().await;
        Self::on(folder).await.logged_in().await
    }

    async fn set_up(self) -> Self {
        users::create_first_administrator(&self.engine, "admin", PASSWORD)
            .await
            .unwrap();
        self.logged_in().await
    }

    async fn logged_in(mut self) -> Self {
        let world = &mut self;
        world.cookie = world.log_in().await;
        let form = ApiTokenForm {
            name: "tests".into(),
            days: "30".into(),
            ..ApiTokenForm::default()
        };
        let made = api_tokens::create(&world.engine, &world.actor().await, form).await;
        world.token = made.unwrap().token;
        self
    }

    /// Before `/setup`.
    pub async fn not_set_up() -> Self {
        Self::on(tempfile::tempdir().unwrap()).await
    }

    async fn on(folder: tempfile::TempDir) -> Self {
        // Once for all tests of this program; the second call finds it done.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bound = listener.local_addr().unwrap();
        let url = format!("http://{bound}");
        let database = folder.path().join("switchboard.db");
        let engine = Engine::open(settings(&url, &folder, "acme-test")).await.unwrap();
        let (events, listening) = Events::follow(&engine);
        let site = Arc::new(Site::new(&url, bound, Vec::new()).unwrap());
        let gate = Gate::new(engine.clone(), site, events);
        let started = Started {
            at: Instant::now(),
            dropped_log_lines: tracing_appender::non_blocking(std::io::sink()).0.error_counter(),
        };
        let router = super::super::router(gate.clone(), started);
        let serving = serve(
            listener,
            router.clone(),
            None,
            (Limits::default(), Places::new(4096, 4096, Vec::new())),
            std::future::pending(),
        );
        tokio::spawn(serving);
        Self {
            engine,
            router,
            url,
            cookie: String::new(),
            database,
            provider: provider().await,
            gate,
            token: String::new(),
            next: AtomicU64::new(1),
            _folder: folder,
            _listening: listening,
        }
    }

    /// The person who is logged in.
    pub async fn actor(&self) -> Actor {
        let session = self.cookie.split_once('=').unwrap().1;
        let actor = users::actor_of_session(&self.engine, session, "127.0.0.1").await;
        actor.unwrap().unwrap()
    }

    /// A further session of the administrator, as a cookie.
    pub async fn log_in(&self) -> String {
        let login = LoginForm {
            user_name: "admin".into(),
            password: PASSWORD.into(),
            next: String::new(),
        };
        let session = users::login(&self.engine, login, "127.0.0.1").await.unwrap();
        format!("switchboard={}", session.token)
    }

    /// The id of a further API token.
    pub async fn api_token(&self) -> String {
        let form = ApiTokenForm {
            name: format!("token {}", self.number()),
            days: "30".into(),
            ..ApiTokenForm::default()
        };
        let made = api_tokens::create(&self.engine, &self.actor().await, form).await;
        made.unwrap().id.to_string()
    }

    /// The only variable of a connection.
    pub async fn connection_variable(&self, connection: &str) -> Variable {
        let see = self.actor().await.grant().unwrap();
        let id = connection.parse().unwrap();
        let detail = engine::connections::detail(&self.engine, &see, id).await.unwrap();
        detail.variables.into_iter().next().unwrap()
    }

    /// A number not used before.
    pub fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    pub async fn answer(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let peer: SocketAddr = "127.0.0.1:9".parse().unwrap();
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.url.trim_start_matches("http://"))
            .extension(Peer(peer))
    }

    /// A request of the REST API.
    pub fn rest(&self, method: &str, path: &str, body: &Value) -> Request<Body> {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.request(method, &format!("/api/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap()
    }

    /// A form as a page without JavaScript posts it.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Request<Body> {
        self.form_of(&self.cookie, path, fields)
    }

    /// The same, of whoever has this cookie.
    pub fn form_of(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Request<Body> {
        self.request(Method::POST, path)
            .header(header::COOKIE, cookie)
            .header(header::ORIGIN, &self.url)
            .header(header::REFERER, format!("{}/", self.url))
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(serde_urlencoded::to_string(fields).unwrap()))
            .unwrap()
    }

    /// A page as the logged-in person opens it.
    pub fn page(&self, path: &str) -> Request<Body> {
        let builder = self.request(Method::GET, path);
        builder
            .header(header::COOKIE, &self.cookie)
            .body(Body::empty())
            .unwrap()
    }

    /// A call from outside, without a session.
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: String) -> Request<Body> {
        let mut builder = self.request(Method::POST, path);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(Body::from(body)).unwrap()
    }

    /// A call of the REST API that must work; its answer.
    pub async fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let response = self.answer(self.rest(method, path, &body)).await;
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        if status == StatusCode::NO_CONTENT {
            return Value::Null;
        }
        serde_json::from_str(&text).unwrap()
    }

    /// Waits until no request runs and nothing that was accepted is on its way.
    pub async fn settle(&self, what: &impl std::fmt::Display) {
        let settling = async {
            self.gate.finish_requests().await;
            while !on_their_way(self).await.is_empty() {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, settling).await.is_ok();
        let waiting = if in_time {
            Vec::new()
        } else {
            on_their_way(self).await
        };
        assert!(in_time, "{what}: accepted but not delivered: {waiting:?}");
    }
}

fn settings(url: &str, folder: &tempfile::TempDir, instance: &str) -> Settings {
    Settings {
        public_url: url.into(),
        database_url: format!("sqlite://{}", folder.path().join("switchboard.db").display()),
        data_dir: folder.path().into(),
        instance_name: Some(instance.into()),
        master_key: None,
        master_key_file: None,
        policy: engine::egress::Policy::parse("127.0.0.0/8").unwrap(),
        practice: true,
        body_limit: 64 * 1024,
        secret_sources: SecretSources::default(),
        mail: None,
        page_of: app::routes::place,
    }
}

async fn on_their_way(world: &World) -> Vec<String> {
    use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
    let options = SqliteConnectOptions::new()
        .filename(&world.database)
        .read_only(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::query_scalar(
        "SELECT state || ' ' || number FROM message_transaction WHERE state IN ('queued', 'sending') AND NOT held",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap()
}

/// Gives a token to everybody.
async fn provider() -> String {
    let token = json!({
        "access_token": "access-token-1", "token_type": "Bearer", "expires_in": 3600,
        "refresh_token": "refresh-token-1",
    });
    let router = Router::new()
        .route("/token", post(move || std::future::ready(Json(token.clone()))))
        .route("/revoke", post(|| std::future::ready(StatusCode::OK)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}
