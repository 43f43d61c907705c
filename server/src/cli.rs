//! The command line (contract: `switchboard [serve]`, `user`, `token`, `key`, `check`).

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Self-hosted integration designer and gateway.
#[derive(Debug, Parser)]
#[command(name = "switchboard", version, about, disable_help_subcommand = true)]
pub struct CommandLine {
    /// Settings in a TOML file; variables of the environment win over it.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do; without a word, Switchboard serves.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start Switchboard (the default).
    Serve,
    /// People who log in.
    #[command(subcommand)]
    User(UserCommand),
    /// API tokens of the REST API.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Keys of the vault.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Check the configuration and say what it means, without starting.
    Check,
}

/// What to do about people.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person; the password is read from standard input.
    Add {
        /// The user name.
        name: String,
        /// administrator, designer, operator or viewer.
        #[arg(long, default_value = "administrator")]
        role: String,
    },
    /// Set a person's password; it is read from standard input.
    Passwd {
        /// The user name.
        name: String,
    },
}

/// What to do about tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print it: the only time it is shown.
    Create {
        /// What it is for.
        name: String,
        /// The user it belongs to; their password is read from standard input, because a token acts as its user.
        #[arg(long)]
        user: String,
        /// What it may do, at most what the user may: administrator, designer, operator or viewer.
        #[arg(long, default_value = "administrator")]
        role: String,
        /// Days until it expires.
        #[arg(long, default_value_t = 365)]
        days: u32,
    },
}

/// What to do about keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Encrypt every secret with a new data key, while everything runs. Cut off, it goes on the next time.
    Rotate {
        /// Wrap the data keys with a new master key instead: SWITCHBOARD_NEW_MASTER_KEY or …_FILE.
        #[arg(long)]
        master: bool,
    },
}
