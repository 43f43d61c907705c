//! The program `switchboard`: command line, configuration, and the server around the engine and the interface.

mod assets;
mod away;
mod body;
mod cli;
mod commands;
mod config;
mod events;
mod forms;
mod gate;
mod health;
mod held_body;
mod inbound;
mod log;
mod message_id;
mod oauth_callback;
mod pages;
mod practice;
mod problem;
mod rest;
mod router;
mod serve;
mod site;
mod start;
mod strangers;
mod token_endpoint;

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

use cli::{Command, CommandLine};
use config::{Config, ConfigError};

/// Fewest worker threads: a page that renders must not wait for a password that is hashed.
const WORKERS: usize = 4;

fn main() -> ExitCode {
    match run(CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            if error.is::<ConfigError>() {
                ExitCode::from(2)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

fn complain(error: &anyhow::Error) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr().lock(), "switchboard: {error:#}");
}

fn run(line: CommandLine) -> anyhow::Result<()> {
    let config = Config::read(line.config.as_deref())?;
    // One provider for everything that speaks TLS, before anything does.
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        anyhow::bail!("another TLS provider is installed already");
    }
    let log = log::start(&config.log);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.max(WORKERS))
        .enable_all()
        .build()
        .context("the runtime cannot start")?;
    match line.command.unwrap_or(Command::Serve) {
        Command::Serve => runtime.block_on(start::serve(config, log.dropped())),
        Command::User(command) => runtime.block_on(commands::user(&config, command)),
        Command::Token(command) => runtime.block_on(commands::token(&config, command)),
        Command::Key(command) => runtime.block_on(commands::key(&config, command)),
        Command::Check => commands::check(&config),
    }
}
