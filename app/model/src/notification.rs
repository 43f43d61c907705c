//! Notification channels: where warnings go, and the notices that went there.

use serde::{Deserialize, Serialize};

use crate::{
    FieldErrors, Invalid, Timestamp, choice,
    forms::{choice_or, mark, ticked},
    id::ChannelId,
    names::{self, Name},
    secret_state::SecretState,
    target_url::EndpointUrl,
};

choice! {
    /// How notices are sent.
    ChannelKind {
        /// By SMTP, as the installation is configured.
        Email = "email", "E-mail";
        /// An adaptive card to a Teams workflow ("Post to a channel when a webhook request is received").
        Teams = "teams", "Microsoft Teams";
        /// An incoming webhook of Slack, or of what understands its messages.
        Slack = "slack", "Slack";
        /// Plain JSON to any URL.
        Webhook = "webhook", "Webhook";
    }
}

/// Most recipients of one channel.
const RECIPIENTS: usize = 50;

/// A place warnings are sent to. The URL of a webhook is a secret and kept in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    pub id: ChannelId,
    pub kind: ChannelKind,
    pub name: String,
    /// E-mail addresses; empty for the other kinds.
    pub recipients: Vec<String>,
    pub active: bool,
    pub version: i64,
    pub created: Timestamp,
    pub created_by: String,
    pub updated: Timestamp,
    pub updated_by: String,
}

/// A channel as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelRow {
    pub channel: Channel,
    /// What may be told about the URL.
    pub url: Option<SecretState>,
    pub last: Option<NoticeState>,
}

/// What became of the newest notice to a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeState {
    pub created: Timestamp,
    pub sent: Option<Timestamp>,
    pub attempts: i64,
    /// Why the last attempt failed; empty when it did not.
    pub error: String,
}

/// Settings → Notifications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notifications {
    pub channels: Vec<ChannelRow>,
    /// Whether the installation has a mail server.
    pub mail: bool,
}

/// How a test notice ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestNotice {
    pub channel: ChannelId,
    pub name: String,
    /// Why it did not arrive; empty when the other side took it.
    pub error: String,
}

/// Input of a channel form. A blank URL keeps the one that is set.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChannelForm {
    /// Id of the channel, empty for a new one.
    pub id: String,
    pub version: i64,
    pub name: String,
    pub kind: String,
    /// E-mail addresses, separated by commas, blanks or lines.
    pub recipients: String,
    pub url: String,
    /// `on` when ticked.
    pub active: String,
}

/// The checked fields of a [`ChannelForm`].
pub struct CheckedChannel {
    pub name: Name,
    pub kind: ChannelKind,
    pub recipients: Vec<String>,
    /// `None` keeps the one that is set.
    pub url: Option<String>,
    /// Scheme, host and port of the URL.
    pub origin: String,
    pub active: bool,
}

/// Whether a field of the form is shown for a kind: recipients for e-mail, the URL for the others.
pub fn shown(field: &str, kind: ChannelKind) -> bool {
    match field {
        "recipients" => kind == ChannelKind::Email,
        "url" => kind != ChannelKind::Email,
        _ => true,
    }
}

impl ChannelForm {
    /// The form of a stored channel, without its URL.
    pub fn of(channel: &Channel) -> Self {
        Self {
            id: channel.id.to_string(),
            version: channel.version,
            name: channel.name.clone(),
            kind: channel.kind.word().into(),
            recipients: channel.recipients.join("\n"),
            url: String::new(),
            active: mark(channel.active),
        }
    }

    /// Checks every field at once. A new channel needs its recipients or its URL.
    pub fn check(&self) -> Result<CheckedChannel, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let kind = errors.keep(
            "kind",
            choice_or(&self.kind, ChannelKind::Email, ChannelKind::parse),
        );
        let is_shown = |field| kind.is_some_and(|kind| shown(field, kind));
        let recipients = if is_shown("recipients") {
            errors.keep("recipients", addresses(&self.recipients))
        } else {
            Some(Vec::new())
        };
        let url = match self.url.trim() {
            "" if is_shown("url") && self.id.is_empty() => errors.keep("url", Err(Invalid::Required)),
            text if is_shown("url") && !text.is_empty() => errors.keep("url", webhook(text)).map(Some),
            _ => Some(None),
        };
        match (name, kind, recipients, url) {
            (Some(name), Some(kind), Some(recipients), Some(url)) => Ok(CheckedChannel {
                name,
                kind,
                recipients,
                origin: url.as_ref().map(|(_, origin)| origin.clone()).unwrap_or_default(),
                url: url.map(|(url, _)| url),
                active: ticked(&self.active),
            }),
            _ => Err(errors),
        }
    }
}

/// A webhook's URL and its origin. References are for passwords: a URL is typed.
fn webhook(text: &str) -> Result<(String, String), Invalid> {
    let url = EndpointUrl::parse(text)?;
    if text.contains("${") {
        return Err(Invalid::Refused("Variables cannot be used here.".into()));
    }
    Ok((text.to_owned(), url.origin()))
}

fn addresses(text: &str) -> Result<Vec<String>, Invalid> {
    let mut addresses = Vec::new();
    for part in text
        .split([',', ';', ' ', '\n', '\r', '\t'])
        .filter(|part| !part.is_empty())
    {
        let one = address(part)?;
        if !addresses.contains(&one) {
            addresses.push(one);
        }
    }
    match addresses.len() {
        0 => Err(Invalid::Required),
        n if n > RECIPIENTS => Err(Invalid::Refused(format!(
            "Use at most {RECIPIENTS} addresses, or a mailing list."
        ))),
        _ => Ok(addresses),
    }
}

/// An e-mail address: one `@`, a domain, no blanks. Whether somebody is there shows when mail is sent.
pub fn address(text: &str) -> Result<String, Invalid> {
    let text = names::line(text, 254)?;
    let good = text.split_once('@').is_some_and(|(user, domain)| {
        !user.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !text.contains(char::is_whitespace)
            && !text.contains(['<', '>', '(', ')', '[', ']', '\\', '"', ',', ';', ':'])
    });
    if good {
        Ok(text)
    } else {
        Err(Invalid::Malformed(format!(
            "“{text}” is no e-mail address such as ops@example.com."
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(kind: &str) -> ChannelForm {
        ChannelForm {
            name: "Operators".into(),
            kind: kind.into(),
            ..ChannelForm::default()
        }
    }

    #[test]
    fn mail_needs_recipients_and_webhooks_a_url() {
        let errors = form("email").check().err().unwrap();
        assert!(errors.get("recipients").is_some() && errors.get("url").is_none());
        let errors = form("slack").check().err().unwrap();
        assert!(errors.get("url").is_some() && errors.get("recipients").is_none());
        let checked = ChannelForm {
            recipients: "a@example.com, b@example.com\nA@example.com a@example.com".into(),
            url: "not looked at".into(),
            ..form("email")
        };
        let checked = checked.check().unwrap_or_else(|errors| panic!("{errors:?}"));
        assert_eq!(checked.recipients.len(), 3);
        assert!(checked.url.is_none());
        let checked = ChannelForm {
            url: "https://hooks.slack.example/services/T/B/x".into(),
            ..form("slack")
        };
        let checked = checked.check().unwrap_or_else(|errors| panic!("{errors:?}"));
        assert_eq!(checked.origin, "https://hooks.slack.example");
    }

    #[test]
    fn a_stored_url_may_stay() {
        let form = ChannelForm {
            id: "x".into(),
            ..form("teams")
        };
        assert!(form.check().is_ok_and(|checked| checked.url.is_none()));
    }

    #[test]
    fn addresses_are_checked() {
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            "a@.b",
            "<a@b>",
            "a@b\nBcc: x",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
        assert_eq!(
            address(" ops+night@example.com ").unwrap(),
            "ops+night@example.com"
        );
    }
}
