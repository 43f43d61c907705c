//! The whole suite runs on SQLite and, when `SWITCHBOARD_TEST_POSTGRES` names a server, on PostgreSQL.

mod activation;
mod conflicts;
mod files;
mod group_commit;
mod guesses;
mod inbound_authentication;
mod installation;
mod log;
mod people;
mod records;
mod requests;
mod samples;
mod schema;
mod sending;
mod tokens;
mod transactions;
mod vault;
mod warnings;
mod world;
