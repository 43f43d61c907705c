//! A ciphertext that was moved to another row does not decrypt, whatever column of the schema it stands in (S3).

use std::path::Path;

use store::data_key::DataKey;

use super::*;
use crate::{Engine, clock::Clock};

/// Columns of ciphertext, each with a test below.
const CIPHERTEXT: [&str; 2] = ["secret.ciphertext", "data_key.wrapped"];

/// Columns of bytes that are no ciphertext: hashes, and bodies as they were sent.
const OTHER: [&str; 10] = [
    "session.token_hash",
    "api_token.token_hash",
    "message_transaction.body_hash",
    "message_transaction.body",
    "http_request.request_body",
    "http_request.response_body",
    "inbound_credential.secret_hash",
    "seen_signature.digest",
    "oauth_client_secret.secret_hash",
    "issued_token.token_hash",
];

/// `table.column` of every BYTEA column of the migrations. (SQLite's BLOB would also find the ids.)
fn columns_of_bytes() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/postgres");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let mut table = String::new();
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let ["CREATE" | "ALTER", "TABLE", name, ..] = words[..] {
                name.clone_into(&mut table);
            }
            let Some(at) = words
                .iter()
                .position(|word| word.trim_end_matches([',', ';']) == "BYTEA")
            else {
                continue;
            };
            found.push(format!("{table}.{}", words[at - 1]));
        }
    }
    found
}

#[test]
fn every_column_of_bytes_is_accounted_for() {
    let found = columns_of_bytes();
    assert!(found.len() >= CIPHERTEXT.len() + OTHER.len(), "{found:?}");
    for column in &found {
        let known = CIPHERTEXT.contains(&column.as_str()) || OTHER.contains(&column.as_str());
        assert!(
            known,
            "{column} is new: does it hold ciphertext? Then swap two rows of it here"
        );
    }
}

async fn engine() -> (Engine, Settings, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::in_folder(folder.path());
    let engine = Engine::open_at(settings.clone(), Clock::default()).await.unwrap();
    (engine, settings, folder)
}

#[tokio::test]
async fn swapped_secrets_do_not_decrypt() {
    let (engine, _, _folder) = engine().await;
    let (vault, db) = (&engine.vault, &engine.db);
    // Two rows, and two names of one row.
    let (one, two) = (engine.clock.id::<Uuid>(), engine.clock.id::<Uuid>());
    let places = [(one, "token"), (two, "token"), (one, "password")];
    for (owner, name) in places {
        let (sealed, state) = (
            vault.seal(owner, name, "x").unwrap(),
            state(engine.now(), "a", ""),
        );
        let put: Result<()> = db
            .write(move |tx| {
                Box::pin(async move { Ok(store::secret::put(tx, owner, name, &sealed, &state).await?) })
            })
            .await;
        put.unwrap();
    }
    for (from, to) in [(places[0], places[1]), (places[0], places[2])] {
        let (first, _) = store::secret::get(db, from.0, from.1).await.unwrap().unwrap();
        let (second, _) = store::secret::get(db, to.0, to.1).await.unwrap().unwrap();
        let swap = |a: Vec<u8>, b: Vec<u8>| {
            db.write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    assert!(store::secret::exchange(tx, from.0, from.1, &a, &b).await?);
                    assert!(store::secret::exchange(tx, to.0, to.1, &b, &a).await?);
                    Ok(())
                })
            })
        };
        swap(first.clone(), second.clone()).await.unwrap();
        for (owner, name) in [from, to] {
            assert!(vault.read(db, owner, name).await.is_err(), "{name} of {owner}");
        }
        swap(second, first).await.unwrap();
        assert!(vault.read(db, from.0, from.1).await.is_ok());
    }
}

#[tokio::test]
async fn swapped_data_keys_do_not_unwrap() {
    let (engine, settings, _folder) = engine().await;
    let by = crate::Actor::program().grant().unwrap();
    crate::keys::rotate(&engine, &by, |_, _| ()).await.unwrap();
    let keys = store::data_key::list(&engine.db).await.unwrap();
    let [first, second]: [DataKey; 2] = keys.try_into().unwrap();
    let swapped: Result<()> = engine
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::data_key::set_wrapped(tx, &first, &second.wrapped).await?;
                Ok(store::data_key::set_wrapped(tx, &second, &first.wrapped).await?)
            })
        })
        .await;
    swapped.unwrap();
    engine.close().await;
    let refused = Engine::open_at(settings, Clock::default()).await.err().unwrap();
    assert!(
        refused.to_string().contains("does not fit this database"),
        "{refused}"
    );
}
