//! Sends the notices that are due: each claimed first, so that of several instances one sends it, and tried again with
//! growing pauses. Nothing waits for it.

use futures::future::join_all;
use model::notification::{Channel, ChannelKind};
use secrecy::ExposeSecret;
use store::notice::Notice;

use super::{URL, Words, link, mail, webhook};
use crate::{Engine, Error, Result, departure::Leave, mask::Mask};

/// Notices sent at the same time.
const AT_ONCE: i64 = 20;
/// Times that as many are sent in one go.
const ROUNDS: usize = 50;
/// Attempts before a notice is given up, about a day after the first.
const ATTEMPTS: i64 = 12;
const MINUTE_MS: i64 = 60_000;
/// Longest pause between two attempts.
const LONGEST_MS: i64 = 6 * 60 * MINUTE_MS;
/// Longest error kept, in characters.
const ERROR_KEPT: usize = 500;

/// Sends what is due. Where notices may not leave they stay as they are, and no attempt counts.
pub(crate) async fn deliver(engine: &Engine) -> Result<()> {
    let Ok(leave) = &Leave::for_notice(engine).await? else {
        return Ok(());
    };
    for _ in 0..ROUNDS {
        let due = store::notice::due(&engine.db, engine.now(), AT_ONCE).await?;
        let all = due.len();
        for result in join_all(due.into_iter().map(|notice| attempt(engine, leave, notice))).await {
            result?;
        }
        if all < usize::try_from(AT_ONCE).unwrap_or(usize::MAX) {
            break;
        }
    }
    Ok(())
}

async fn attempt(engine: &Engine, leave: &Leave, notice: Notice) -> Result<()> {
    let Some(channel) = store::channel::find(&engine.db, notice.channel).await? else {
        return Ok(());
    };
    let (seen, next) = (notice.clone(), next_attempt(engine, notice.attempts));
    let claimed = engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move { Ok(store::notice::claim(tx, &seen, next).await?) })
        })
        .await?;
    if !claimed {
        return Ok(());
    }
    let words = Words {
        event: if notice.recovery {
            "incident.recovered"
        } else {
            "incident.opened"
        },
        id: notice.id.to_string(),
        title: notice.title,
        detail: notice.detail,
        link: link(engine, &notice.place),
        instance: engine.instance_name(),
        at: notice.created,
    };
    let outcome = if channel.active {
        send(engine, leave, &channel, &words).await?
    } else {
        Err("The channel was switched off before this was sent.".into())
    };
    let (id, at) = (notice.id, engine.now());
    engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                match outcome {
                    Ok(()) => store::notice::sent(tx, id, at).await?,
                    Err(error) => store::notice::failed(tx, id, &error).await?,
                }
                Ok(())
            })
        })
        .await
}

/// 1, 2, 4 … minutes after this attempt, at most six hours; never after the last.
fn next_attempt(engine: &Engine, attempts: i64) -> Option<model::Timestamp> {
    let pause = (MINUTE_MS << attempts.clamp(0, 20)).min(LONGEST_MS);
    (attempts + 1 < ATTEMPTS).then(|| engine.now().plus(pause))
}

/// Sends to a channel now; the inner error is a sentence without secrets.
pub(super) async fn send(
    engine: &Engine,
    leave: &Leave,
    channel: &Channel,
    words: &Words,
) -> Result<Result<(), String>> {
    let mut mask = Mask::default();
    let sent = if channel.kind == ChannelKind::Email {
        mail::send(engine, leave, &channel.recipients, words).await
    } else {
        match engine.vault.read(&engine.db, channel.id.0, URL).await {
            Ok(None) => Err("Its URL is missing. Set it.".into()),
            Ok(Some((url, _))) => {
                mask.hide(&url);
                webhook::send(engine, leave, (channel.kind, url.expose_secret()), words).await
            }
            Err(error) => Err(error.about_secret(&format!("the channel {}", channel.name))?),
        }
    };
    Ok(sent.map_err(|error| mask.text(&error).chars().take(ERROR_KEPT).collect()))
}
