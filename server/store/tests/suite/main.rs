//! The whole suite runs on SQLite and, when `SWITCHBOARD_TEST_POSTGRES` names a server, on PostgreSQL.

mod activation;
mod conflicts;
mod group_commit;
mod guesses;
mod inbound_authentication;
mod log;
mod people;
mod records;
mod requests;
mod samples;
mod schema;
mod tokens;
mod transactions;
mod vault;
mod warnings;
mod world;
