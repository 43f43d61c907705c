//! What the installation was told: variables of the environment and a TOML file, read once and checked whole.

mod source;
mod values;

use std::{fmt, net::SocketAddr, path::PathBuf};

use engine::{MailServer, SecretSources, SecretString, egress::Policy};
use ipnet::IpNet;
use url::Url;

use source::Source;

/// Largest body when nothing is set, in bytes: 1 MiB.
const BODY_LIMIT: usize = 1024 * 1024;
/// Largest limit that may be set, in bytes: bodies are held in memory.
const BODY_LIMIT_MOST: usize = 64 * 1024 * 1024;

/// The checked configuration. Secrets are not printed: there is no `Debug`.
pub struct Config {
    pub listen: SocketAddr,
    /// Without a slash at the end; `None` is `http://` and the listen address.
    pub public_url: Option<Url>,
    pub database_url: String,
    pub instance_name: Option<String>,
    pub master_key: Option<String>,
    pub master_key_file: Option<PathBuf>,
    pub policy: Policy,
    /// The same as text, for `check`.
    pub allowed_targets: String,
    /// Name and password of the first administrator.
    pub administrator: Option<(String, String)>,
    pub tls: Option<TlsFiles>,
    pub trusted_proxies: Vec<IpNet>,
    pub practice: bool,
    /// A tracing filter.
    pub log: String,
    /// Largest body accepted from outside, in bytes.
    pub body_limit: usize,
    pub secret_sources: SecretSources,
    pub mail: Option<MailServer>,
    /// For `key rotate --master`.
    pub new_master_key: Option<SecretString>,
    pub new_master_key_file: Option<PathBuf>,
}

/// The certificate chain and its private key, as PEM files.
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// Authorities whose client certificates are accepted; callers may then show one.
    pub client_ca: Option<PathBuf>,
}

/// The files of TLS, which make sense only together.
fn tls(source: &mut Source) -> Option<TlsFiles> {
    let files = values::both(source, "tls_cert", "tls_key");
    let client_ca = source.take_optional("tls_client_ca", values::path);
    if client_ca.is_some() && files.is_none() {
        let needed = format!(
            "needs {} and {} as well: client certificates are shown to whoever terminates TLS.",
            source.written_as("tls_cert"),
            source.written_as("tls_key")
        );
        source.refuse("tls_client_ca", &needed);
    }
    files.map(|(certificate, key)| TlsFiles {
        certificate: certificate.into(),
        key: key.into(),
        client_ca,
    })
}

/// Why the configuration was refused; each sentence names its key.
#[derive(Debug)]
pub struct ConfigError(pub Vec<String>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads the environment of this program and the file, if one is named.
    ///
    /// # Errors
    /// Unknown keys and bad values, all of them at once.
    pub fn read(file: Option<&std::path::Path>) -> Result<Self, ConfigError> {
        Source::read(std::env::vars_os(), file).and_then(Self::from_source)
    }

    fn from_source(mut source: Source) -> Result<Self, ConfigError> {
        let config = Self {
            listen: source.take("listen", values::listen, || {
                SocketAddr::from(([127, 0, 0, 1], 3000))
            }),
            public_url: source.take_optional("public_url", values::public_url),
            database_url: source.take("database_url", values::database_url, || {
                "sqlite://data/switchboard.db".into()
            }),
            instance_name: source.take_optional("instance_name", values::instance_name),
            master_key: source.take_optional("master_key", values::text),
            master_key_file: source.take_optional("master_key_file", values::path),
            allowed_targets: source.peek("allowed_targets"),
            policy: source.take("allowed_targets", values::policy, Policy::default),
            administrator: values::both(&mut source, "admin_user", "admin_password"),
            tls: tls(&mut source),
            trusted_proxies: source.take("trusted_proxies", values::networks, Vec::new),
            practice: source.take("practice", values::switch, || false),
            log: source.take("log", values::log_filter, || "info".into()),
            body_limit: source.take(
                "body_limit",
                |text| values::size(text, BODY_LIMIT_MOST),
                || BODY_LIMIT,
            ),
            secret_sources: SecretSources {
                environment: source.secrets(),
                roots: source.take("secret_roots", values::folders, Vec::new),
            },
            mail: values::mail(&mut source),
            new_master_key: source
                .take_optional("new_master_key", values::text)
                .map(SecretString::from),
            new_master_key_file: source.take_optional("new_master_key_file", values::path),
        };
        source.finish()?;
        Ok(config)
    }

    /// The folder of the master key and the instance name: that of the SQLite file, else `data`.
    pub fn data_dir(&self) -> PathBuf {
        let file = self
            .database_url
            .strip_prefix("sqlite://")
            .or_else(|| self.database_url.strip_prefix("sqlite:"));
        let file = file.map(|file| PathBuf::from(file.split('?').next().unwrap_or(file)));
        match file.as_deref().and_then(std::path::Path::parent) {
            Some(folder) if folder.as_os_str().is_empty() => PathBuf::from("."),
            Some(folder) => folder.to_owned(),
            None => PathBuf::from("data"),
        }
    }

    /// The address people and systems use, without a slash at the end. `bound` is where we really listen (port 0 is
    /// answered by the system). A wildcard address is nobody's name, so it is called localhost.
    pub fn public_url_for(&self, bound: SocketAddr) -> String {
        if let Some(url) = &self.public_url {
            return url.as_str().trim_end_matches('/').to_owned();
        }
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        if bound.ip().is_unspecified() {
            format!("{scheme}://localhost:{}", bound.port())
        } else {
            format!("{scheme}://{bound}")
        }
    }
}

#[cfg(test)]
mod tests;
