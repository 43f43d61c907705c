//! Notices to webhooks, in the shapes their receivers understand.

use std::time::Duration;

use egress::{Limits, Request, TlsOptions};
use http::{HeaderMap, HeaderValue, Method, header::CONTENT_TYPE};
use model::notification::ChannelKind;
use serde_json::{Value, json};
use url::Url;

use super::Words;
use crate::{Engine, departure::Leave};

/// For one notice.
const PATIENCE: Duration = Duration::from_secs(20);
/// Of the answer, for the reason of a refusal.
const ANSWER_KEPT: usize = 300;

/// Posts one notice.
///
/// # Errors
/// A sentence that says why it was not taken; it may hold the URL.
pub(super) async fn send(
    engine: &Engine,
    leave: &Leave,
    (kind, url): (ChannelKind, &str),
    words: &Words,
) -> Result<(), String> {
    let url = Url::parse(url).map_err(|error| format!("Its URL cannot be used: {error}."))?;
    let body = match kind {
        ChannelKind::Teams => teams(words),
        ChannelKind::Slack => slack(words),
        ChannelKind::Email | ChannelKind::Webhook => plain(words),
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let request = Request {
        method: Method::POST,
        url,
        headers,
        body: body.to_string().into_bytes(),
        limits: Limits {
            connect: Duration::from_secs(10),
            total: PATIENCE,
            response_bytes: ANSWER_KEPT,
        },
        tls: TlsOptions::default(),
    };
    match engine.departure.send(leave, request, |_| ()).await {
        Ok(response) if response.status.is_success() => Ok(()),
        // Its words are not kept: many servers repeat the path, which is the secret.
        Ok(response) => Err(format!("It answered {}.", response.status)),
        Err((failure, _)) => Err(failure.cause()),
    }
}

/// Plain JSON.
fn plain(words: &Words) -> Value {
    json!({
        "event": words.event,
        "id": words.id,
        "title": words.title,
        "detail": words.detail,
        "url": words.link,
        "instance": words.instance,
        "at": words.at.rfc3339(),
    })
}

/// An incoming webhook's message (docs.slack.dev, "Sending messages using incoming webhooks"). With `&`, `<` and `>`
/// escaped, no text is a link, a mention of a person or `<!channel>` ("Formatting message text"); `parse` and
/// `link_names` stay off, so `@everyone` mentions nobody.
fn slack(words: &Words) -> Value {
    let escaped = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let text = format!(
        "*{}*\n{}\n<{}|Open in Switchboard {}>",
        escaped(&words.title),
        escaped(&words.detail),
        escaped(&words.link),
        escaped(&words.instance)
    );
    json!({ "text": text, "parse": "none", "link_names": false })
}

/// An adaptive card, as the Teams workflow "Post to a channel when a webhook request is received" takes it. A
/// `TextBlock` would read Markdown, and so turn a name like `[log in](https://…)` into a link; the runs of a
/// `RichTextBlock` are plain text (adaptivecards.io, "TextRun").
fn teams(words: &Words) -> Value {
    let color = match words.event {
        "incident.opened" => "Attention",
        "incident.recovered" => "Good",
        _ => "Default",
    };
    let title = run(json!({ "text": words.title, "weight": "Bolder", "size": "Medium", "color": color }));
    let details = words.detail.lines().map(|line| run(json!({ "text": line })));
    let source = format!("Switchboard {}, {}", words.instance, words.at.exact());
    let body: Vec<Value> = std::iter::once(title)
        .chain(details)
        .chain([run(json!({ "text": source, "isSubtle": true }))])
        .collect();
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": body,
                "actions": [{ "type": "Action.OpenUrl", "title": "Open in Switchboard", "url": words.link }],
            },
        }],
    })
}

/// A line of a card: plain text.
fn run(mut text: Value) -> Value {
    text["type"] = "TextRun".into();
    json!({ "type": "RichTextBlock", "inlines": [text] })
}

#[cfg(test)]
mod tests {
    use super::{slack, teams};
    use crate::notifications::tests::hostile;

    #[test]
    fn names_are_plain_text_in_slack() {
        let message = slack(&hostile());
        let text = message["text"].as_str().unwrap();
        // The one link is ours.
        assert_eq!(text.matches('<').count(), 1, "{text}");
        assert_eq!(text.matches('>').count(), 1, "{text}");
        assert!(text.contains("<https://switchboard.example/expiry|"), "{text}");
        assert!(text.contains("&lt;!channel&gt;"), "{text}");
        assert_eq!(
            (&message["parse"], &message["link_names"]),
            (&"none".into(), &false.into())
        );
    }

    #[test]
    fn names_are_plain_text_in_teams() {
        let words = hostile();
        let card = &teams(&words)["attachments"][0]["content"];
        let blocks = card["body"].as_array().unwrap();
        assert_eq!(blocks[0]["inlines"][0]["text"], words.title);
        for block in blocks {
            assert_eq!(
                block["type"], "RichTextBlock",
                "a TextBlock reads Markdown: {block}"
            );
            assert_eq!(block["inlines"][0]["type"], "TextRun", "{block}");
        }
    }
}
