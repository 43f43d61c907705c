//! Secrets and data keys.

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
        reference: "env:SWITCHBOARD_SECRET_X".into(),
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
        assert_eq!(store::secret::all(&db).await.expect("secrets").len(), 2);
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

fn data_key(at: i64, active: bool) -> DataKey {
    DataKey {
        id: id(),
        wrapped: vec![1, 2],
        created: Timestamp(at),
        active,
        retired: None,
    }
}

/// Bytes that name a key where ciphertexts do.
fn sealed_with(key: &DataKey, text: &[u8]) -> Vec<u8> {
    [&[1], key.id.as_bytes().as_slice(), text].concat()
}

#[tokio::test]
async fn one_data_key_is_active() {
    both(|db| async move {
        let (first, rival, second) = (data_key(1, true), data_key(2, true), data_key(3, false));
        let (new, other) = (first.clone(), rival.clone());
        write!(db, |tx| store::data_key::insert(tx, &new).await).expect("stored");
        let result = write!(db, |tx| store::data_key::insert(tx, &other).await);
        assert_eq!(conflict(result), "data_key_one_active");
        let (old, next) = (first.clone(), second.clone());
        write!(db, |tx| {
            store::data_key::insert(tx, &next).await?;
            store::data_key::succeed(tx, next.id, &old, Timestamp(9)).await?;
            store::data_key::set_wrapped(tx, &next, &[7]).await
        })
        .expect("rotated");
        let active = store::data_key::active(&db).await.expect("find").expect("active");
        assert_eq!(
            (active.id, &active.wrapped[..], active.retired),
            (second.id, &[7][..], None)
        );
        let (old, late) = (first.clone(), data_key(4, false));
        let result = write!(db, |tx| {
            store::data_key::insert(tx, &late).await?;
            store::data_key::succeed(tx, late.id, &old, Timestamp(10)).await
        });
        assert!(
            matches!(result, Err(store::Error::Stale)),
            "its predecessor is not active any more"
        );
        let stale = second.clone();
        let result = write!(db, |tx| store::data_key::set_wrapped(tx, &stale, &[8]).await);
        assert!(
            matches!(result, Err(store::Error::Stale)),
            "another wrapping was seen"
        );
    })
    .await;
}

#[tokio::test]
async fn a_key_stays_as_long_as_anything_is_encrypted_with_it() {
    both(|db| async move {
        let (first, second, owner) = (data_key(1, true), data_key(2, false), id::<Uuid>());
        let (one, two) = (sealed_with(&first, b"a"), sealed_with(&second, b"b"));
        let (old, new, old_text) = (first.clone(), second.clone(), one.clone());
        write!(db, |tx| {
            store::data_key::insert(tx, &old).await?;
            store::secret::put(tx, owner, "token", &old_text, &state(1)).await?;
            store::data_key::insert(tx, &new).await?;
            store::data_key::succeed(tx, new.id, &old, Timestamp(5)).await
        })
        .expect("stored");
        let left = store::secret::beside_key(&db, second.id, (Uuid::nil(), ""), 10).await;
        assert_eq!(left.expect("list").len(), 1);
        let gone = write!(db, |tx| store::data_key::delete_unused(tx, Timestamp(6)).await);
        assert_eq!(gone.expect("kept"), 0);
        let (wrong, right, new_text) = (two.clone(), one.clone(), two.clone());
        let exchanged = write!(db, |tx| {
            let missed = store::secret::exchange(tx, owner, "token", &wrong, &new_text).await?;
            Ok((
                missed,
                store::secret::exchange(tx, owner, "token", &right, &new_text).await?,
            ))
        });
        assert_eq!(exchanged.expect("exchanged"), (false, true));
        assert_eq!(
            store::secret::count_by_key(&db, None).await.expect("counts"),
            [(Some(second.id), 1)]
        );
        let others = store::secret::count_by_key(&db, Some(owner))
            .await
            .expect("counts");
        assert!(others.is_empty(), "but for those of an owner");
        let gone = write!(db, |tx| {
            let early = store::data_key::delete_unused(tx, Timestamp(5)).await?;
            Ok((early, store::data_key::delete_unused(tx, Timestamp(6)).await?))
        });
        assert_eq!(gone.expect("deleted"), (0, 1));
        let late = write!(db, |tx| store::secret::put(
            tx,
            owner,
            "password",
            &one,
            &state(2)
        )
        .await);
        assert_eq!(conflict(late), "secret_data_key", "its key is gone");
    })
    .await;
}
