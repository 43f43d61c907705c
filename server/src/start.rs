//! From the configuration to a running server, and orderly back to nothing.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use anyhow::Context;
use engine::{Engine, Settings, users};
use tokio::signal::unix::{SignalKind, signal};
use tracing_appender::non_blocking::ErrorCounter;

use crate::{
    assets,
    config::Config,
    events::Events,
    gate::Gate,
    rest::Started,
    router::router,
    serve::{Limits, Places, acceptor, allow_open_files, listen, serve as accept},
    site::Site,
};

/// From the signal to the end (contract: SIGTERM drains within 10 s). Running requests come first; the engine has the
/// rest, mostly nearly all of it, for answers of providers that were asked for tokens.
const END_TIME: Duration = Duration::from_millis(9_800);
/// The engine has at least this long, however long the requests took.
const CLOSE_TIME: Duration = Duration::from_millis(1_800);

/// Opens the engine as the configuration says, without delivering anything: a server may be running beside a command.
///
/// # Errors
/// When the data folder cannot be made or the database not be opened.
pub async fn open(config: &Config, public_url: String) -> anyhow::Result<Engine> {
    Engine::open_idle(settings(config, public_url).await?)
        .await
        .context(UNOPENED)
}

const UNOPENED: &str = "Switchboard cannot open its data";

async fn settings(config: &Config, public_url: String) -> anyhow::Result<Settings> {
    let data_dir = config.data_dir();
    tokio::fs::create_dir_all(&data_dir)
        .await
        .with_context(|| format!("the folder {} cannot be made", data_dir.display()))?;
    Ok(Settings {
        public_url,
        database_url: config.database_url.clone(),
        data_dir,
        instance_name: config.instance_name.clone(),
        master_key: config.master_key.clone(),
        master_key_file: config.master_key_file.clone(),
        policy: config.policy.clone(),
        practice: config.practice,
        body_limit: config.body_limit,
        secret_sources: config.secret_sources.clone(),
        mail: config.mail.clone(),
        page_of: app::routes::place,
    })
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// When it cannot listen, open its data or read its certificate.
pub async fn serve(config: Config, dropped_log_lines: ErrorCounter) -> anyhow::Result<()> {
    let tls = config.tls.as_ref().map(acceptor).transpose()?;
    allow_open_files();
    let listener = listen(config.listen)
        .with_context(|| format!("SWITCHBOARD_LISTEN: cannot listen on {}", config.listen))?;
    let bound = listener.local_addr()?;
    let public_url = config.public_url_for(bound);
    let engine = Engine::open(settings(&config, public_url.clone()).await?)
        .await
        .context(UNOPENED)?;
    if let Some((name, password)) = &config.administrator {
        users::create_first_administrator(&engine, name, password)
            .await
            .map_err(|error| {
                anyhow::anyhow!(
                    "SWITCHBOARD_ADMIN_USER, SWITCHBOARD_ADMIN_PASSWORD: {}",
                    in_words(&error)
                )
            })?;
    }
    let (events, listening) = Events::follow(&engine);
    let gate = Gate::new(
        engine.clone(),
        Arc::new(Site::new(&public_url, bound, config.trusted_proxies.clone())?),
        events,
    );
    announce(&engine, &public_url, bound).await?;
    let end = end()?;
    let asked = OnceLock::new();
    let end = async {
        end.await;
        let _ = asked.set(Instant::now());
        drop(listening);
    };
    let limits = Limits::default();
    let places = Places::new(
        limits.connections,
        limits.connections_of_one,
        config.trusted_proxies.clone(),
    );
    let started = Started {
        at: Instant::now(),
        dropped_log_lines,
    };
    accept(
        listener,
        router(gate.clone(), started),
        tls,
        (limits, places),
        end,
    )
    .await;
    let left = || {
        let asked = asked.get();
        asked.map_or(CLOSE_TIME, |asked| END_TIME.saturating_sub(asked.elapsed()))
    };
    // Requests whose client has left.
    let requests = left().saturating_sub(CLOSE_TIME);
    if tokio::time::timeout(requests, gate.finish_requests())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish in time and are cut");
    }
    if tokio::time::timeout(left().max(CLOSE_TIME), engine.close())
        .await
        .is_err()
    {
        tracing::warn!("some work was not put down in time; it is picked up at the next start");
    }
    tracing::info!("Switchboard has ended");
    Ok(())
}

/// An engine's error for somebody at the command line.
pub fn in_words(error: &engine::Error) -> String {
    match error {
        engine::Error::Invalid(errors) => errors
            .0
            .iter()
            .map(|(field, invalid)| format!("{field}: {}", invalid.text()))
            .collect::<Vec<_>>()
            .join(" "),
        other => other.to_string(),
    }
}

/// Says where it is, and how to begin. On standard output, apart from the log, because people and tests wait for it.
async fn announce(engine: &Engine, public_url: &str, bound: SocketAddr) -> anyhow::Result<()> {
    if !assets::embedded() {
        tracing::warn!("built without its interface: pages work but are bare. Build it with `make run`");
    }
    tracing::info!(address = %bound, public_url, "Switchboard listens");
    say(&format!("Switchboard is ready: {public_url}"));
    if users::setup_needed(engine).await? {
        say(&format!(
            "Nobody can log in yet. Create the administrator: {public_url}/setup?code={}",
            users::setup_code(engine)
        ));
    }
    Ok(())
}

/// Prints a line. Nobody reading it is no reason to fail.
pub fn say(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Comes with SIGTERM or SIGINT.
fn end() -> anyhow::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("asked to end; running requests may finish");
    })
}
