//! Mail leaves by a transport of its own, under the same rule.

use std::time::Duration;

use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Departure, Leave};

/// For each step of talking to the mail server.
const PATIENCE: Duration = Duration::from_secs(20);
/// For all of them: less than the first pause before another instance may send the same notice.
const WHOLE: Duration = Duration::from_secs(45);

/// A message, and the server that takes it.
pub(crate) struct Post<'a> {
    /// `smtp://` or `smtps://`, with user and password if the server asks for them.
    pub server: &'a SecretString,
    pub message: Message,
}

impl Departure {
    /// Hands a message to the mail server.
    ///
    /// # Errors
    /// A sentence that says what to mend.
    pub(crate) async fn mail(&self, _: &Leave, post: Post<'_>) -> Result<(), String> {
        let unusable = "SWITCHBOARD_SMTP_URL cannot be used. Give it as smtp://host:port.";
        let url = with_encryption(post.server.expose_secret()).ok_or(unusable)?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url)
            .map_err(|_| unusable)?
            .timeout(Some(PATIENCE))
            .build();
        // The transport's own limit covers the connection only: a server that falls silent must not stop the upkeep.
        match tokio::time::timeout(WHOLE, transport.send(post.message)).await {
            Ok(sent) => sent
                .map(drop)
                .map_err(|error| format!("The mail server did not take it: {error}.")),
            Err(_) => Err("The mail server fell silent. Check it, and the firewall on the way.".into()),
        }
    }
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
    use super::with_encryption;

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
