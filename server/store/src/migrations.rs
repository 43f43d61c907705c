//! The schema, embedded. Migrations are only ever added; each has a file of the same name for both databases.

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

struct Step {
    version: i64,
    description: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! step {
    ($version:literal, $description:literal, $file:literal) => {
        Step {
            version: $version,
            description: $description,
            sqlite: include_str!(concat!("../../../migrations/sqlite/", $file)),
            postgres: include_str!(concat!("../../../migrations/postgres/", $file)),
        }
    };
}

const STEPS: &[Step] = &[
    step!(1, "init", "0001_init.sql"),
    step!(2, "credentials", "0002_credentials.sql"),
    step!(3, "inbound_authentication", "0003_inbound_authentication.sql"),
    step!(4, "vault", "0004_vault.sql"),
    step!(5, "notifications", "0005_notifications.sql"),
    step!(6, "inbound_allowed", "0006_inbound_allowed.sql"),
    step!(7, "token_leases", "0007_token_leases.sql"),
    step!(8, "variable_version", "0008_variable_version.sql"),
    step!(9, "password_guess", "0009_password_guess.sql"),
    step!(10, "sending", "0010_sending.sql"),
    step!(11, "installation", "0011_installation.sql"),
    step!(12, "redaction", "0012_redaction.sql"),
    step!(13, "write_proof", "0013_write_proof.sql"),
];

fn migrator(sql: fn(&Step) -> &'static str) -> Migrator {
    let steps = STEPS.iter().map(|step| {
        Migration::new(
            step.version,
            step.description.into(),
            MigrationType::Simple,
            sql(step).into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(steps.collect())
}

/// The migrations of SQLite.
pub(crate) fn sqlite() -> Migrator {
    migrator(|step| step.sqlite)
}

/// The migrations of PostgreSQL. Several instances may start at once: sqlx takes an advisory lock.
pub(crate) fn postgres() -> Migrator {
    migrator(|step| step.postgres)
}
