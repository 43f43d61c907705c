//! Secrets, data keys and settings.

use model::{Timestamp, secret_state::SecretState};
use store::data_key::DataKey;
use uuid::Uuid;

use crate::{
    samples::id,
    world::{both, conflict, write},
};

fn state(at: i64) -> SecretState {
    SecretState {
        set_at: Timestamp(at),
        set_by: "admin".into(),
        origin: "https://example.com:443".into(),
    }
}

#[tokio::test]
async fn secrets_are_replaced_and_removed() {
    both(|db| async move {
        let owner: Uuid = id();
        write!(db, |tx| {
            store::secret::put(tx, owner, "password", b"\x00one", &state(1)).await?;
            store::secret::put(tx, owner, "password", b"\x00two", &state(2)).await?;
            store::secret::put(tx, owner, "token", b"three", &state(3)).await
        })
        .expect("stored");
        let found = store::secret::get(&db, owner, "password").await.expect("get");
        assert_eq!(found, Some((b"\x00two".to_vec(), state(2))));
        let states = store::secret::states(&db, owner).await.expect("states");
        assert_eq!(
            states,
            [("password".to_owned(), state(2)), ("token".to_owned(), state(3))]
        );
        assert_eq!(store::secret::all_states(&db).await.expect("states").len(), 2);
        assert_eq!(
            store::secret::all(&db).await.expect("all")[0].ciphertext,
            b"\x00two"
        );
        assert!(write!(db, |tx| store::secret::delete(tx, owner, "password").await).expect("delete"));
        assert!(!write!(db, |tx| store::secret::delete(tx, owner, "password").await).expect("delete"));
        assert_eq!(
            write!(db, |tx| store::secret::delete_owner(tx, owner).await).expect("delete"),
            1
        );
        assert_eq!(store::secret::get(&db, owner, "token").await.expect("get"), None);
    })
    .await;
}

#[tokio::test]
async fn one_data_key_is_active() {
    both(|db| async move {
        let key = |at| DataKey {
            id: id(),
            wrapped: vec![1, 2],
            created: Timestamp(at),
            active: true,
        };
        let (first, second) = (key(1), key(2));
        let (new, rival) = (first.clone(), second.clone());
        write!(db, |tx| store::data_key::insert(tx, &new).await).expect("stored");
        let result = write!(db, |tx| store::data_key::insert(tx, &rival).await);
        assert_eq!(conflict(result), "data_key_one_active");
        let mut next = second.clone();
        next.active = false;
        let (old_id, new_id) = (first.id, second.id);
        write!(db, |tx| {
            store::data_key::insert(tx, &next).await?;
            store::data_key::activate(tx, new_id).await?;
            store::data_key::set_wrapped(tx, new_id, &[7]).await
        })
        .expect("rotated");
        let active = store::data_key::active(&db).await.expect("find").expect("active");
        assert_eq!((active.id, active.wrapped), (new_id, vec![7]));
        write!(db, |tx| store::data_key::delete(tx, old_id).await).expect("deleted");
        assert_eq!(store::data_key::list(&db).await.expect("list").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn settings_are_kept() {
    both(|db| async move {
        assert!(write!(db, |tx| store::setting::put_new(tx, "canary", "a").await).expect("put"));
        assert!(!write!(db, |tx| store::setting::put_new(tx, "canary", "b").await).expect("put"));
        assert_eq!(
            store::setting::get(&db, "canary").await.expect("get").as_deref(),
            Some("a")
        );
        write!(db, |tx| store::setting::put(tx, "canary", "c").await).expect("put");
        assert_eq!(
            store::setting::all(&db).await.expect("all"),
            [("canary".to_owned(), "c".to_owned())]
        );
        assert!(write!(db, |tx| store::setting::delete(tx, "canary").await).expect("delete"));
        assert_eq!(store::setting::get(&db, "canary").await.expect("get"), None);
    })
    .await;
}
