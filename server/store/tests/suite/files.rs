//! What happens to the files of a SQLite database while it is open.

use std::{fs, path::PathBuf};

use model::Timestamp;
use store::{Db, Error, write_proof};

use crate::{samples, world::write};

async fn opened() -> (tempfile::TempDir, PathBuf, Db) {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("test.db");
    let db = Db::open(&format!("sqlite://{}", file.display()))
        .await
        .expect("open");
    // The WAL is there from the first write on.
    write_proof::write(&db, Timestamp(1)).await.expect("proof");
    (folder, file, db)
}

async fn assert_refused(db: &Db, case: &str) {
    let application = samples::application();
    let write = write!(db, |tx| store::application::insert(tx, &application).await);
    let error = write.expect_err(case);
    assert!(matches!(error, Error::FileReplaced(_)), "{case}: {error:?}");
    assert!(error.is_unavailable(), "{case}");
    let proof = write_proof::write(db, Timestamp(2)).await;
    assert!(matches!(proof, Err(Error::FileReplaced(_))), "{case}: {proof:?}");
    let appended = db.append(samples::transaction()).await;
    assert!(
        matches!(appended, Err(Error::FileReplaced(_))),
        "{case}: {appended:?}"
    );
}

#[tokio::test]
async fn a_removed_database_takes_no_writes_and_does_not_come_back_empty() {
    let (_folder, file, db) = opened().await;
    fs::remove_file(&file).expect("removed");
    assert_refused(&db, "removed").await;
    assert!(!file.exists());
}

#[tokio::test]
async fn a_replaced_database_takes_no_writes() {
    let (folder, file, db) = opened().await;
    let copy = folder.path().join("copy.db");
    fs::copy(&file, &copy).expect("copied");
    fs::rename(&copy, &file).expect("replaced");
    assert_refused(&db, "replaced").await;
}

#[tokio::test]
async fn a_removed_wal_takes_no_writes() {
    let (_folder, file, db) = opened().await;
    fs::remove_file(file.with_extension("db-wal")).expect("removed");
    assert_refused(&db, "WAL").await;
}

#[tokio::test]
async fn a_file_that_comes_back_takes_writes_again() {
    let (folder, file, db) = opened().await;
    let aside = folder.path().join("aside.db");
    fs::rename(&file, &aside).expect("moved");
    assert_refused(&db, "moved").await;
    fs::rename(&aside, &file).expect("moved back");
    write_proof::write(&db, Timestamp(3)).await.expect("proof");
}
