//! How each value is read. Errors are sentences that follow the key's name.

use std::{net::SocketAddr, path::PathBuf};

use engine::{MailServer, egress::Policy};
use ipnet::IpNet;
use url::Url;

use super::source::Source;

/// Any text.
#[expect(clippy::unnecessary_wraps, reason = "has the shape of the other readers")]
pub fn text(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

/// Any path; whether the file is there shows when it is used.
#[expect(clippy::unnecessary_wraps, reason = "has the shape of the other readers")]
pub fn path(text: &str) -> Result<PathBuf, String> {
    Ok(PathBuf::from(text))
}

/// `127.0.0.1:3000`, `[::]:3000`, or `localhost:3000`.
pub fn listen(text: &str) -> Result<SocketAddr, String> {
    let address = text
        .strip_prefix("localhost:")
        .map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    address
        .parse()
        .map_err(|_| format!("“{text}” is no address with a port, such as 127.0.0.1:3000."))
}

/// `https://switchboard.example`: an origin, nothing after the host and port.
pub fn public_url(text: &str) -> Result<Url, String> {
    let url =
        Url::parse(text).map_err(|_| format!("“{text}” is no URL, such as https://switchboard.example."))?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !matches!(url.scheme(), "http" | "https")
        || !bare
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err(format!(
            "“{text}” must be http or https, a host and perhaps a port, and nothing else."
        ));
    }
    Ok(url)
}

/// `sqlite://…` or `postgres://…`. The value is not repeated in errors: it may hold a password.
pub fn database_url(text: &str) -> Result<String, String> {
    let known = ["sqlite:", "postgres://", "postgresql://"]
        .iter()
        .any(|scheme| text.starts_with(scheme));
    if known {
        Ok(text.to_owned())
    } else {
        Err("must begin with sqlite:// or postgres://.".into())
    }
}

/// As `/setup` asks for it.
pub fn instance_name(text: &str) -> Result<String, String> {
    model::user::instance_name(text).map_err(|invalid| invalid.text())
}

/// CIDRs and host names, separated by commas.
pub fn policy(text: &str) -> Result<Policy, String> {
    Policy::parse(text).map_err(|error| error.to_string())
}

/// Addresses and CIDRs, separated by commas.
pub fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(network)
        .collect()
}

fn network(text: &str) -> Result<IpNet, String> {
    text.parse()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .map_err(|_| format!("“{text}” is no address and no range such as 10.0.0.0/8."))
}

/// Absolute paths of folders, separated by commas.
pub fn folders(text: &str) -> Result<Vec<PathBuf>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(|item| match PathBuf::from(item) {
            path if path.is_absolute() => Ok(path),
            _ => Err(format!("“{item}” is no absolute path such as /run/secrets.")),
        })
        .collect()
}

/// The mail server and the sender. The URL is not repeated in errors: it may hold a password.
pub fn mail(source: &mut Source) -> Option<MailServer> {
    let (url, from) = both(source, "smtp_url", "mail_from")?;
    let parsed = Url::parse(&url).ok();
    let good = parsed.is_some_and(|url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host());
    if !good {
        source.refuse(
            "smtp_url",
            "must be smtp://host:port or smtps://host, with user:password@ if the server asks for them.",
        );
    }
    let sender = model::notification::address(&from);
    if let Err(invalid) = &sender {
        source.refuse("mail_from", &invalid.text());
    }
    sender.ok().filter(|_| good).map(|from| MailServer {
        url: url.into(),
        from,
    })
}

/// `on` or `off`.
pub fn switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "true" | "yes" | "1" => Ok(true),
        "off" | "false" | "no" | "0" => Ok(false),
        _ => Err(format!("“{text}” must be on or off.")),
    }
}

/// A tracing filter: `info`, `info,engine=debug`.
pub fn log_filter(text: &str) -> Result<String, String> {
    tracing_subscriber::EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|error| format!("“{text}” is no filter such as info or info,engine=debug: {error}."))
}

/// Bytes, also as `512KiB` or `2MiB`, from 1 KiB to `most`.
pub fn size(text: &str, most: usize) -> Result<usize, String> {
    let (digits, unit) = match text.find(|c: char| !c.is_ascii_digit()) {
        Some(at) => (&text[..at], text[at..].trim()),
        None => (text, ""),
    };
    let factor = match unit {
        "" => Some(1),
        "KiB" => Some(1024),
        "MiB" => Some(1024 * 1024),
        _ => None,
    };
    let bytes = digits
        .parse::<usize>()
        .ok()
        .zip(factor)
        .and_then(|(number, factor)| number.checked_mul(factor));
    match bytes {
        Some(bytes) if (1024..=most).contains(&bytes) => Ok(bytes),
        _ => Err(format!(
            "“{text}” must be a number of bytes (or 512KiB, 2MiB) from 1KiB to {}MiB.",
            most / 1024 / 1024
        )),
    }
}

/// Two settings that only make sense together.
pub fn both(source: &mut Source, first: &str, second: &str) -> Option<(String, String)> {
    match (
        source.take_optional(first, text),
        source.take_optional(second, text),
    ) {
        (Some(one), Some(two)) => Some((one, two)),
        (Some(_), None) => {
            source.refuse(first, &format!("needs {} as well.", source.written_as(second)));
            None
        }
        (None, Some(_)) => {
            source.refuse(second, &format!("needs {} as well.", source.written_as(first)));
            None
        }
        (None, None) => None,
    }
}
