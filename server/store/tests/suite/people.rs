//! Users, sessions, API tokens, inbound users' passwords.

use model::{Timestamp, api_token::ApiToken, permission::Role};
use store::session::Session;

use crate::{
    samples::{self, designed, id},
    world::{both, conflict, write},
};

#[tokio::test]
async fn users_are_found_and_changed() {
    both(|db| async move {
        assert_eq!(store::user::count(&db).await.expect("count"), 0);
        let user = samples::user("Admin");
        let new = user.clone();
        write!(db, |tx| store::user::insert(tx, &new, "hash").await).expect("stored");
        let (found, hash) = store::user::credentials(&db, "aDMIN")
            .await
            .expect("find")
            .expect("stored");
        assert_eq!((&found, hash.as_str()), (&user, "hash"));
        assert_eq!(
            store::user::find_by_name(&db, "admin").await.expect("find"),
            Some(user.clone())
        );
        assert_eq!(store::user::credentials(&db, "nobody").await.expect("find"), None);
        let id = user.id;
        write!(db, |tx| {
            store::user::set_password(tx, id, "other").await?;
            store::user::set_last_login(tx, id, Timestamp(9)).await
        })
        .expect("changed");
        let (found, hash) = store::user::credentials(&db, "admin")
            .await
            .expect("find")
            .expect("stored");
        assert_eq!((found.last_login, hash.as_str()), (Some(Timestamp(9)), "other"));
        assert_eq!(store::user::list(&db).await.expect("list"), vec![found]);
    })
    .await;
}

#[tokio::test]
async fn sessions_end() {
    both(|db| async move {
        let user = samples::user("Admin");
        let session = |hash: u8, expires| Session {
            token_hash: vec![hash; 32],
            user: user.id,
            created: Timestamp(1),
            last_seen: Timestamp(1),
            expires: Timestamp(expires),
            address: "127.0.0.1".into(),
        };
        let (new, first, second, third) = (user.clone(), session(1, 100), session(2, 200), session(3, 200));
        write!(db, |tx| {
            store::user::insert(tx, &new, "hash").await?;
            store::session::insert(tx, &first).await?;
            store::session::insert(tx, &second).await?;
            store::session::insert(tx, &third).await
        })
        .expect("stored");
        let found = store::session::find(&db, &[1; 32]).await.expect("find");
        assert_eq!(found, Some((session(1, 100), user.clone())));
        write!(db, |tx| store::session::touch(tx, &[2; 32], Timestamp(60)).await).expect("touch");
        let ended = write!(db, |tx| store::session::delete_expired(
            tx,
            Timestamp(100),
            Timestamp(50)
        )
        .await);
        assert_eq!(ended.expect("ended"), 2);
        assert!(store::session::find(&db, &[2; 32]).await.expect("find").is_some());
        assert!(write!(db, |tx| store::session::delete(tx, &[2; 32]).await).expect("delete"));
        assert!(!write!(db, |tx| store::session::delete(tx, &[2; 32]).await).expect("delete"));
        let mut lost = session(4, 100);
        lost.user = id();
        assert_eq!(
            conflict(write!(db, |tx| store::session::insert(tx, &lost).await)),
            "session_app_user"
        );
        let (again, id) = (session(5, 100), user.id);
        write!(db, |tx| store::session::insert(tx, &again).await).expect("stored");
        assert_eq!(
            write!(db, |tx| store::session::delete_of_user(tx, id).await).expect("ended"),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn tokens_live_and_die() {
    both(|db| async move {
        let user = samples::user("Admin");
        let token = ApiToken {
            id: id(),
            name: "pipeline".into(),
            prefix: "sb_abc".into(),
            user_name: "Admin".into(),
            role: Role::Operator,
            created: Timestamp(1),
            expires: Timestamp(100),
            last_used: None,
        };
        let (new, first) = (user.clone(), token.clone());
        write!(db, |tx| {
            store::user::insert(tx, &new, "hash").await?;
            store::api_token::insert(tx, &first, new.id, &[1; 32]).await
        })
        .expect("stored");
        let found = store::api_token::find_by_hash(&db, &[1; 32]).await.expect("find");
        assert_eq!(found, Some((token.clone(), user.clone())));
        let mut again = token.clone();
        again.id = id();
        let user_id = user.id;
        let result = write!(db, |tx| store::api_token::insert(tx, &again, user_id, &[1; 32])
            .await);
        assert_eq!(conflict(result), "api_token_hash");
        let token_id = token.id;
        write!(db, |tx| store::api_token::touch(tx, token_id, Timestamp(7)).await).expect("touch");
        let list = store::api_token::list(&db).await.expect("list");
        assert_eq!(list[0].last_used, Some(Timestamp(7)));
        assert_eq!(
            store::api_token::list_of_user(&db, user_id).await.expect("list"),
            list
        );
        assert!(write!(db, |tx| store::api_token::delete(tx, token_id).await).expect("delete"));
        assert!(store::api_token::list(&db).await.expect("list").is_empty());
        assert!(!write!(db, |tx| store::api_token::delete(tx, token_id).await).expect("gone"));
    })
    .await;
}

#[tokio::test]
async fn inbound_passwords_are_read_apart() {
    both(|db| async move {
        let all = designed(&db).await;
        let (user, hash) = store::inbound_user::credentials(&db, &all.user.user_id)
            .await
            .expect("find")
            .expect("stored");
        assert_eq!((user, hash.as_str()), (all.user.clone(), "hash"));
        let id = all.user.id;
        write!(db, |tx| store::inbound_user::set_password(
            tx,
            id,
            "new",
            Timestamp(50),
            "ben"
        )
        .await)
        .expect("set");
        let (user, hash) = store::inbound_user::credentials(&db, &all.user.user_id)
            .await
            .expect("find")
            .expect("stored");
        assert_eq!(
            (user.version, user.password_set_at, hash.as_str()),
            (2, Timestamp(50), "new")
        );
        assert_eq!(user.password_set_by, "ben");
        assert_eq!(store::inbound_user::list(&db).await.expect("list"), vec![user]);
    })
    .await;
}
