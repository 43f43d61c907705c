use std::{ffi::OsString, io::Write, path::PathBuf};

use super::{Config, source::Source};

fn from(environment: &[(&str, &str)], file: Option<&str>) -> Result<Config, String> {
    let file = file.map(|text| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    });
    let environment = environment
        .iter()
        .map(|(name, value)| (OsString::from(name), OsString::from(value)));
    Source::read(environment, file.as_ref().map(tempfile::NamedTempFile::path))
        .and_then(Config::from_source)
        .map_err(|error| error.to_string())
}

fn refused(environment: &[(&str, &str)], file: Option<&str>) -> String {
    from(environment, file).err().unwrap_or_default()
}

#[test]
fn nothing_given_means_the_documented_defaults() {
    let config = from(&[("PATH", "/bin"), ("SWITCHBOARD_LISTEN", "")], None).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.public_url_for(config.listen), "http://127.0.0.1:3000");
    assert_eq!(config.database_url, "sqlite://data/switchboard.db");
    assert_eq!(config.data_dir(), PathBuf::from("data"));
    assert_eq!(config.body_limit, 1024 * 1024);
    assert!(!config.practice && config.tls.is_none() && config.trusted_proxies.is_empty());
}

#[test]
fn the_environment_wins_over_the_file() {
    let file =
        "listen = '0.0.0.0:80'\npractice = true\nbody_limit = 2048\ntrusted_proxies = ['10.0.0.0/8', '::1']";
    let config = from(&[("SWITCHBOARD_LISTEN", "localhost:81")], Some(file)).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:81");
    assert!(config.practice);
    assert_eq!(config.body_limit, 2048);
    assert_eq!(config.trusted_proxies.len(), 2);
}

#[test]
fn every_bad_value_names_its_key() {
    for (name, value) in [
        ("SWITCHBOARD_LISTEN", "3000"),
        ("SWITCHBOARD_LISTEN", "example.com:80"),
        ("SWITCHBOARD_PUBLIC_URL", "switchboard.example"),
        ("SWITCHBOARD_PUBLIC_URL", "ftp://a"),
        ("SWITCHBOARD_PUBLIC_URL", "https://a/sub"),
        ("SWITCHBOARD_PUBLIC_URL", "https://user@a"),
        ("SWITCHBOARD_DATABASE_URL", "mysql://a"),
        ("SWITCHBOARD_INSTANCE_NAME", "with blank"),
        ("SWITCHBOARD_ALLOWED_TARGETS", "10.0.0.0/99"),
        ("SWITCHBOARD_TRUSTED_PROXIES", "10.0.0.0/8,nobody"),
        ("SWITCHBOARD_PRACTICE", "perhaps"),
        ("SWITCHBOARD_LOG", "a=b=c"),
        ("SWITCHBOARD_BODY_LIMIT", "0"),
        ("SWITCHBOARD_BODY_LIMIT", "9GiB"),
        ("SWITCHBOARD_BODY_LIMIT", "99999999999999999999"),
        ("SWITCHBOARD_ADMIN_USER", "admin"),
        ("SWITCHBOARD_TLS_KEY", "key.pem"),
        ("SWITCHBOARD_SMTP_URL", "smtp://a"),
        ("SWITCHBOARD_MAIL_FROM", "a@example.com"),
        ("SWITCHBOARD_SECRET_ROOTS", "secrets"),
        ("SWITCHBOARD_TLS_CLIENT_CA", "ca.pem"),
        ("SWITCHBOARD_PORT", "80"),
    ] {
        let text = refused(&[(name, value)], None);
        assert!(text.contains(name), "{name}={value}: {text:?}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let text = refused(
        &[("SWITCHBOARD_PORT", "80"), ("SWITCHBOARD_PRACTICE", "x")],
        Some("tls_client_ca = 'x'\nnope = 1"),
    );
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(
        text.contains("`nope`") && text.contains("`tls_client_ca`"),
        "{text}"
    );
}

#[test]
fn secrets_and_test_variables_are_not_settings() {
    let others = [
        "SWITCHBOARD_SECRET_JIRA",
        "SWITCHBOARD_TEST_POSTGRES",
        "SWITCHBOARD_BUNDLE",
        "SWITCHBOARD_BINARY",
    ];
    for name in others {
        assert!(from(&[(name, "x")], None).is_ok(), "{name}");
    }
}

#[test]
fn values_for_references_are_kept_apart() {
    let config = from(
        &[
            ("SWITCHBOARD_SECRET_JIRA", "s3cret"),
            ("SWITCHBOARD_SECRET_ROOTS", "/run/secrets, /etc/switchboard"),
        ],
        None,
    )
    .unwrap();
    let names: Vec<_> = config.secret_sources.environment.keys().collect();
    assert_eq!(names, ["SWITCHBOARD_SECRET_JIRA"]);
    assert_eq!(config.secret_sources.roots.len(), 2);
}

#[test]
fn a_mail_server_needs_a_sender() {
    let (url, from_name) = ("SWITCHBOARD_SMTP_URL", "SWITCHBOARD_MAIL_FROM");
    let config = from(
        &[
            (url, "smtp://u:s3cret@mail.example:587"),
            (from_name, "ops@example.com"),
        ],
        None,
    );
    assert_eq!(config.unwrap().mail.unwrap().from, "ops@example.com");
    for (bad_url, bad_from) in [
        ("http://u:s3cret@a", "a@example.com"),
        ("smtp://u:s3cret@a", "nobody"),
    ] {
        let text = refused(&[(url, bad_url), (from_name, bad_from)], None);
        assert!(!text.is_empty() && !text.contains("s3cret"), "{text}");
    }
}

#[test]
fn a_database_password_is_never_repeated() {
    assert!(!refused(&[("SWITCHBOARD_DATABASE_URL", "mysql://u:s3cret@h")], None).contains("s3cret"));
}

#[test]
fn the_data_folder_is_beside_the_database() {
    for (url, folder) in [
        ("sqlite://data/switchboard.db", "data"),
        (
            "sqlite:///var/lib/switchboard/x.db?mode=rwc",
            "/var/lib/switchboard",
        ),
        ("sqlite://x.db", "."),
        ("postgres://u@h/db", "data"),
    ] {
        let config = from(&[("SWITCHBOARD_DATABASE_URL", url)], None).unwrap();
        assert_eq!(config.data_dir(), PathBuf::from(folder), "{url}");
    }
}

#[test]
fn a_wildcard_address_is_called_localhost() {
    let config = from(&[("SWITCHBOARD_LISTEN", "[::]:8080")], None).unwrap();
    assert_eq!(config.public_url_for(config.listen), "http://localhost:8080");
}
