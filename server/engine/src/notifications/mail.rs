//! Notices by e-mail.

use lettre::{
    Message,
    message::{Mailbox, header::ContentType},
};

use super::Words;
use crate::{
    Engine,
    departure::{Leave, Post},
};

/// Sends to all recipients at once.
///
/// # Errors
/// A sentence that says what to mend.
pub(super) async fn send(
    engine: &Engine,
    leave: &Leave,
    recipients: &[String],
    words: &Words,
) -> Result<(), String> {
    let server =
        engine.settings.mail.as_ref().ok_or(
            "This installation has no mail server. Set SWITCHBOARD_SMTP_URL and SWITCHBOARD_MAIL_FROM.",
        )?;
    let post = Post {
        server: &server.url,
        message: message(&server.from, recipients, words)?,
    };
    engine.departure.mail(leave, post).await
}

fn message(from: &str, recipients: &[String], words: &Words) -> Result<Message, String> {
    let mailbox = |address: &str| -> Result<Mailbox, String> {
        let parsed = address
            .parse()
            .map_err(|_| format!("{address} is no e-mail address."))?;
        Ok(Mailbox::new(None, parsed))
    };
    let mut builder = Message::builder()
        .from(mailbox(from)?)
        .subject(one_line(&format!("[{}] {}", words.instance, words.title)))
        .message_id(Some(format!("<{}@switchboard>", words.id)))
        .header(ContentType::TEXT_PLAIN);
    for recipient in recipients {
        builder = builder.to(mailbox(recipient)?);
    }
    let body = format!(
        "{}\n\n{}\n\n{}\n\nSwitchboard {}, {}\n",
        words.title,
        words.detail,
        words.link,
        words.instance,
        words.at.exact()
    );
    builder
        .body(body)
        .map_err(|error| format!("The message could not be written: {error}."))
}

/// A header is one line: a line break in a name must not begin another header (RFC 5322, 2.2).
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::message;
    use crate::notifications::tests::hostile;

    #[test]
    fn names_are_plain_text_in_a_mail() {
        let recipients = ["ops@acme.example".to_owned()];
        let message = message("switchboard@acme.example", &recipients, &hostile()).unwrap();
        let raw = String::from_utf8(message.formatted()).unwrap();
        let (headers, _) = raw.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = headers
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap_or_default())
            .collect();
        assert!(!names.contains(&"Bcc") && names.contains(&"Subject"), "{headers}");
        let types = names.iter().filter(|name| **name == "Content-Type").count();
        assert_eq!(types, 1, "{headers}");
        assert!(
            headers.contains("\r\nContent-Type: text/plain; charset=utf-8\r\n"),
            "{headers}"
        );
        let recipients: Vec<String> = message.envelope().to().iter().map(ToString::to_string).collect();
        assert_eq!(recipients, ["ops@acme.example"]);
    }
}
