//! What the command line does besides serving.

use std::io::Read;

use anyhow::{Context, bail};
use engine::{Actor, api_tokens, keys, users};
use model::{forms::ApiTokenForm, permission::Role, user::LoginForm};

use crate::{
    cli::{KeyCommand, TokenCommand, UserCommand},
    config::Config,
    start::{in_words, open, say},
};

/// Longest password read from standard input, in bytes.
const PASSWORD_BYTES: u64 = 4096;

/// Adds a person or sets a password.
///
/// # Errors
/// When the name or the password will not do, or the data cannot be opened.
pub async fn user(config: &Config, command: UserCommand) -> anyhow::Result<()> {
    let engine = open(config, config.public_url_for(config.listen)).await?;
    let result = match command {
        UserCommand::Add { name, role } => {
            let role = Role::parse(&role).with_context(|| format!("“{role}” is no role"))?;
            users::add(&engine, &name, &password()?, role)
                .await
                .map(|()| format!("Added {name} ({role})."))
        }
        UserCommand::Passwd { name } => users::set_password(&engine, &name, &password()?)
            .await
            .map(|()| format!("Set the password of {name}.")),
    };
    engine.close().await;
    say(&result.map_err(|error| anyhow::anyhow!(in_words(&error)))?);
    Ok(())
}

/// Makes a token and prints it alone on a line, so that a script can keep it.
///
/// # Errors
/// When the user's password is wrong, or the data cannot be opened.
pub async fn token(config: &Config, command: TokenCommand) -> anyhow::Result<()> {
    let TokenCommand::Create {
        name,
        user,
        role,
        days,
    } = command;
    let engine = open(config, config.public_url_for(config.listen)).await?;
    let form = ApiTokenForm {
        name,
        role,
        days: days.to_string(),
        ..ApiTokenForm::default()
    };
    let result = async {
        let login = LoginForm {
            user_name: user,
            password: password()?,
            next: String::new(),
        };
        let session = users::login(&engine, login, "command line")
            .await
            .map_err(|error| anyhow::anyhow!(in_words(&error)))?;
        let Some(actor) = users::actor_of_session(&engine, &session.token, "command line").await? else {
            bail!("the user was removed meanwhile");
        };
        let token = api_tokens::create(&engine, &actor, form)
            .await
            .map_err(|error| anyhow::anyhow!(in_words(&error)));
        users::logout(&engine, &session.token, &actor).await?;
        token
    }
    .await;
    engine.close().await;
    say(&result?.token);
    Ok(())
}

/// Rotates the data key or the master key. Servers may run beside it.
///
/// # Errors
/// When the data cannot be opened, or a rotation does not come to its end; the next one goes on with it.
pub async fn key(config: &Config, command: KeyCommand) -> anyhow::Result<()> {
    let KeyCommand::Rotate { master } = command;
    let new = if master {
        Some(new_master_key(config)?)
    } else {
        None
    };
    let engine = open(config, config.public_url_for(config.listen)).await?;
    let by = Actor::program().grant()?;
    let result = match &new {
        Some(new) => keys::rotate_master(&engine, &by, new).await.map(|count| {
            format!(
                "{count} data keys are wrapped with the new master key. Put it in the place of the old one \
                 (SWITCHBOARD_MASTER_KEY, or the file it is in). Servers that run go on; they need it at their \
                 next start, and before the next `switchboard key rotate`."
            )
        }),
        None => rotate_data_key(&engine, &by).await,
    };
    engine.close().await;
    say(&result.map_err(|error| anyhow::anyhow!(in_words(&error)))?);
    Ok(())
}

async fn rotate_data_key(
    engine: &engine::Engine,
    by: &engine::Granted<engine::permission::Administer>,
) -> engine::Result<String> {
    let rotated = keys::rotate(engine, by, |done, total| {
        say(&format!("{done} of {total} secrets are encrypted again."));
    })
    .await?;
    let begun = if rotated.resumed {
        "The rotation that had not ended is complete."
    } else {
        "A new data key is active, and every secret is encrypted with it."
    };
    let left = match rotated.unreadable {
        0 => {
            "The old key is removed by a running server, ten minutes after nothing needs it any more.".into()
        }
        n => format!("{n} secrets do not decrypt and stay as they are, with their key; the log names them."),
    };
    Ok(format!("{begun} {left}"))
}

fn new_master_key(config: &Config) -> anyhow::Result<String> {
    use engine::ExposeSecret;
    if let Some(key) = &config.new_master_key {
        return Ok(key.expose_secret().to_owned());
    }
    let Some(file) = &config.new_master_key_file else {
        bail!(
            "give the new master key as SWITCHBOARD_NEW_MASTER_KEY or SWITCHBOARD_NEW_MASTER_KEY_FILE: 32 bytes in base64 or hexadecimal, for example from `openssl rand -base64 32`"
        );
    };
    std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// Says what the configuration means.
pub fn check(config: &Config) -> anyhow::Result<()> {
    if let Some(files) = &config.tls {
        crate::serve::acceptor(files)?;
    }
    let on = |on: bool| if on { "on" } else { "off" };
    let database = if config.database_url.starts_with("sqlite") {
        config.database_url.as_str()
    } else {
        "PostgreSQL"
    };
    say(&format!("listen:          {}", config.listen));
    say(&format!(
        "public URL:      {}",
        config.public_url_for(config.listen)
    ));
    say(&format!("database:        {database}"));
    say(&format!("data folder:     {}", config.data_dir().display()));
    say(&format!(
        "instance name:   {}",
        config.instance_name.as_deref().unwrap_or("as set up")
    ));
    let targets = if config.allowed_targets.is_empty() {
        "public addresses only"
    } else {
        &config.allowed_targets
    };
    say(&format!("allowed targets: {targets}"));
    say(&format!("TLS:             {}", on(config.tls.is_some())));
    say(&format!("practice target: {}", on(config.practice)));
    say(&format!("mail:            {}", on(config.mail.is_some())));
    let names: Vec<_> = config
        .secret_sources
        .environment
        .keys()
        .map(String::as_str)
        .collect();
    say(&format!(
        "secrets:         {}",
        if names.is_empty() {
            "none in the environment".into()
        } else {
            names.join(", ")
        }
    ));
    say(&format!("body limit:      {} bytes", config.body_limit));
    say("The configuration is good.");
    Ok(())
}

/// A password from standard input: never from the command line, which everybody on the machine can read.
fn password() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(PASSWORD_BYTES)
        .read_to_string(&mut text)
        .context("the password cannot be read from standard input")?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
