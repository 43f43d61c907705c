//! The engine: what every operation needs, opened once.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use model::{Timestamp, expiry::Place};
use secrecy::SecretString;
use store::Db;
use tokio::sync::{mpsc, watch};

use crate::{
    Result,
    changes::Changes,
    clock::Clock,
    departure::Departure,
    inbound::Routes,
    installation,
    outbound::{Dispatcher, Event},
    overview::Statistics,
    passwords::{self, Passwords},
    readiness::Readiness,
    redaction,
    tasks::Tasks,
    tokens::{self, Tokens},
    upkeep,
    users::SetupCode,
    vault::Vault,
};

/// What the installation was told by its configuration.
#[derive(Clone)]
pub struct Settings {
    /// The only source of absolute URLs, without a slash at the end.
    pub public_url: String,
    /// `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// Where the master key and the instance name are kept.
    pub data_dir: PathBuf,
    /// Overrides the instance name that `/setup` asked for.
    pub instance_name: Option<String>,
    /// 32 bytes in base64 or hexadecimal; overrides the key file.
    pub master_key: Option<String>,
    /// Where the master key is, `data_dir/master.key` when not given.
    pub master_key_file: Option<PathBuf>,
    /// Which addresses requests may go to.
    pub policy: egress::Policy,
    /// Whether the practice target answers.
    pub practice: bool,
    /// Largest inbound body, in bytes.
    pub body_limit: usize,
    /// Where secrets may be instead of in the database.
    pub secret_sources: SecretSources,
    /// How warnings leave by e-mail; `None`: they do not.
    pub mail: Option<MailServer>,
    /// The path of the page where something is mended: the interface knows its own addresses.
    pub page_of: fn(&Place) -> String,
}

/// What references (`env:NAME`, `file:/path`) may point to (promise S13).
#[derive(Clone, Default)]
pub struct SecretSources {
    /// The variables `SWITCHBOARD_SECRET_…` of this program, as it was started.
    pub environment: BTreeMap<String, SecretString>,
    /// Folders whose files may be named.
    pub roots: Vec<PathBuf>,
}

/// The server that takes our mail.
#[derive(Clone)]
pub struct MailServer {
    /// `smtp://`, `smtps://`, with user and password if it asks for them.
    pub url: SecretString,
    /// Who it comes from.
    pub from: String,
}

#[cfg(test)]
impl Settings {
    /// For tests: a SQLite database in `folder`.
    pub(crate) fn in_folder(folder: &std::path::Path) -> Self {
        Self {
            public_url: "http://127.0.0.1:3000".into(),
            database_url: format!("sqlite://{}/switchboard.db", folder.display()),
            data_dir: folder.into(),
            instance_name: Some("test".into()),
            master_key: None,
            master_key_file: None,
            policy: egress::Policy::default(),
            practice: false,
            body_limit: 1024,
            secret_sources: SecretSources::default(),
            mail: None,
            page_of: |_| "/".into(),
        }
    }
}

/// A cheap handle to everything.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

/// What [`Engine`] points to.
pub struct Inner {
    pub(crate) settings: Settings,
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) vault: Vault,
    pub(crate) departure: Departure,
    pub(crate) passwords: Passwords,
    pub(crate) routes: Routes,
    pub(crate) changes: Changes,
    pub(crate) statistics: Statistics,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) setup_code: SetupCode,
    pub(crate) tokens: Tokens,
    pub(crate) tasks: Tasks,
    pub(crate) readiness: Readiness,
    closing: watch::Sender<bool>,
    instance_name: std::sync::RwLock<String>,
}

impl std::ops::Deref for Engine {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl Engine {
    /// Opens the database, loads the keys and picks up what a crash left.
    ///
    /// # Errors
    /// When the database cannot be opened or migrated, or the master key does not decrypt it.
    pub async fn open(settings: Settings) -> Result<Self> {
        Self::open_at(settings, Clock::default()).await
    }

    /// Opens with a clock of the caller's: tests own time.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub async fn open_at(settings: Settings, clock: Clock) -> Result<Self> {
        let (engine, queue) = Self::assemble(settings, clock).await?;
        installation::note(&engine).await?;
        crate::outbound::start(&engine, queue).await?;
        tokens::start(&engine);
        passwords::start_exchange(&engine);
        upkeep::start(&engine);
        redaction::start(&engine);
        Ok(engine)
    }

    /// Opens without delivering anything, for the command line: a server that runs beside it delivers.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub async fn open_idle(settings: Settings) -> Result<Self> {
        Ok(Self::assemble(settings, Clock::default()).await?.0)
    }

    async fn assemble(settings: Settings, clock: Clock) -> Result<(Self, mpsc::UnboundedReceiver<Event>)> {
        let db = Db::open(&settings.database_url).await?;
        let vault = Vault::open(&settings, &db, &clock).await?;
        let departure = Departure::new(settings.policy.clone());
        let instance_name = match &settings.instance_name {
            Some(name) => name.clone(),
            None => read_instance_name(&settings).await?,
        };
        let (dispatcher, queue) = Dispatcher::new();
        let inner = Inner {
            passwords: Passwords::new(&clock),
            routes: Routes::default(),
            changes: Changes::default(),
            statistics: Statistics::default(),
            setup_code: SetupCode::new(&clock),
            tokens: Tokens::new(&clock),
            tasks: Tasks::default(),
            readiness: Readiness::default(),
            closing: watch::Sender::new(false),
            instance_name: std::sync::RwLock::new(instance_name),
            settings,
            db,
            clock,
            vault,
            departure,
            dispatcher,
        };
        let engine = Self {
            inner: Arc::new(inner),
        };
        Ok((engine, queue))
    }

    /// What the configuration said.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// This installation's name; empty until `/setup` was told one.
    pub fn instance_name(&self) -> String {
        self.instance_name
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    /// Keeps the instance name beside the key, not in the database, so that a copied database does not bring it along.
    pub(crate) async fn keep_instance_name(&self, name: &str) -> Result<()> {
        if self.settings.instance_name.is_none() {
            tokio::fs::write(instance_file(&self.settings), name)
                .await
                .map_err(|error| {
                    crate::Error::Unavailable(format!("The instance name could not be written: {error}."))
                })?;
            name.clone_into(
                &mut self
                    .instance_name
                    .write()
                    .unwrap_or_else(std::sync::PoisonError::into_inner),
            );
        }
        Ok(())
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The long-lived tasks of this process.
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Whether the engine has begun to close.
    pub(crate) fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }

    /// Resolves when the engine begins to close: for tasks that run by themselves.
    pub async fn closing(&self) {
        // The sender lives in `self`, so waiting cannot fail.
        let _ = self.closing.subscribe().wait_for(|closing| *closing).await;
    }

    /// Waits for requests and token calls under way (some eight seconds at most), then closes the database.
    pub async fn close(&self) {
        self.closing.send_replace(true);
        tokio::join!(self.dispatcher.drain(), self.tokens.drain());
        self.db.close().await;
    }
}

fn instance_file(settings: &Settings) -> PathBuf {
    settings.data_dir.join("instance.name")
}

async fn read_instance_name(settings: &Settings) -> Result<String> {
    match tokio::fs::read_to_string(instance_file(settings)).await {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(crate::Error::Internal(format!(
            "{}: {error}",
            instance_file(settings).display()
        ))),
    }
}
