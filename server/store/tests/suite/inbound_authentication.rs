//! Credentials of inbound users, signed calls that were seen, OAuth clients and their tokens.

use model::{
    Timestamp,
    id::{InboundUserId, OauthClientId},
    inbound_credential::{CredentialSettings, InboundCredential, SignaturePreset, SignatureSettings},
    oauth_client::{ClientGrant, ClientSecret, OauthClient},
    secret_state::SecretState,
};
use store::{
    issued_token::{IssuedToken, TokenKind},
    seen_signature::Seen,
};

use crate::{
    samples::{designed, id},
    world::{both, conflict, write},
};

fn credential(user: InboundUserId, settings: CredentialSettings) -> InboundCredential {
    InboundCredential {
        id: id(),
        inbound_user: user,
        label: "Ünïcode ✓".into(),
        settings,
        begins_with: "sbk_abc".into(),
        created: Timestamp(1),
        created_by: "admin".into(),
        expires: Some(Timestamp(100)),
        last_used: None,
    }
}

fn key(user: InboundUserId) -> InboundCredential {
    let header = "x-api-key".into();
    credential(user, CredentialSettings::ApiKey { header })
}

#[tokio::test]
async fn credentials_are_read_with_what_they_are_checked_with_at_their_process_only() {
    both(|db| async move {
        let all = designed(&db).await;
        let other = designed(&db).await;
        let (user, api_key) = (all.user.id, key(all.user.id));
        let signature = credential(
            user,
            CredentialSettings::Signature(SignatureSettings::of(SignaturePreset::Stripe)),
        );
        let password = credential(user, CredentialSettings::Password);
        let state = SecretState {
            set_at: Timestamp(1),
            set_by: "admin".into(),
            origin: String::new(),
            reference: String::new(),
        };
        let stored = [api_key.clone(), signature.clone(), password.clone()];
        let (owner, connection) = (signature.id.0, all.test.clone());
        write!(db, |tx| {
            store::inbound_credential::insert(tx, &stored[0], &[1; 32], "").await?;
            store::inbound_credential::insert(tx, &stored[1], &[], "").await?;
            store::inbound_credential::insert(tx, &stored[2], &[], "argon2").await?;
            store::secret::put(tx, owner, "signing_secret", &[7; 3], &state).await?;
            let mut named = connection;
            named.inbound_user = Some(user);
            store::connection::update(tx, &named).await
        })
        .expect("stored");
        let found = store::inbound_credential::of_process(&db, all.process.id)
            .await
            .expect("found");
        assert_eq!(found.len(), 2, "passwords are not among them");
        assert_eq!((&found[0].0, &found[0].1.credential), (&all.user, &api_key));
        assert_eq!(found[0].1.secret_hash, [1; 32]);
        assert_eq!(
            (&found[1].1.credential, &found[1].1.ciphertext),
            (&signature, &vec![7; 3])
        );
        let elsewhere = store::inbound_credential::of_process(&db, other.process.id).await;
        assert!(elsewhere.expect("found").is_empty());
        let passwords = store::inbound_credential::passwords_of(&db, user).await;
        assert_eq!(
            passwords.expect("found"),
            [(password.id, "argon2".to_owned(), Some(Timestamp(100)))]
        );
        let mut again = key(user);
        again.id = id();
        let result = write!(db, |tx| store::inbound_credential::insert(
            tx, &again, &[1; 32], ""
        )
        .await);
        assert_eq!(conflict(result), "inbound_credential_secret");
        let lost = key(id());
        let result = write!(db, |tx| store::inbound_credential::insert(
            tx, &lost, &[2; 32], ""
        )
        .await);
        assert_eq!(conflict(result), "inbound_credential_inbound_user");
    })
    .await;
}

#[tokio::test]
async fn credentials_go_with_their_secrets_and_their_user() {
    both(|db| async move {
        let all = designed(&db).await;
        let (first, second) = (key(all.user.id), key(all.user.id));
        let state = SecretState {
            set_at: Timestamp(1),
            set_by: "admin".into(),
            origin: String::new(),
            reference: String::new(),
        };
        let (one, two) = (first.clone(), second.clone());
        write!(db, |tx| {
            store::inbound_credential::insert(tx, &one, &[1; 32], "").await?;
            store::inbound_credential::insert(tx, &two, &[2; 32], "").await?;
            store::secret::put(tx, one.id.0, "signing_secret", &[7], &state).await?;
            store::secret::put(tx, two.id.0, "signing_secret", &[7], &state).await
        })
        .expect("stored");
        let id = first.id;
        write!(db, |tx| store::inbound_credential::touch(tx, id, Timestamp(9))
            .await)
        .expect("touched");
        let found = store::inbound_credential::find(&db, id).await.expect("found");
        assert_eq!(found.and_then(|found| found.last_used), Some(Timestamp(9)));
        assert!(write!(db, |tx| store::inbound_credential::delete(tx, id).await).expect("deleted"));
        assert!(!write!(db, |tx| store::inbound_credential::delete(tx, id).await).expect("gone"));
        let states = store::secret::states(&db, id.0).await.expect("states");
        assert!(states.is_empty());
        let (user, version) = (all.user.id, all.user.version);
        write!(db, |tx| store::inbound_user::delete(tx, user, version).await).expect("deleted");
        let left = store::inbound_credential::list(&db, user).await.expect("list");
        let states = store::secret::states(&db, second.id.0).await.expect("states");
        assert!(left.is_empty() && states.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_signed_call_is_noted_once_and_forgotten_in_time() {
    both(|db| async move {
        let seen = |digest: u8, id: &str, until: i64| Seen {
            digest: vec![digest; 32],
            taken_as: id.into(),
            until: Timestamp(until),
        };
        let note = |seen: Seen, now: i64| {
            let db = db.clone();
            async move {
                write!(db, |tx| store::seen_signature::note(tx, &seen, Timestamp(now))
                    .await)
                .expect("noted")
            }
        };
        assert!(note(seen(1, "a", 100), 50).await);
        assert!(note(seen(1, "a", 100), 50).await, "the same message");
        assert!(!note(seen(1, "b", 100), 50).await, "another one");
        assert!(note(seen(2, "b", 100), 50).await);
        assert_eq!(store::seen_signature::count(&db).await.expect("count"), 2);
        let minutes = 5 * 60_000;
        assert!(note(seen(3, "c", 300), minutes + 100).await);
        assert!(
            !note(seen(1, "b", 100), minutes + 100).await,
            "another instance's clock may be behind"
        );
        assert!(note(seen(3, "c", 300), minutes + 101).await);
        assert_eq!(
            store::seen_signature::count(&db).await.expect("count"),
            1,
            "the memory is bounded"
        );
    })
    .await;
}

fn client(user: InboundUserId, application: model::id::ApplicationId) -> OauthClient {
    let id: OauthClientId = id();
    OauthClient {
        id,
        application,
        name: format!("Jira {id}"),
        description: String::new(),
        client_id: id.to_string(),
        grants: vec![ClientGrant::Password, ClientGrant::RefreshToken],
        access_lifetime: 1800,
        refresh_lifetime: 86_400,
        inbound_user: user,
        active: true,
        version: 1,
        created: Timestamp(1),
        created_by: "admin".into(),
        updated: Timestamp(2),
        updated_by: "designer".into(),
    }
}

#[tokio::test]
async fn oauth_clients_live_with_their_secrets_and_hold_their_user() {
    both(|db| async move {
        let all = designed(&db).await;
        let new = client(all.user.id, all.application.id);
        let secret = ClientSecret {
            id: id(),
            client: new.id,
            begins_with: "sbcs_abc".into(),
            created: Timestamp(1),
            created_by: "admin".into(),
            expires: None,
            last_used: None,
        };
        let (stored, first) = (new.clone(), secret.clone());
        write!(db, |tx| {
            store::oauth_client::insert(tx, &stored).await?;
            store::oauth_client::insert_secret(tx, &first, &[1; 32]).await?;
            store::oauth_client::touch_secret(tx, first.id, Timestamp(5)).await?;
            store::oauth_client::expire_secrets(tx, first.client, Timestamp(50)).await
        })
        .expect("stored");
        let found = store::oauth_client::find_by_client_id(&db, &new.client_id).await;
        assert_eq!(found.expect("found"), Some(new.clone()));
        let found = store::overview::search(&db, &new.client_id, 5)
            .await
            .expect("search");
        assert_eq!(found[0].target, model::overview::FoundTarget::OauthClient(new.id));
        let secrets = store::oauth_client::secrets(&db, new.id).await.expect("secrets");
        assert_eq!(
            (secrets[0].0.expires, secrets[0].0.last_used, &secrets[0].1),
            (Some(Timestamp(50)), Some(Timestamp(5)), &vec![1; 32])
        );
        let mut again = client(all.user.id, all.application.id);
        again.client_id.clone_from(&new.client_id);
        let result = write!(db, |tx| store::oauth_client::insert(tx, &again).await);
        assert_eq!(conflict(result), "oauth_client_client_id");
        let mut same_name = client(all.user.id, all.application.id);
        same_name.name.clone_from(&new.name);
        let result = write!(db, |tx| store::oauth_client::insert(tx, &same_name).await);
        assert_eq!(conflict(result), "oauth_client_name");
        let (user, version) = (all.user.id, all.user.version);
        let result = write!(db, |tx| store::inbound_user::delete(tx, user, version).await);
        assert_eq!(conflict(result), "oauth_client_inbound_user");
        let mut changed = new.clone();
        changed.name = "Other".into();
        write!(db, |tx| store::oauth_client::update(tx, &changed).await).expect("changed");
        let id = new.id;
        write!(db, |tx| store::oauth_client::delete(tx, id, 2).await).expect("deleted");
        let left = store::oauth_client::find_secret(&db, secret.id).await;
        assert_eq!(left.expect("found"), None);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_is_taken_once_and_families_end_together() {
    both(|db| async move {
        let all = designed(&db).await;
        let new = client(all.user.id, all.application.id);
        let family: uuid::Uuid = id();
        let token = |hash: u8, kind: TokenKind, expires: i64| IssuedToken {
            token_hash: vec![hash; 32],
            client: new.id,
            family,
            kind,
            created: Timestamp(1),
            expires: Timestamp(expires),
            used: None,
            by_password: kind == TokenKind::Refresh,
            ends: Some(Timestamp(500)),
        };
        let (stored, access, refresh, old) = (
            new.clone(),
            token(1, TokenKind::Access, 100),
            token(2, TokenKind::Refresh, 100),
            token(3, TokenKind::Access, 10),
        );
        write!(db, |tx| {
            store::oauth_client::insert(tx, &stored).await?;
            store::issued_token::insert(tx, &access).await?;
            store::issued_token::insert(tx, &refresh).await?;
            store::issued_token::insert(tx, &old).await
        })
        .expect("stored");
        let bearer = store::issued_token::bearer(&db, &[1; 32]).await.expect("found");
        assert_eq!(bearer, Some((all.user.clone(), Timestamp(100))));
        let bearer = store::issued_token::bearer(&db, &[2; 32]).await.expect("found");
        assert_eq!(bearer, None, "a refresh token lets nobody in");
        assert!(
            write!(db, |tx| store::issued_token::take(tx, &[2; 32], Timestamp(5))
                .await)
            .expect("taken")
        );
        assert!(
            !write!(db, |tx| store::issued_token::take(tx, &[2; 32], Timestamp(6))
                .await)
            .expect("not")
        );
        assert!(
            !write!(db, |tx| store::issued_token::take(tx, &[1; 32], Timestamp(6))
                .await)
            .expect("not")
        );
        let live = store::issued_token::live(&db, new.id, Timestamp(50)).await;
        assert_eq!(live.expect("count"), 1);
        let gone = write!(db, |tx| store::issued_token::delete_expired(tx, Timestamp(10))
            .await);
        assert_eq!(gone.expect("deleted"), 1);
        let gone = write!(db, |tx| store::issued_token::delete_family(tx, family).await);
        assert_eq!(gone.expect("deleted"), 2);
        let mut off = new.clone();
        off.active = false;
        let again = token(4, TokenKind::Access, 100);
        write!(db, |tx| {
            store::issued_token::insert(tx, &again).await?;
            store::oauth_client::update(tx, &off).await
        })
        .expect("stored");
        let bearer = store::issued_token::bearer(&db, &[4; 32]).await.expect("found");
        assert_eq!(bearer, None, "its client is inactive");
    })
    .await;
}
