//! The few things in which the two databases differ.

use sqlx::error::DatabaseError;

/// Unique indexes whose name does not follow from table and columns. SQLite reports the columns of an index,
/// PostgreSQL its name.
const UNIQUE_INDEXES: &[(&str, &str)] = &[
    ("integration.process, integration.name", "integration_name"),
    (
        "oauth_profile.application, oauth_profile.name",
        "oauth_profile_name",
    ),
    (
        "protocol_profile.application, protocol_profile.name",
        "protocol_profile_name",
    ),
    ("oauth_client.application, oauth_client.name", "oauth_client_name"),
    (
        "inbound_credential.kind, inbound_credential.secret_hash",
        "inbound_credential_secret",
    ),
    ("issued_token.token_hash", "issued_token_hash"),
    ("connection.integration, connection.name", "connection_name"),
    ("connection.integration", "connection_one_active"),
    (
        "connection.process, connection.inbound_user",
        "connection_active_inbound_user",
    ),
    ("variable.connection, variable.key", "variable_key"),
    ("message.integration, message.name", "message_name"),
    ("api_token.token_hash", "api_token_hash"),
    ("data_key.active", "data_key_one_active"),
    ("incident.kind, incident.subject", "incident_open"),
    (
        "message_transaction.number, message_transaction.replay",
        "transaction_number",
    ),
    (
        "message_transaction.process, message_transaction.inbound_user, message_transaction.message_id",
        "transaction_message_id",
    ),
];

/// The name of the unique index in SQLite's message `UNIQUE constraint failed: process.api_name`.
pub(crate) fn unique_name(message: &str) -> String {
    let subject = message
        .rsplit_once("failed: ")
        .map_or(message, |(_, subject)| subject)
        .trim();
    // An index over an expression is reported by its name.
    if let Some(quoted) = subject.strip_prefix("index '") {
        return quoted.trim_end_matches('\'').to_owned();
    }
    if let Some((_, name)) = UNIQUE_INDEXES.iter().find(|(columns, _)| *columns == subject) {
        return (*name).to_owned();
    }
    let table = subject.split('.').next().unwrap_or_default();
    let columns = subject
        .split(", ")
        .filter_map(|column| column.split_once('.').map(|(_, name)| name));
    std::iter::once(table)
        .chain(columns)
        .collect::<Vec<_>>()
        .join("_")
}

/// Whether the database's refusal may pass by itself: full or broken disk, too many connections, a deadlock.
pub(crate) fn is_passing(error: &dyn DatabaseError) -> bool {
    let Some(code) = error.code() else { return false };
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        // Primary codes BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN (https://www.sqlite.org/rescode.html).
        return code
            .parse::<i32>()
            .is_ok_and(|code| matches!(code & 0xff, 5..=8 | 10 | 13 | 14));
    }
    // Connection, rollback, resources, operator intervention, system error (PostgreSQL, appendix A).
    ["08", "40", "53", "57", "58"]
        .iter()
        .any(|class| code.starts_with(class))
}

/// Makes a text usable as the middle of a `LIKE … ESCAPE '\'` pattern.
pub(crate) fn like_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// Whether a SQLite version has the fix of the WAL-reset bug (3.51.3).
pub fn sqlite_version_ok(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) >= (3, 51, 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unique_indexes_get_their_names() {
        for (message, name) in [
            ("UNIQUE constraint failed: application.key", "application_key"),
            ("UNIQUE constraint failed: index 'app_user_name'", "app_user_name"),
            (
                "UNIQUE constraint failed: connection.integration",
                "connection_one_active",
            ),
            (
                "UNIQUE constraint failed: secret.owner, secret.name",
                "secret_owner_name",
            ),
        ] {
            assert_eq!(unique_name(message), name);
        }
    }

    #[test]
    fn versions_compare_by_numbers() {
        for (version, ok) in [
            ("3.51.3", true),
            ("3.53.0", true),
            ("4.0", true),
            ("3.51.2", false),
            ("3.9.10", false),
        ] {
            assert_eq!(sqlite_version_ok(version), ok, "{version}");
        }
    }

    #[test]
    fn like_patterns_are_literal() {
        assert_eq!(like_pattern(r"50%_a\b"), r"%50\%\_a\\b%");
    }
}
