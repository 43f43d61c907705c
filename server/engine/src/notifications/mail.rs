//! Notices by e-mail.

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use secrecy::ExposeSecret;
use url::Url;

use super::Words;
use crate::MailServer;

/// For each step of talking to the mail server.
const PATIENCE: Duration = Duration::from_secs(20);
/// For all of them: less than the first pause before another instance may send the same notice.
const WHOLE: Duration = Duration::from_secs(45);

/// Sends to all recipients at once.
///
/// # Errors
/// A sentence that says what to mend.
pub(super) async fn send(
    server: Option<&MailServer>,
    recipients: &[String],
    words: &Words,
) -> Result<(), String> {
    let server = server
        .ok_or("This installation has no mail server. Set SWITCHBOARD_SMTP_URL and SWITCHBOARD_MAIL_FROM.")?;
    let message = message(&server.from, recipients, words)?;
    let url = with_encryption(server.url.expose_secret())
        .ok_or("SWITCHBOARD_SMTP_URL cannot be used. Give it as smtp://host:port.")?;
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url)
        .map_err(|_| "SWITCHBOARD_SMTP_URL cannot be used. Give it as smtp://host:port.")?
        .timeout(Some(PATIENCE))
        .build();
    // The transport's own limit covers the connection only: a server that falls silent must not stop the upkeep.
    match tokio::time::timeout(WHOLE, transport.send(message)).await {
        Ok(sent) => sent
            .map(drop)
            .map_err(|error| format!("The mail server did not take it: {error}.")),
        Err(_) => Err("The mail server fell silent. Check it, and the firewall on the way.".into()),
    }
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

/// STARTTLS where the server offers it, and never a password without it; `?tls=none` asks for neither.
fn with_encryption(url: &str) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    let chosen = url
        .query_pairs()
        .find(|(name, _)| name == "tls")
        .map(|(_, value)| value.into_owned());
    if url.scheme() == "smtp" {
        match chosen.as_deref() {
            Some("none") => url.set_query(None),
            Some(_) => {}
            None if url.password().is_some() => url.set_query(Some("tls=required")),
            None => url.set_query(Some("tls=opportunistic")),
        }
    }
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use super::{message, with_encryption};
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
        assert_eq!(
            headers.matches("Content-Type: text/plain").count(),
            1,
            "{headers}"
        );
        assert!(!headers.contains("text/html"), "{headers}");
        let recipients: Vec<String> = message.envelope().to().iter().map(ToString::to_string).collect();
        assert_eq!(recipients, ["ops@acme.example"]);
    }

    #[test]
    fn a_password_is_not_sent_in_clear() {
        for (given, used) in [
            (
                "smtp://mail.example:25",
                "smtp://mail.example:25?tls=opportunistic",
            ),
            (
                "smtp://u:p@mail.example:587",
                "smtp://u:p@mail.example:587?tls=required",
            ),
            ("smtp://u:p@mail.example?tls=none", "smtp://u:p@mail.example"),
            (
                "smtp://mail.example?tls=required",
                "smtp://mail.example?tls=required",
            ),
            ("smtps://u:p@mail.example", "smtps://u:p@mail.example"),
        ] {
            assert_eq!(with_encryption(given).as_deref(), Some(used));
        }
    }
}
