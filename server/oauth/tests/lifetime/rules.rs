//! Each rule of a token's life on its own.

use model::Timestamp;
use oauth::{Behaviour, EndsBy, Jitter, TokenAnswer, TokenChange, TokenState, Why};
use serde_json::{Value, json};

use crate::world::{DAY, HOUR, MINUTE, ROTATING, read};

const NOW: Timestamp = Timestamp(1_794_484_989_000);

fn answer(body: Value) -> TokenAnswer {
    let mut whole = json!({"access_token": "a", "token_type": "Bearer"});
    whole
        .as_object_mut()
        .unwrap()
        .extend(body.as_object().unwrap().clone());
    read(200, &whole.to_string(), NOW).unwrap()
}

const NEW: TokenChange = TokenChange {
    access_is_new: true,
    refresh_is_new: true,
};
const SAME_REFRESH: TokenChange = TokenChange {
    access_is_new: true,
    refresh_is_new: false,
};
const SAME_BOTH: TokenChange = TokenChange {
    access_is_new: false,
    refresh_is_new: false,
};

fn hourly() -> TokenAnswer {
    answer(json!({"expires_in": 3600, "refresh_token": "r"}))
}

fn with_lifespan(days: i64) -> Behaviour {
    Behaviour {
        refresh_lifespan_ms: Some(days * DAY),
        inactivity_ms: None,
        absolute_ms: None,
        ..ROTATING
    }
}

#[test]
fn the_end_of_a_refresh_token_moves_only_with_a_really_new_one() {
    let behaviour = with_lifespan(100);
    let state = TokenState::authorised(&hourly(), &behaviour, NOW);
    let end = NOW.plus(100 * DAY);
    assert_eq!(state.refresh.as_ref().unwrap().expires, Some(end));
    let later = NOW.plus(10 * DAY);
    let same = state
        .apply(&hourly(), SAME_REFRESH, &behaviour, later)
        .refresh
        .unwrap();
    assert_eq!(
        (same.expires, same.issued, same.last_used, same.renewed),
        (Some(end), NOW, later, Some(false))
    );
    // Nor when the provider says so with the same token; it may only come nearer.
    let longer = answer(json!({"refresh_token": "r", "refresh_token_expires_in": 200 * DAY / 1000}));
    assert_eq!(
        state
            .apply(&longer, SAME_REFRESH, &behaviour, later)
            .refresh
            .unwrap()
            .expires,
        Some(end)
    );
    let shorter = answer(json!({"refresh_token": "r", "refresh_token_expires_in": 86_400}));
    let nearer = state
        .apply(&shorter, SAME_REFRESH, &behaviour, later)
        .refresh
        .unwrap();
    assert_eq!(nearer.expires, Some(later.plus(DAY)));
    let new = state.apply(&hourly(), NEW, &behaviour, later).refresh.unwrap();
    assert_eq!(
        (new.expires, new.issued, new.renewed),
        (Some(later.plus(100 * DAY)), later, Some(true))
    );
    let said = state.apply(&shorter, NEW, &behaviour, later).refresh.unwrap();
    assert_eq!(
        said.expires,
        Some(later.plus(DAY)),
        "what the answer says counts more than the profile"
    );
}

#[test]
fn a_missing_refresh_token_keeps_the_old_one() {
    let state = TokenState::authorised(&hourly(), &ROTATING, NOW);
    let none = answer(json!({"expires_in": 60}));
    let after = state.apply(&none, SAME_REFRESH, &ROTATING, NOW.plus(DAY));
    assert_eq!(after.refresh.as_ref().unwrap().issued, NOW);
    assert_eq!(after.access_expires, Some(NOW.plus(DAY + MINUTE)));
    assert_eq!(after.authorised, NOW, "a refresh is no new consent");
    // The other way round: a first refresh token may come with a later answer.
    let bare = TokenState::authorised(&none, &ROTATING, NOW);
    assert!(bare.refresh.is_none());
    assert!(bare.apply(&none, SAME_REFRESH, &ROTATING, NOW).refresh.is_none());
    assert!(bare.apply(&hourly(), NEW, &ROTATING, NOW).refresh.is_some());
}

#[test]
fn an_access_token_is_refreshed_a_little_before_its_end() {
    for (seconds, earliest, latest) in [
        (3600, 50 * MINUTE, 55 * MINUTE),
        (60, 48_000, 54_000),
        (86_400, DAY - 10 * MINUTE, DAY - 5 * MINUTE),
        (1, 800, 900),
    ] {
        let state = TokenState::authorised(&answer(json!({"expires_in": seconds})), &ROTATING, NOW);
        assert_eq!(
            state.access_due(Jitter::NONE),
            Some(NOW.plus(latest)),
            "{seconds}"
        );
        assert_eq!(
            state.access_due(Jitter::FULL),
            Some(NOW.plus(earliest)),
            "{seconds}"
        );
    }
    let endless = TokenState::authorised(&answer(json!({})), &ROTATING, NOW);
    assert_eq!(endless.access_due(Jitter::NONE), None);
    assert!(!endless.access_expired(NOW.plus(9999 * DAY)));
}

#[test]
fn a_provider_that_repeats_the_access_token_is_not_asked_in_a_loop() {
    // ServiceNow answers an early refresh with the same token and the seconds it has left.
    let state = TokenState::authorised(&hourly(), &ROTATING, NOW);
    let left = answer(json!({"expires_in": 300, "refresh_token": "r"}));
    let now = NOW.plus(55 * MINUTE);
    let repeated = state.apply(&left, SAME_BOTH, &ROTATING, now);
    assert_eq!(
        repeated.access_due(Jitter::FULL),
        Some(now.plus(5 * MINUTE)),
        "not before it has ended"
    );
    assert!(!repeated.access_expired(now) && repeated.access_expired(now.plus(5 * MINUTE)));
    let renewed = repeated.apply(&hourly(), SAME_REFRESH, &ROTATING, now);
    assert!(renewed.access_due(Jitter::NONE).unwrap() < now.plus(HOUR));
}

#[test]
fn only_used_access_tokens_are_refreshed_ahead() {
    let state = TokenState::authorised(&hourly(), &ROTATING, NOW);
    let next = |used| state.next(&ROTATING, Jitter::NONE, used).unwrap();
    assert_eq!(next(None).why, Why::Inactivity);
    assert_eq!(
        next(Some(NOW.plus(-1))).why,
        Why::Inactivity,
        "used before this token came"
    );
    assert_eq!(next(Some(NOW)).why, Why::AccessEnds);
    assert_eq!(next(None).at, NOW.plus(60 * DAY));
    assert_eq!(
        state.next(&ROTATING, Jitter::FULL, None).unwrap().at,
        NOW.plus(60 * DAY - 90 * DAY / 12)
    );
}

#[test]
fn nothing_is_asked_where_it_cannot_help() {
    // A code without offline access: no refresh token, and only a person can give another.
    let bare = TokenState::authorised(&answer(json!({"expires_in": 3600})), &ROTATING, NOW);
    assert_eq!(bare.next(&ROTATING, Jitter::NONE, Some(NOW)), None);
    assert_eq!(bare.dead_at(&ROTATING), Some(NOW.plus(HOUR)));
    // Client credentials: asked anew by itself, nothing to keep alive or to warn of.
    let alone = Behaviour {
        needs_person: false,
        ..ROTATING
    };
    let machine = TokenState::authorised(&answer(json!({"expires_in": 3600})), &alone, NOW);
    assert_eq!(
        machine.next(&alone, Jitter::NONE, Some(NOW)).unwrap().why,
        Why::AccessEnds
    );
    let with_refresh = TokenState::authorised(&hourly(), &alone, NOW);
    assert_eq!(with_refresh.next(&alone, Jitter::NONE, None), None);
    assert_eq!(
        (with_refresh.dead_at(&alone), with_refresh.ends(&alone)),
        (None, None)
    );
    // Beyond the end of the consent a refresh would be refused.
    let short = Behaviour {
        absolute_ms: Some(50 * MINUTE),
        ..ROTATING
    };
    let state = TokenState::authorised(&hourly(), &short, NOW);
    assert_eq!(state.next(&short, Jitter::NONE, Some(NOW)), None);
}

#[test]
fn after_a_refresh_that_renewed_nothing_it_is_tried_again_later_and_has_an_end() {
    let behaviour = with_lifespan(90);
    let state = TokenState::authorised(&hourly(), &behaviour, NOW);
    assert_eq!(
        state.next(&behaviour, Jitter::NONE, None).unwrap().at,
        NOW.plus(60 * DAY)
    );
    assert_eq!(state.ends(&behaviour), None, "expected to be renewed");
    let same = state.apply(&hourly(), SAME_REFRESH, &behaviour, NOW.plus(60 * DAY));
    let next = same.next(&behaviour, Jitter::NONE, None).unwrap();
    assert_eq!(
        (next.at, next.why),
        (NOW.plus(60 * DAY + 90 * DAY / 12), Why::RefreshEnds)
    );
    let ends = same.ends(&behaviour).unwrap();
    assert_eq!((ends.at, ends.by), (NOW.plus(90 * DAY), EndsBy::RefreshToken));
    let new = same.apply(&hourly(), NEW, &behaviour, NOW.plus(67 * DAY));
    assert_eq!(new.ends(&behaviour), None);
}

#[test]
fn a_provider_seen_to_rotate_is_believed() {
    let behaviour = Behaviour {
        rotates: false,
        ..with_lifespan(90)
    };
    let state = TokenState::authorised(&hourly(), &behaviour, NOW);
    assert_eq!(state.next(&behaviour, Jitter::NONE, None), None);
    assert!(state.ends(&behaviour).is_some());
    let new = state.apply(&hourly(), NEW, &behaviour, NOW.plus(DAY));
    assert_eq!(
        new.next(&behaviour, Jitter::NONE, None).unwrap().at,
        NOW.plus(61 * DAY)
    );
    assert_eq!(new.ends(&behaviour), None);
}

#[test]
fn the_nearest_end_is_the_one_to_tell_of() {
    let state = TokenState::authorised(&hourly(), &ROTATING, NOW);
    let ends = state.ends(&ROTATING).unwrap();
    assert_eq!((ends.at, ends.by), (NOW.plus(365 * DAY), EndsBy::Consent));
    let refreshed = state.apply(&hourly(), NEW, &ROTATING, NOW.plus(350 * DAY));
    assert_eq!(refreshed.ends(&ROTATING), Some(ends), "a refresh is no consent");
    let both = Behaviour {
        rotates: false,
        absolute_ms: Some(365 * DAY),
        ..with_lifespan(8)
    };
    let ends = TokenState::authorised(&hourly(), &both, NOW).ends(&both).unwrap();
    assert_eq!((ends.at, ends.by), (NOW.plus(8 * DAY), EndsBy::RefreshToken));
    let bare = TokenState::authorised(&answer(json!({"expires_in": 3600})), &ROTATING, NOW);
    let ends = bare.ends(&ROTATING).unwrap();
    assert_eq!((ends.at, ends.by), (NOW.plus(HOUR), EndsBy::AccessToken));
}

#[test]
fn the_state_survives_storage() {
    let state = TokenState::authorised(&hourly(), &ROTATING, NOW);
    let back: TokenState = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
    assert_eq!(back, state);
}
